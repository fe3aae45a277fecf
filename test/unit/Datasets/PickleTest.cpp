// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The restricted unpickler: numpy's own pickles (Inputs/make_pickles.py), Python 2's, and hostile
// ones.
#include "compiler/Frontend/Datasets/Pickle.h"
#include "Support.h"
#include "keratin/file.hpp"

using namespace keratin;
using namespace keratin::datasets;
using namespace std::string_literals;

namespace {

using Rows = std::vector<std::vector<int32_t>>;
const Rows expected{{1, 2, 300}, {}, {70000, -5}};

rt::ObjectArray input(const std::string &name) {
  std::string path = KERATIN_TEST_INPUTS "/" + name;
  return std::get<rt::ObjectArray>(rt::parseNpy(rt::readFile(path), path));
}

/// A pickle that stands for `count` rows.
Rows load(const std::string &pickle, int64_t count) {
  return unpickleSequences({{count}, pickle}, "x").rows;
}

TEST(Pickle, ReadsWhatNumpyWritesInEveryProtocol) {
  for (char protocol = '0'; protocol <= '5'; ++protocol) {
    EXPECT_EQ(unpickleSequences(input(std::string("lists-") + protocol + ".npy"), "x").rows,
              expected)
        << protocol;
    EXPECT_EQ(unpickleSequences(input(std::string("arrays-") + protocol + ".npy"), "x").rows,
              expected)
        << protocol;
  }
}

TEST(Pickle, ReadsWhatPython2Wrote) {
  std::string text =
      "cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n(I0\ntp2\nS'b'"
      "\np3\ntp4\nRp5\n"
      "(I1\n(I3\ntp6\ncnumpy\ndtype\np7\n(S'O8'\np8\nI0\nI1\ntp9\nRp10\n(I3\nS'|'\np11\nNNNI-1\nI-"
      "1\n"
      "I63\ntp12\nbI00\n(lp13\n(lp14\nI1\naI2\naI300\naa(lp15\na(lp16\nI70000\naL-5L\naatp17\nb.";
  EXPECT_EQ(load(text, 3), expected);
}

TEST(Pickle, SharedRowsAreRowsTwice) {
  // [a, a] with a = [7]
  EXPECT_EQ(load("\x80\x02]q\x00(]q\x01K\x07"
                 "ah\x01"
                 "e."s,
                 2),
            (Rows{{7}, {7}}));
}

TEST(Pickle, RefusesEverythingThatRunsCode) {
  EXPECT_USER_ERROR(unpickleSequences(input("evil.npy"), "x"),
                    "x: pickle, byte 162: global posix.system is refused: data files may hold "
                    "lists, numbers and arrays only");
  EXPECT_USER_ERROR(load("cos\nsystem\n(S'true'\ntR.", 0),
                    "x: pickle, byte 11: global os.system is refused: data files may hold lists, "
                    "numbers and arrays only");
  EXPECT_USER_ERROR(load("(S'true'\nios\nsystem\n.", 0),
                    "x: pickle, byte 10: opcode 0x69 is refused: data files may hold lists, "
                    "numbers and arrays only");
  EXPECT_USER_ERROR(unpickleSequences(input("dicts.npy"), "x"),
                    "x: pickle, byte 145: opcode 0x7d is refused: data files may hold lists, "
                    "numbers and arrays only");
}

TEST(Pickle, RefusesWhatIsNoListOfInts) {
  EXPECT_USER_ERROR(unpickleSequences(input("floats.npy"), "x"),
                    "x: element 1: expected an int, found a float");
  EXPECT_USER_ERROR(load("]K\x01"
                         "a.",
                         1),
                    "x: expected lists of ints, found ints");
  EXPECT_USER_ERROR(load("](Ne.", 1), "x: element 0: expected a list of ints, found None");
  EXPECT_USER_ERROR(load("K\x01.", 1), "x: expected an array of lists, found an int");
  EXPECT_USER_ERROR(load("](]e.", 2), "x: expected 2 lists, found 1");
  EXPECT_USER_ERROR(load("](](\x8a\x05\x00\x00\x00\x00\x01"
                         "ee."s,
                         1),
                    "x: element 0: expected an int of 32 bits, found 4294967296.000000");
}

TEST(Pickle, RefusesMalformedPickles) {
  auto message = [](const std::string &pickle) {
    try {
      load(pickle, 1);
    } catch (const UserError &e) {
      return e.message;
    }
    return std::string("no error");
  };
  EXPECT_EQ(message(""), "pickle, byte 0: truncated");
  EXPECT_EQ(message("J\x01"), "pickle, byte 1: truncated");
  EXPECT_EQ(message("."), "pickle, byte 1: malformed: the stack is empty");
  EXPECT_EQ(message("e"), "pickle, byte 1: malformed: no mark");
  EXPECT_EQ(message("K\x01(K\x02"
                    "a."),
            "pickle, byte 6: malformed: append to what is no list");
  EXPECT_EQ(message("(0a"), "pickle, byte 3: malformed: append to what is no list");
  EXPECT_EQ(message("h\x05."), "pickle, byte 2: malformed: nothing is memoized as 5");
  EXPECT_EQ(message("\x80\x09."), "pickle, byte 2: protocol 9 is not known, expected 0 to 5");
  EXPECT_EQ(message("K\x01)R."), "pickle, byte 4: malformed: call of what is no global");
  EXPECT_EQ(message("I12x\n."), "pickle, byte 5: malformed integer");
  EXPECT_EQ(message("B\xff\xff\xff\xff."), "pickle, byte 5: truncated");
}

TEST(Pickle, SharingDoesNotGrowWithoutBound) {
  // One row of 200 ints, and 20000 references to it: 4 million ints from 40 kB.
  std::string pickle = "](](";
  for (int i = 0; i < 200; ++i)
    pickle += "K\x01";
  pickle += "eq\x01";
  for (int i = 0; i < 20000; ++i)
    pickle += "h\x01";
  pickle += "e.";
  EXPECT_USER_ERROR(load(pickle, 20001),
                    "x: element 3232: absurdly many elements for the size of the file");
}

TEST(Pickle, NoTruncationAndNoFlippedByteCrashes) {
  for (const char *name : {"lists-0.npy", "lists-2.npy", "arrays-4.npy", "arrays-5.npy"}) {
    rt::ObjectArray whole = input(name);
    auto attempt = [&](const std::string &pickle) {
      try {
        unpickleSequences({whole.shape, pickle}, "x");
      } catch (const UserError &) {
      }
    };
    for (size_t i = 0; i < whole.pickle.size(); ++i) {
      attempt(whole.pickle.substr(0, i));
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = whole.pickle;
        damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
        attempt(damaged);
      }
    }
  }
}

} // namespace
