// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cache folder and downloads, the latter from file: URLs, which libcurl treats alike.
#include "compiler/Frontend/Datasets/DataFile.h"
#include "Support.h"
#include "compiler/Frontend/Datasets/Sha256.h"
#include "keratin/file.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace keratin;
using namespace keratin::datasets;

namespace {

class DataFileTest : public testing::Test {
protected:
  DataFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keratin-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(folder + "/remote");
    rt::writeFile(folder + "/remote/f.npz", "content");
    options.cacheFolder = folder + "/cache/datasets";
    options.baseUrl = "file://" + folder + "/remote";
    options.announce = [this](const std::string &text) { announced += text; };
  }
  ~DataFileTest() override { std::filesystem::remove_all(folder); }

  std::string folder, announced, cause;
  DatasetOptions options;
};

TEST_F(DataFileTest, DownloadsIntoTheCacheOnce) {
  std::optional<DataFile> file = findDataFile("f.npz", sha256("content"), options, cause);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, "content");
  EXPECT_TRUE(file->official);
  EXPECT_NE(announced.find("downloading file://"), std::string::npos);
  EXPECT_EQ(rt::readFile(options.cacheFolder + "/f.npz"), "content");
  announced.clear();
  EXPECT_TRUE(findDataFile("f.npz", sha256("content"), options, cause));
  EXPECT_EQ(announced, "");
}

TEST_F(DataFileTest, ADamagedDownloadIsNotKept) {
  EXPECT_FALSE(findDataFile("f.npz", sha256("other"), options, cause));
  EXPECT_NE(cause.find("its hash is wrong"), std::string::npos) << cause;
  EXPECT_FALSE(std::filesystem::exists(options.cacheFolder + "/f.npz"));
}

TEST_F(DataFileTest, AForeignFileIsUsedAndKnownToBeForeign) {
  std::filesystem::create_directories(options.cacheFolder);
  rt::writeFile(options.cacheFolder + "/f.npz", "mine");
  std::optional<DataFile> file = findDataFile("f.npz", sha256("content"), options, cause);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, "mine");
  EXPECT_FALSE(file->official);
}

TEST_F(DataFileTest, NamesTheCauseOfAFailure) {
  EXPECT_FALSE(findDataFile("g.npz", "", options, cause));
  EXPECT_EQ(cause.find("downloading file://" + folder + "/remote/g.npz failed: "), 0u) << cause;
}

TEST_F(DataFileTest, AFolderInPlaceOfTheFileIsAnError) {
  std::filesystem::create_directories(options.cacheFolder + "/f.npz");
  EXPECT_USER_ERROR(findDataFile("f.npz", "", options, cause),
                    options.cacheFolder + "/f.npz: cannot read: Is a directory");
}

TEST_F(DataFileTest, AServerThatNeverAnswersIsGivenUp) {
  int server = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(server, reinterpret_cast<sockaddr *>(&address), size), 0);
  ASSERT_EQ(::listen(server, 1), 0);
  ::getsockname(server, reinterpret_cast<sockaddr *>(&address), &size);
  options.baseUrl = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  options.patienceSeconds = 1;
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(findDataFile("f.npz", "", options, cause));
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_LT(seconds, 8);
  ::close(server);
}

TEST_F(DataFileTest, KerasHomeMovesTheCache) {
  ::setenv("KERAS_HOME", "/somewhere", 1);
  EXPECT_EQ(cacheFolder({}), "/somewhere/datasets");
  ::unsetenv("KERAS_HOME");
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(cacheFolder({}), "/home/me/.keras/datasets");
  EXPECT_EQ(cacheFolder(options), options.cacheFolder);
}

} // namespace
