// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reuters.load_data against what Keras makes of a small file of the real layout, and the data sets
// of arrays.
#include "compiler/Frontend/Datasets/Reuters.h"
#include "Support.h"
#include "compiler/Frontend/Datasets/ArrayData.h"
#include "keratin/file.hpp"
#include "keratin/npz.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace keratin;
using namespace keratin::datasets;

namespace {

/// A closed port of this machine: downloads fail at once.
DatasetOptions offline(const std::string &folder) {
  DatasetOptions options;
  options.cacheFolder = folder;
  options.baseUrl = "http://127.0.0.1:9";
  return options;
}

const DatasetOptions &golden() {
  static const DatasetOptions options = offline(KERATIN_GOLDEN_DIR "/utils/datasets");
  return options;
}

class ArrayFiles : public testing::Test {
protected:
  ArrayFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keratin-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~ArrayFiles() override { std::filesystem::remove_all(folder); }
  std::string folder;
};

} // namespace

TEST(Reuters, SelectsShufflesAndSplitsAsKeras) {
  nlohmann::json utils =
      nlohmann::json::parse(rt::readFile(KERATIN_GOLDEN_DIR "/utils/utils.json"));
  ASSERT_GE(utils.at("reuters").size(), 3u);
  using Rows = std::vector<std::vector<int32_t>>;
  for (const nlohmann::json &one : utils.at("reuters")) {
    const nlohmann::json &given = one.at("args");
    ImdbArguments arguments;
    arguments.path = "reuters.npz";
    if (given.contains("num_words"))
      arguments.numWords = given["num_words"].get<int64_t>();
    if (given.contains("maxlen"))
      arguments.maxLength = given["maxlen"].get<int64_t>();
    arguments.skipTop = given.value("skip_top", 0);
    ReutersData data = loadReuters(arguments, given.value("test_split", 0.2), golden());
    EXPECT_EQ(data.xTrain.rows, one.at("x_train").get<Rows>()) << given;
    EXPECT_EQ(data.xTest.rows, one.at("x_test").get<Rows>()) << given;
    EXPECT_EQ(data.yTrain, one.at("y_train").get<std::vector<int64_t>>());
    EXPECT_EQ(data.yTest, one.at("y_test").get<std::vector<int64_t>>());
    EXPECT_NE(data.notice.find("is not the official file"), std::string::npos);
  }
}

TEST_F(ArrayFiles, AreShuffledAndSplitAsKeras) {
  std::vector<double> x, y;
  for (int i = 0; i < 10; ++i) {
    x.insert(x.end(), {i + 0.25, i + 0.5});
    y.push_back(i);
  }
  rt::writeNpz(folder + "/boston_housing.npz",
               {{"x", rt::Array::of({10, 2}, x)}, {"y", rt::Array::of({10}, y)}});
  ArrayData data = loadBostonHousing("boston_housing.npz", 0.2, 113, offline(folder));
  // numpy: r = RandomState(113); i = arange(10); r.shuffle(i)
  const std::vector<double> order = {9, 3, 6, 1, 0, 7, 4, 8, 2, 5};
  ASSERT_EQ(data.yTrain.shape, (std::vector<int64_t>{8}));
  ASSERT_EQ(data.xTest.shape, (std::vector<int64_t>{2, 2}));
  for (int64_t i = 0; i < 8; ++i) {
    EXPECT_EQ(data.yTrain.at(i), order[static_cast<size_t>(i)]);
    EXPECT_EQ(data.xTrain.at(2 * i + 1), order[static_cast<size_t>(i)] + 0.5);
  }
  EXPECT_EQ(data.yTest.at(1), order[9]);
  EXPECT_USER_ERROR(loadBostonHousing("boston_housing.npz", 1, 113, offline(folder)),
                    "Invalid `test_split` argument: 1.000000. It must be between 0 and 1 "
                    "(exclusive of 1).");
}

TEST_F(ArrayFiles, OfDigitsStayInOrder) {
  auto bytes = [](std::vector<int64_t> shape) { return rt::Array(rt::DType::UInt8, shape); };
  rt::writeNpz(folder + "/mnist.npz", {{"x_train", bytes({3, 28, 28})},
                                       {"y_train", bytes({3})},
                                       {"x_test", bytes({2, 28, 28})},
                                       {"y_test", bytes({1})}});
  EXPECT_USER_ERROR(loadMnist("mnist.npz", offline(folder)), folder + "/mnist.npz: expected as many labels as rows");
}

TEST_F(ArrayFiles, MissingOnesAreRefusedWithWhatToDo) {
  try {
    loadMnist("mnist.npz", offline(folder));
    ADD_FAILURE();
  } catch (const UserError &error) {
    EXPECT_EQ(error.message.find("no MNIST digits: downloading http://127.0.0.1:9/mnist.npz"), 0u);
    EXPECT_EQ(error.hint.find("put http://127.0.0.1:9/mnist.npz into " + folder), 0u);
  }
}
