// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The .npy format, numpy's own files and hostile ones.
#include "Support.h"
#include "keratin/npz.hpp"

#include <algorithm>

using namespace keratin::rt;

namespace {

std::string image(const std::string &dict, const std::string &data, int version = 1) {
  std::string text = "\x93NUMPY";
  text += {static_cast<char>(version), '\0', static_cast<char>(dict.size()),
           static_cast<char>(dict.size() >> 8)};
  if (version > 1)
    text.append(2, '\0');
  return text + dict + data;
}

std::string header(const std::string &descr, const std::string &shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }\n";
}

template <typename T> std::string bytesOf(std::vector<T> values) {
  return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

std::vector<double> values(const Array &array) {
  std::vector<double> result;
  for (int64_t i = 0; i < array.size(); ++i)
    result.push_back(array.at(i));
  return result;
}

TEST(Npy, EveryTypeSurvivesARoundTrip) {
  for (int type = 0; type <= static_cast<int>(DType::Float64); ++type) {
    Array array(static_cast<DType>(type), {2, 3});
    for (int64_t i = 0; i < array.size(); ++i)
      array.set(i, static_cast<double>(i % 2));
    Array read = parseNpyArray(formatNpy(array), "a");
    EXPECT_EQ(read.dtype, array.dtype);
    EXPECT_EQ(read.shape, array.shape);
    EXPECT_EQ(read.bytes, array.bytes);
  }
}

TEST(Npy, ScalarsVectorsAndEmptyArraysSurviveARoundTrip) {
  for (const std::vector<int64_t> &shape :
       std::vector<std::vector<int64_t>>{{}, {1}, {0}, {3, 0, 2}, {1, 1, 1, 1, 5}})
    EXPECT_EQ(parseNpyArray(formatNpy(Array(DType::Float32, shape)), "a").shape, shape);
}

TEST(Npy, WritesTheBytesThatNumpyWrites) {
  for (const char *path : {"fit_basic/train.npz", "tr_imdb_lstm/train.npz", "lstm_last/io.npz"}) {
    for (const auto &[name, array] : readNpz(golden(path))) {
      std::string text = formatNpy(array);
      EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
      EXPECT_EQ((text.size() - array.bytes.size()) % 64, 0u) << name;
    }
  }
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  for (int version : {2, 3})
    EXPECT_EQ(values(parseNpyArray(image(header("<i4", "(2,)"), bytesOf<int32_t>({7, -8}), version),
                                   "a")),
              (std::vector<double>{7, -8}));
}

TEST(Npy, SwapsForeignByteOrder) {
  std::string data = bytesOf<float>({1.5f, -2.25f});
  std::reverse(data.begin(), data.begin() + 4);
  std::reverse(data.begin() + 4, data.end());
  EXPECT_EQ(values(parseNpyArray(image(header(">f4", "(2,)"), data), "a")),
            (std::vector<double>{1.5, -2.25}));
}

TEST(Npy, TransposesFortranOrder) {
  Array array = parseNpyArray(
      image(header("<i2", "(2, 3)", true), bytesOf<int16_t>({1, 4, 2, 5, 3, 6})), "a");
  EXPECT_EQ(values(array), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  Array cube = parseNpyArray(image(header("|u1", "(2, 2, 3)", true),
                                   bytesOf<uint8_t>({0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11})),
                             "a");
  EXPECT_EQ(values(cube), (std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Npy, BoolsAreZeroOrOne) {
  Array array = parseNpyArray(image(header("|b1", "(3,)"), std::string("\x00\x01\x07", 3)), "a");
  EXPECT_EQ(array.bytes, (std::vector<std::byte>{std::byte(0), std::byte(1), std::byte(1)}));
}

TEST(Npy, KeepsThePickleOfObjects) {
  NpyItem item = parseNpy(image(header("|O", "(2,)"), "pickle"), "a");
  EXPECT_EQ(std::get<ObjectArray>(item).pickle, "pickle");
  EXPECT_ERROR(parseNpyArray(image(header("|O", "(2,)"), "pickle"), "a"),
               "a: expected numbers, found an array of Python objects");
}

TEST(Npy, RefusesOtherTypesByName) {
  auto refusal = [](const std::string &descr) {
    try {
      parseNpyArray(image(header(descr, "(1,)"), std::string(64, '\0')), "a");
    } catch (const Error &e) {
      return e.located();
    }
    return std::string();
  };
  EXPECT_EQ(refusal("<f2"), "a: elements of type float16 are not supported");
  EXPECT_EQ(refusal("<U5"), "a: elements of type text are not supported");
  EXPECT_EQ(refusal("|S5"), "a: elements of type text are not supported");
  EXPECT_EQ(refusal("<c8"), "a: elements of type complex numbers are not supported");
  EXPECT_EQ(refusal("<M8[ns]"), "a: elements of type dates are not supported");
  EXPECT_EQ(refusal("<f3"), "a: elements of type \"f3\" are not supported");
  EXPECT_ERROR(
      parseNpy(image("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", ""),
               "a"),
      "a: structured arrays are not supported");
}

TEST(Npy, ChecksSizesBeforeItAllocates) {
  EXPECT_ERROR(parseNpy(image(header("<f4", "(3,)"), "12345678"), "a"),
               "a: truncated: expected 12 bytes of data, found 8");
  EXPECT_ERROR(parseNpy(image(header("<f8", "(1000000000000,)"), ""), "a"),
               "a: truncated: expected 8000000000000 bytes of data, found 0");
  EXPECT_ERROR(parseNpy(image(header("<f8", "(4611686018427387904, 4)"), ""), "a"),
               "a: absurd shape: its size does not fit in 64 bits");
  EXPECT_ERROR(parseNpy(image(header("<f8", "(4611686018427387904, 4, 0)"), ""), "a"),
               "a: absurd shape: its size does not fit in 64 bits");
  EXPECT_ERROR(parseNpy(image(header("<f8", "(99999999999999999999,)"), ""), "a"),
               "a: malformed .npy header at byte 51");
  EXPECT_ERROR(parseNpy(image(header("<f8", "(-1,)"), ""), "a"),
               "a: malformed .npy header at byte 51");
}

TEST(Npy, NamesWhatIsWrongWithTheHeader) {
  EXPECT_ERROR(parseNpy("", "a"), "a: not a .npy array: expected it to begin with \\x93NUMPY");
  EXPECT_ERROR(parseNpy(image("", "", 9), "a"),
               "a: version 9 of .npy is not known, expected 1 to 3");
  EXPECT_ERROR(parseNpy(image(header("<f4", "(1,)"), "").substr(0, 20), "a"),
               "a: truncated .npy header: expected 58 bytes, found 10");
  EXPECT_ERROR(parseNpy(image("{'descr': '<f4'}", ""), "a"), "a: malformed .npy header at byte 16");
  EXPECT_ERROR(parseNpy(image("{'descr': '<f4', 'color': 'red'}", ""), "a"),
               "a: malformed .npy header at byte 25");
}

TEST(Npy, NoPrefixOfAFileCrashes) {
  std::string whole = formatNpy(Array(DType::Float32, {3, 5}));
  for (size_t n = 0; n < whole.size(); ++n)
    EXPECT_THROW(parseNpy(whole.substr(0, n), "a"), Error) << n;
}

} // namespace
