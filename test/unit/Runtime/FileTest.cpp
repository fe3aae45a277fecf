// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole files in and out.
#include "keratin/file.hpp"
#include "Support.h"

#include <csignal>
#include <sys/resource.h>

using namespace keratin::rt;

namespace {

TEST(File, ReadsBackWhatWasWritten) {
  TemporaryFolder folder;
  std::string bytes("a\0b", 3);
  writeFile(folder / "f", bytes);
  EXPECT_EQ(readFile(folder / "f"), bytes);
  writeFile(folder / "f", "");
  EXPECT_EQ(readFile(folder / "f"), "");
}

TEST(File, ReplacesTheFileBehindALink) {
  TemporaryFolder folder;
  writeFile(folder / "real", "old");
  std::filesystem::create_symlink("real", folder / "link");
  writeFile(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(readFile(folder / "real"), "new");
}

TEST(File, NamesTheReasonOfAFailure) {
  TemporaryFolder folder;
  EXPECT_ERROR(readFile(folder / "none"),
               folder / "none" + ": cannot read: No such file or directory");
  EXPECT_ERROR(writeFile(folder / "none/f", "x"),
               folder / "none/f" + ": cannot write: No such file or directory");
  EXPECT_ERROR(writeFile(folder / "", "x"), folder / "" + ": cannot write: Is a directory");
  EXPECT_ERROR(checkWritable(folder / "none/f"),
               folder / "none/f" + ": cannot write: No such file or directory");
  EXPECT_ERROR(writeFile("/dev/full", "x"), "/dev/full: cannot write: No space left on device");
}

TEST(File, AFailureLeavesTheOldFileAndNothingElse) {
  TemporaryFolder folder;
  writeFile(folder / "f", "old");
  // A limit on file sizes fails in the middle of writing, as a full disk does.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(writeFile(folder / "f", std::string(5000, 'x')), Error);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(readFile(folder / "f"), "old");
  std::filesystem::remove(folder / "f");
  EXPECT_TRUE(folder.empty());
}

TEST(File, KnowsExtensions) {
  EXPECT_EQ(extension("a/b.tar.NPZ"), ".npz");
  EXPECT_EQ(extension("a.b/c"), "");
  EXPECT_EQ(extension(".npz"), "");
}

} // namespace
