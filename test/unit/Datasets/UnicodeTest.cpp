// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The case of letters, against hashes of what Python 3.11 makes of every character.
#include "compiler/Frontend/Datasets/Unicode.h"
#include "compiler/Frontend/Datasets/Sha256.h"

#include <gtest/gtest.h>

using namespace keratin::datasets;

namespace {

std::string utf8(uint32_t c) {
  auto byte = [](uint32_t b) { return std::string(1, static_cast<char>(b)); };
  auto tail = [&](int shift) { return byte(0x80 | (c >> shift & 0x3f)); };
  return c < 0x80      ? byte(c)
         : c < 0x800   ? byte(0xc0 | c >> 6) + tail(0)
         : c < 0x10000 ? byte(0xe0 | c >> 12) + tail(6) + tail(0)
                       : byte(0xf0 | c >> 18) + tail(12) + tail(6) + tail(0);
}

/// The hash of f of every character, one after another.
template <typename F> std::string hashOfAll(F f) {
  std::string all;
  for (uint32_t c = 0; c < 0x110000; ++c)
    if (c < 0xd800 || c >= 0xe000)
      all += f(utf8(c));
  return sha256(all);
}

TEST(Unicode, ChangesTheCaseOfEveryCharacterAsPythonDoes) {
  EXPECT_EQ(hashOfAll(toLower), "958a7ea6410864d6bdee95e35373a838cd50f39ae4208f30d5fe14da0a0faff2");
  EXPECT_EQ(hashOfAll(toUpper), "61a79e5ccd3ab390ab0a1ce8e213e949b2f65e5062a636e4c2e32eca4ab4e48f");
}

TEST(Unicode, LowersTheSigmaBetweenAnyCharactersAsPythonDoes) {
  EXPECT_EQ(hashOfAll([](const std::string &c) { return toLower("a" + c + "Σ" + c); }),
            "545cca0907ef208e2bcd0d896ab7f160f9376ca405cf5b8554b507cd12af036a");
  EXPECT_EQ(hashOfAll([](const std::string &c) { return toLower("a" + c + "Σ" + c + "b"); }),
            "1b8883bcec387c675c91b9efa646fee08ed2e8b19fc803fc740b62fe67d56158");
  EXPECT_EQ(hashOfAll([](const std::string &c) { return toLower(c + "Σ"); }),
            "0ecb5bcff1666091d961e03e236394ca83683eb3d2c606c082e8c47b7028ff87");
}

TEST(Unicode, LeavesBytesThatAreNotUtf8) {
  EXPECT_EQ(toLower("\xffÄ\xc3"), "\xffä\xc3");
  EXPECT_EQ(toUpper("ä\xe2\x82"), "Ä\xe2\x82");
  EXPECT_EQ(characters("a\xe2\x82"
                       "é")
                .size(),
            4u);
}

} // namespace
