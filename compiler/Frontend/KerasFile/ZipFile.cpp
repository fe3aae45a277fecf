// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zip archives through minizip.
#include "compiler/Frontend/KerasFile/ZipFile.h"

#include "compiler/Support/Diagnostic.h"

#include <minizip/unzip.h>

#include <array>

namespace keratin {

ZipFile::ZipFile(const std::string &path) : path(path), archive(unzOpen64(path.c_str())) {
  if (!archive)
    throw UserError({path}, "damaged zip archive: its table of contents cannot be read",
                    "the file may be cut off; copy or save it again");
}

ZipFile::~ZipFile() { unzClose(archive); }

bool ZipFile::contains(const std::string &member) const {
  const int caseSensitive = 1;
  return unzLocateFile(archive, member.c_str(), caseSensitive) == UNZ_OK;
}

std::optional<std::string> ZipFile::read(const std::string &member, uint64_t maxBytes) const {
  if (!contains(member)) // and makes it the current one
    return std::nullopt;
  auto damaged = [&] {
    return UserError({path}, "damaged zip archive: member \"" + member + "\" cannot be unpacked");
  };
  if (unzOpenCurrentFile(archive) != UNZ_OK)
    throw damaged();
  std::string bytes;
  std::array<char, 1 << 16> chunk;
  int count;
  while ((count = unzReadCurrentFile(archive, chunk.data(), chunk.size())) > 0) {
    if (bytes.size() + static_cast<uint64_t>(count) > maxBytes) {
      unzCloseCurrentFile(archive);
      throw UserError({path}, "member \"" + member + "\" is larger than this model can need (" +
                                  std::to_string(maxBytes) + " bytes)");
    }
    bytes.append(chunk.data(), static_cast<size_t>(count));
  }
  // Closing compares the checksum.
  int closed = unzCloseCurrentFile(archive);
  if (count < 0 || closed != UNZ_OK)
    throw damaged();
  return bytes;
}

} // namespace keratin
