// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads members of a zip archive, stored or deflated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace keratin {

class ZipFile {
public:
  /// Throws UserError where the file is not a zip archive.
  explicit ZipFile(const std::string &path);
  ~ZipFile();
  ZipFile(const ZipFile &) = delete;
  ZipFile &operator=(const ZipFile &) = delete;

  bool contains(const std::string &member) const;

  /// The member's bytes, or nothing where there is none of this name. Throws UserError where it is
  /// damaged or larger than `maxBytes`; memory grows with what was really unpacked, not with what
  /// the header says.
  std::optional<std::string> read(const std::string &member, uint64_t maxBytes) const;

private:
  std::string path;
  void *archive; // unzFile
};

} // namespace keratin
