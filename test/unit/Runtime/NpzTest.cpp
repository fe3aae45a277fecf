// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The .npz format, numpy's own archives and hostile ones.
#include "keratin/npz.hpp"
#include "Support.h"
#include "keratin/file.hpp"

using namespace keratin::rt;

namespace {

NamedArrays sample() {
  return {{"x", Array::of<float>({2, 2}, {1, 2, 3, 4})},
          {"y", Array::of<int64_t>({200}, std::vector<int64_t>(200, 7))}};
}

TEST(Npz, SurvivesARoundTripStoredAndDeflated) {
  size_t sizes[2];
  for (bool compress : {false, true}) {
    std::string image = formatNpz(sample(), compress);
    sizes[compress] = image.size();
    NpzReader reader(image, "a.npz");
    EXPECT_EQ(reader.names(), (std::vector<std::string>{"x", "y"}));
    for (const auto &[name, array] : sample()) {
      EXPECT_EQ(reader.readArray(name).bytes, array.bytes);
      EXPECT_EQ(reader.readArray(name).shape, array.shape);
    }
  }
  EXPECT_LT(sizes[1], sizes[0] / 2);
}

TEST(Npz, TheSameArraysGiveTheSameBytes) { EXPECT_EQ(formatNpz(sample()), formatNpz(sample())); }

TEST(Npz, ReadsNumpysArchives) {
  NpzReader reader(golden("tr_imdb_lstm/train.npz"));
  EXPECT_TRUE(reader.contains("w0_001"));
  EXPECT_EQ(reader.readArray("w0_001").shape, (std::vector<int64_t>{4, 20}));
  EXPECT_FALSE(reader.contains("w0_001.npy"));
}

TEST(Npz, MembersAreAsNumpyWritesThem) {
  TemporaryFolder folder;
  writeNpz(folder / "again.npz", readNpz(golden("fit_basic/train.npz")));
  std::string ours = readFile(folder / "again.npz"),
              theirs = readFile(golden("fit_basic/train.npz"));
  for (const auto &[name, array] : readNpz(golden("fit_basic/train.npz"))) {
    EXPECT_NE(ours.find(formatNpy(array)), std::string::npos) << name;
    EXPECT_NE(theirs.find(formatNpy(array)), std::string::npos) << name;
  }
}

TEST(Npz, NamesTheMembersWhenOneIsMissing) {
  std::string image = formatNpz(sample());
  NpzReader reader(image, "a.npz");
  EXPECT_ERROR(reader.read("z"), "a.npz: no array \"z\"; the file holds x, y");
}

TEST(Npz, RefusesWhatIsNoArchive) {
  EXPECT_ERROR(NpzReader(std::string_view("hello"), "a.npz"),
               "a.npz: not a .npz file: no zip directory found");
  EXPECT_ERROR(NpzReader(std::string_view(), "a.npz"),
               "a.npz: not a .npz file: no zip directory found");
  EXPECT_ERROR(readNpz("/nonexistent/a.npz"),
               "/nonexistent/a.npz: cannot read: No such file or directory");
  EXPECT_ERROR(readNpz("/tmp"), "/tmp: cannot read: Is a directory");
}

TEST(Npz, RefusesADamagedMember) {
  for (bool compress : {false, true}) {
    std::string image = formatNpz(sample(), compress);
    image[compress ? 60 : 160] ^= 0x55;
    EXPECT_ERROR(NpzReader(image, "a.npz").read("x"), "a.npz: x: damaged .npz file");
  }
}

TEST(Npz, RefusesAClaimedSizeThatNoDeflateReaches) {
  std::string image = formatNpz(sample(), true);
  size_t directory = image.find("PK\x01\x02");
  for (int i = 0; i < 3; ++i)
    image[directory + 24 + i] = '\xff'; // uncompressed size of x: 16 MB from some 100 bytes
  EXPECT_ERROR(NpzReader(image, "a.npz").read("x"), "a.npz: x: damaged .npz file");
}

/// Reads all there is to read; errors are fine, crashes and sanitizer reports are not.
void readAll(const std::string &image) {
  try {
    NpzReader reader(image, "a.npz");
    for (const std::string &name : reader.names())
      reader.read(name);
  } catch (const Error &) {
  }
}

TEST(Npz, NoTruncationAndNoFlippedByteCrashes) {
  for (bool compress : {false, true}) {
    std::string whole = formatNpz(sample(), compress);
    for (size_t n = 0; n < whole.size(); ++n)
      readAll(whole.substr(0, n));
    for (size_t i = 0; i < whole.size(); ++i)
      for (char flip : {'\x01', '\x80', '\xff'}) {
        std::string damaged = whole;
        damaged[i] ^= flip;
        readAll(damaged);
      }
  }
}

} // namespace
