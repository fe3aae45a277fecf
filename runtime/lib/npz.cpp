// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's .npz format, by minizip on images in memory.
#include "keratin/npz.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"
#include "keratin/zip_writer.hpp"
#include "memory_file.hpp"

#include <minizip/unzip.h>
#include <zlib.h>

#include <algorithm>

namespace keratin::rt {

namespace {

std::string withoutNpy(std::string name) {
  if (name.size() > 4 && name.compare(name.size() - 4, 4, ".npy") == 0)
    name.resize(name.size() - 4);
  return name;
}

} // namespace

struct NpzReader::State {
  std::string path;
  std::string image; // of a file that was read here
  MemoryFile file;
  unzFile archive = nullptr;
  std::vector<std::string> names;
  std::vector<unz64_file_pos> positions;

  State(std::string owned, std::string_view given, std::string name)
      : path(std::move(name)), image(std::move(owned)) {
    file.view = image.empty() ? given : image;
    zlib_filefunc64_def functions = memoryFunctions(file);
    archive = unzOpen2_64(path.c_str(), &functions);
    if (!archive)
      throw Error("not a .npz file: no zip directory found", "the file may be truncated").at(path);
    try {
      readDirectory();
    } catch (...) {
      unzClose(archive);
      throw;
    }
  }
  ~State() { unzClose(archive); }

  [[noreturn]] void damaged(const std::string &name) const {
    throw Error("damaged .npz file", "the file may be truncated")
        .at(name.empty() ? path : path + ": " + name);
  }

  void readDirectory() {
    unz_global_info64 global;
    if (unzGetGlobalInfo64(archive, &global) != UNZ_OK)
      damaged("");
    if (global.number_entry == 0)
      return;
    int code = unzGoToFirstFile(archive);
    for (; code == UNZ_OK; code = unzGoToNextFile(archive)) {
      unz_file_info64 info;
      if (unzGetCurrentFileInfo64(archive, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
        damaged("");
      std::string name(info.size_filename, '\0');
      unz64_file_pos where;
      if (unzGetCurrentFileInfo64(archive, &info, name.data(), info.size_filename, nullptr, 0,
                                  nullptr, 0) != UNZ_OK ||
          unzGetFilePos64(archive, &where) != UNZ_OK)
        damaged("");
      names.push_back(withoutNpy(std::move(name)));
      positions.push_back(where);
    }
    if (code != UNZ_END_OF_LIST_OF_FILE)
      damaged("");
  }

  /// The bytes of member i: where they are, if stored, else decompressed into `buffer`.
  std::string_view extract(size_t i, std::string &buffer) {
    const std::string &name = names[i];
    unz_file_info64 info;
    if (unzGoToFilePos64(archive, &positions[i]) != UNZ_OK ||
        unzGetCurrentFileInfo64(archive, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
      damaged(name);
    if (info.flag & 1)
      throw Error("encrypted members are not supported").at(path + ": " + name);
    if (info.compression_method != 0 && info.compression_method != Z_DEFLATED)
      throw Error("compression method " + std::to_string(info.compression_method) +
                  " is not supported, only stored and deflate")
          .at(path + ": " + name);
    // Sizes are the file's claim. Deflate shrinks to 1/1032 at most, so a claim beyond that is a
    // lie, and memory is not asked for on its account.
    constexpr ZPOS64_T maxRatio = 1040;
    if (info.compressed_size > file.contents().size() ||
        info.uncompressed_size > info.compressed_size * maxRatio + maxRatio)
      damaged(name);
    if (unzOpenCurrentFile(archive) != UNZ_OK)
      damaged(name);
    auto size = static_cast<size_t>(info.uncompressed_size);
    if (info.compression_method == 0) {
      ZPOS64_T start = unzGetCurrentFileZStreamPos64(archive);
      unzCloseCurrentFile(archive);
      if (start > file.contents().size() || size > file.contents().size() - start)
        damaged(name);
      std::string_view stored = file.view.substr(static_cast<size_t>(start), size);
      if (crc32_z(0, reinterpret_cast<const Bytef *>(stored.data()), size) != info.crc)
        damaged(name);
      return stored;
    }
    buffer.assign(size, '\0');
    size_t used = 0;
    while (used < size) {
      size_t chunk = std::min<size_t>(size - used, 1 << 30);
      int n = unzReadCurrentFile(archive, buffer.data() + used, static_cast<unsigned>(chunk));
      if (n <= 0)
        break;
      used += static_cast<size_t>(n);
    }
    int code = unzCloseCurrentFile(archive); // compares the CRC
    if (used != size || code != UNZ_OK)
      damaged(name);
    return buffer;
  }
};

NpzReader::NpzReader(const std::string &path)
    : state(std::make_unique<State>(readFile(path), std::string_view(), path)) {}
NpzReader::NpzReader(std::string_view image, const std::string &name)
    : state(std::make_unique<State>(std::string(), image, name)) {}
NpzReader::~NpzReader() = default;
NpzReader::NpzReader(NpzReader &&) noexcept = default;
NpzReader &NpzReader::operator=(NpzReader &&) noexcept = default;

const std::vector<std::string> &NpzReader::names() const { return state->names; }

bool NpzReader::contains(const std::string &name) const {
  return std::find(names().begin(), names().end(), name) != names().end();
}

NpyItem NpzReader::read(const std::string &name) {
  auto found = std::find(names().begin(), names().end(), name);
  if (found == names().end()) {
    std::string list;
    for (const std::string &other : names())
      list += (list.empty() ? "" : ", ") + other;
    throw Error("no array \"" + name + "\"; the file holds " + (list.empty() ? "none" : list))
        .at(state->path);
  }
  std::string buffer;
  return parseNpy(state->extract(static_cast<size_t>(found - names().begin()), buffer),
                  state->path + ": " + name);
}

Array NpzReader::readArray(const std::string &name) {
  NpyItem item = read(name);
  if (std::holds_alternative<ObjectArray>(item))
    throw Error("expected numbers, found an array of Python objects",
                "pad the rows to one length before saving")
        .at(state->path + ": " + name);
  return std::get<Array>(std::move(item));
}

NamedArrays readNpz(const std::string &path) {
  NpzReader reader(path);
  NamedArrays arrays;
  for (const std::string &name : reader.names())
    arrays.emplace_back(name, reader.readArray(name));
  return arrays;
}

std::string formatNpz(const NamedArrays &arrays, bool compress) {
  ZipWriter archive(compress);
  for (const auto &[name, array] : arrays)
    archive.add(name + ".npy", formatNpy(array));
  return archive.finish();
}

void writeNpz(const std::string &path, const NamedArrays &arrays, bool compress) {
  writeFile(path, formatNpz(arrays, compress));
}

} // namespace keratin::rt
