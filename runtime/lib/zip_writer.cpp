// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zip archives by minizip.
#include "keratin/zip_writer.hpp"
#include "keratin/error.hpp"
#include "memory_file.hpp"

#include <minizip/zip.h>

namespace keratin::rt {

struct ZipWriter::State {
  bool compress;
  MemoryFile file;
  zipFile archive = nullptr;

  void check(bool ok) const {
    if (!ok)
      throw Error("cannot build the zip archive: out of memory");
  }
};

ZipWriter::ZipWriter(bool compress) : state(std::make_unique<State>()) {
  state->compress = compress;
  zlib_filefunc64_def functions = memoryFunctions(state->file);
  state->archive = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
  state->check(state->archive != nullptr);
}

ZipWriter::~ZipWriter() {
  if (state->archive)
    zipClose(state->archive, nullptr);
}

void ZipWriter::add(const std::string &name, std::string_view bytes) {
  zip_fileinfo info{};
  info.dosDate = 1 << 21 | 1 << 16; // 1980-01-01, as numpy and Keras have it
  state->check(zipOpenNewFileInZip64(state->archive, name.c_str(), &info, nullptr, 0, nullptr, 0,
                                     nullptr, state->compress ? Z_DEFLATED : 0,
                                     state->compress ? Z_DEFAULT_COMPRESSION : 0,
                                     bytes.size() >= 0xffffffff) == ZIP_OK);
  while (!bytes.empty()) {
    std::string_view chunk = bytes.substr(0, 1 << 30);
    state->check(zipWriteInFileInZip(state->archive, chunk.data(),
                                     static_cast<unsigned>(chunk.size())) == ZIP_OK);
    bytes.remove_prefix(chunk.size());
  }
  state->check(zipCloseFileInZip(state->archive) == ZIP_OK);
}

std::string ZipWriter::finish() {
  zipFile archive = state->archive;
  state->archive = nullptr;
  state->check(zipClose(archive, nullptr) == ZIP_OK);
  return std::move(state->file.bytes);
}

} // namespace keratin::rt
