// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the runtime's tests share: folders, files, and the expectation of an error.
#pragma once

#include "keratin/error.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

/// A file of a golden case.
inline std::string golden(const std::string &path) {
  return std::string(KERATIN_GOLDEN_DIR) + "/" + path;
}

/// A folder that is gone when the test ends.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keratin-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(folder); }
  std::string operator/(const std::string &name) const { return (folder / name).string(); }
  bool empty() const { return std::filesystem::is_empty(folder); }

private:
  std::filesystem::path folder;
};

/// Expects that `statement` throws keratin::rt::Error with this text, its place included.
#define EXPECT_ERROR(statement, text)                                                              \
  try {                                                                                            \
    statement;                                                                                     \
    ADD_FAILURE() << "expected the error: " << (text);                                             \
  } catch (const keratin::rt::Error &e) {                                                          \
    EXPECT_EQ(e.located(), text);                                                                  \
  }
