// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pad_sequences, against what Keras computed.
#include "compiler/Frontend/Datasets/Sequences.h"
#include "Support.h"
#include "keratin/file.hpp"

#include <nlohmann/json.hpp>

using namespace keratin;
using namespace keratin::datasets;

namespace {

TEST(PadSequences, DoesWhatKerasDoes) {
  nlohmann::json utils =
      nlohmann::json::parse(rt::readFile(KERATIN_GOLDEN_DIR "/utils/utils.json"));
  for (const nlohmann::json &one : utils.at("pad_sequences")) {
    const nlohmann::json &given = one.at("args");
    PadArguments arguments;
    if (given.contains("maxlen"))
      arguments.maxLength = given.at("maxlen").get<int64_t>();
    if (given.value("dtype", "int32") == "float32")
      arguments.dtype = rt::DType::Float32;
    arguments.padding = given.value("padding", "pre");
    arguments.truncating = given.value("truncating", "pre");
    arguments.value = given.value("value", 0.0);
    Sequences input{one.at("input").get<std::vector<std::vector<int32_t>>>()};
    rt::Array result = padSequences(input, arguments);
    EXPECT_EQ(rt::name(result.dtype), one.at("dtype").get<std::string>());
    auto expected = one.at("output").get<std::vector<std::vector<double>>>();
    ASSERT_EQ(result.shape, (std::vector<int64_t>{static_cast<int64_t>(expected.size()),
                                                  static_cast<int64_t>(expected[0].size())}));
    int64_t next = 0;
    for (const std::vector<double> &row : expected)
      for (double value : row)
        EXPECT_EQ(result.at(next++), value) << given;
  }
}

TEST(PadSequences, TakesNoRowsAndNoLength) {
  EXPECT_EQ(padSequences(Sequences{}).shape, (std::vector<int64_t>{0, 0}));
  PadArguments none;
  none.maxLength = 0;
  EXPECT_EQ(padSequences(Sequences{{{1, 2}}}, none).shape, (std::vector<int64_t>{1, 0}));
}

TEST(PadSequences, TruncatesRealNumbersOnlyIfAsked) {
  std::vector<std::vector<double>> rows{{1.5}, {-2.5, 3.25}};
  PadArguments arguments;
  EXPECT_EQ(padSequences(rows, arguments).at(2), -2); // int32 is the default, as in Keras
  arguments.dtype = rt::DType::Float64;
  EXPECT_EQ(padSequences(rows, arguments).at(1), 1.5);
}

TEST(PadSequences, RefusesBadArguments) {
  PadArguments arguments;
  arguments.padding = "left";
  EXPECT_USER_ERROR(padSequences(Sequences{}, arguments),
                    "`padding` is \"left\", expected \"pre\" or \"post\"");
  arguments = {};
  arguments.truncating = "right";
  EXPECT_USER_ERROR(padSequences(Sequences{}, arguments),
                    "`truncating` is \"right\", expected \"pre\" or \"post\"");
  arguments = {};
  arguments.maxLength = -1;
  EXPECT_USER_ERROR(padSequences(Sequences{}, arguments), "`maxlen` is -1, expected at least 0");
  arguments = {};
  arguments.dtype = rt::DType::Int8;
  EXPECT_USER_ERROR(padSequences(Sequences{{{1}, {2, 128}}}, arguments),
                    "value 1 of sequence 1 does not fit in int8");
  arguments.value = 1000;
  EXPECT_USER_ERROR(padSequences(Sequences{{{1}}}, arguments),
                    "the padding value does not fit in int8");
}

} // namespace
