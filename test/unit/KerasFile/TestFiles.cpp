// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes files for tests.
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/ZipFile.h"

#include <minizip/zip.h>

#include <filesystem>
#include <fstream>

#include <stdlib.h>

namespace keratin::test {

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "keratin-XXXXXX").string();
  path = mkdtemp(pattern.data());
}

TestFolder::~TestFolder() { std::filesystem::remove_all(path); }

void writeBytes(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void writeZip(const std::string &path, const ZipMembers &members, int level) {
  zipFile zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  for (const auto &[name, bytes] : members) {
    zip_fileinfo info = {};
    zipOpenNewFileInZip64(zip, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                          level ? Z_DEFLATED : 0, level, 0);
    zipWriteInFileInZip(zip, bytes.data(), static_cast<unsigned>(bytes.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
}

ZipMembers zipMembers(const std::string &path, const std::vector<std::string> &names) {
  ZipFile zip(path);
  ZipMembers members;
  for (const std::string &name : names)
    members.push_back({name, zip.read(name, uint64_t(1) << 30).value()});
  return members;
}

UserError userError(const std::function<void()> &work) {
  try {
    work();
  } catch (const UserError &error) {
    return error;
  }
  ADD_FAILURE() << "expected a UserError";
  return UserError({}, "");
}

} // namespace keratin::test
