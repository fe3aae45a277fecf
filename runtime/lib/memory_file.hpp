// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file in memory for minizip.
#pragma once

#include <minizip/ioapi.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace keratin::rt {

/// What minizip sees as a file: bytes that it writes, or others' that it reads.
struct MemoryFile {
  std::string bytes;
  std::string_view view;
  size_t position = 0;

  std::string_view contents() const { return view.data() ? view : bytes; }
};

inline MemoryFile &fileOf(voidpf stream) { return *static_cast<MemoryFile *>(stream); }

inline uLong readMemory(voidpf, voidpf stream, void *target, uLong size) {
  MemoryFile &file = fileOf(stream);
  std::string_view contents = file.contents();
  size_t n = std::min<size_t>(size, contents.size() - std::min(file.position, contents.size()));
  std::memcpy(target, contents.data() + file.position, n);
  file.position += n;
  return static_cast<uLong>(n);
}

inline uLong writeMemory(voidpf, voidpf stream, const void *source, uLong size) {
  MemoryFile &file = fileOf(stream);
  if (file.position + size > file.bytes.size())
    file.bytes.resize(file.position + size);
  std::memcpy(file.bytes.data() + file.position, source, size);
  file.position += size;
  return size;
}

inline long seekMemory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  MemoryFile &file = fileOf(stream);
  ZPOS64_T base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? file.position
                  : origin == ZLIB_FILEFUNC_SEEK_END ? file.contents().size()
                                                     : 0;
  if (base + offset > file.contents().size())
    return -1;
  file.position = static_cast<size_t>(base + offset);
  return 0;
}

/// minizip "opens" the MemoryFile given as opaque.
inline zlib_filefunc64_def memoryFunctions(MemoryFile &file) {
  zlib_filefunc64_def functions{};
  functions.zopen64_file = [](voidpf opaque, const void *, int) { return opaque; };
  functions.zread_file = readMemory;
  functions.zwrite_file = writeMemory;
  functions.ztell64_file = [](voidpf, voidpf stream) -> ZPOS64_T {
    return fileOf(stream).position;
  };
  functions.zseek64_file = seekMemory;
  functions.zclose_file = [](voidpf, voidpf) { return 0; };
  functions.zerror_file = [](voidpf, voidpf) { return 0; };
  functions.opaque = &file;
  return functions;
}

} // namespace keratin::rt
