// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a test makes, in a folder that goes away with it.
#pragma once

#include "compiler/Support/Diagnostic.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace keratin::test {

class TestFolder {
public:
  TestFolder();
  ~TestFolder();
  std::string operator/(const std::string &name) const { return path + "/" + name; }

private:
  std::string path;
};

void writeBytes(const std::string &path, const std::string &bytes);

using ZipMembers = std::vector<std::pair<std::string, std::string>>;
/// Level 0 stores, 9 deflates.
void writeZip(const std::string &path, const ZipMembers &members, int level);

/// The members of a zip file.
ZipMembers zipMembers(const std::string &path, const std::vector<std::string> &names);

/// Runs `work` and returns the UserError that it throws; fails where it throws none.
UserError userError(const std::function<void()> &work);

} // namespace keratin::test
