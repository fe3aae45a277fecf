// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// imdb.load_data, against what Keras makes of a small file of the real layout.
#include "compiler/Frontend/Datasets/Imdb.h"
#include "Support.h"
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

DatasetOptions golden() { return offline(KERATIN_GOLDEN_DIR "/utils/datasets"); }

/// An empty cache folder.
class Cache : public testing::Test {
protected:
  Cache() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keratin-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~Cache() override { std::filesystem::remove_all(folder); }
  std::string folder;
};

void set(std::optional<int32_t> &target, const nlohmann::json &value) {
  target = value.is_null() ? std::nullopt : std::optional<int32_t>(value.get<int32_t>());
}

ImdbArguments parse(const nlohmann::json &given) {
  ImdbArguments arguments;
  for (const auto &[name, value] : given.items()) {
    if (name == "num_words")
      arguments.numWords = value;
    else if (name == "skip_top")
      arguments.skipTop = value;
    else if (name == "maxlen")
      arguments.maxLength = value;
    else if (name == "seed")
      arguments.seed = value;
    else if (name == "start_char")
      set(arguments.startChar, value);
    else if (name == "oov_char")
      set(arguments.oovChar, value);
    else if (name == "index_from")
      arguments.indexFrom = value;
    else
      ADD_FAILURE() << "unknown argument " << name;
  }
  return arguments;
}

TEST(Imdb, SelectsAndShufflesAsKeras) {
  nlohmann::json utils =
      nlohmann::json::parse(rt::readFile(KERATIN_GOLDEN_DIR "/utils/utils.json"));
  ASSERT_GE(utils.at("imdb").size(), 8u);
  for (const nlohmann::json &one : utils.at("imdb")) {
    ImdbData data = loadImdb(parse(one.at("args")), golden());
    EXPECT_EQ(data.xTrain.rows, one.at("x_train").get<std::vector<std::vector<int32_t>>>())
        << one.at("args");
    EXPECT_EQ(data.xTest.rows, one.at("x_test").get<std::vector<std::vector<int32_t>>>())
        << one.at("args");
    EXPECT_EQ(data.yTrain, one.at("y_train").get<std::vector<int64_t>>());
    EXPECT_EQ(data.yTest, one.at("y_test").get<std::vector<int64_t>>());
    EXPECT_FALSE(data.madeUp);
    EXPECT_EQ(data.closingNotice, "");
  }
}

TEST(Imdb, SaysThatAFileIsNotTheOfficialOne) {
  std::string notice = loadImdb({}, golden()).notice;
  EXPECT_NE(notice.find("imdb.npz is not the official file"), std::string::npos) << notice;
}

TEST(Imdb, RefusesArgumentsThatLeaveNothing) {
  ImdbArguments arguments;
  arguments.maxLength = 2;
  EXPECT_USER_ERROR(loadImdb(arguments, golden()),
                    "after filtering for sequences shorter than maxlen=2, no sequence was kept");
  arguments = {};
  arguments.seed = -1;
  EXPECT_USER_ERROR(loadImdb(arguments, golden()), "`seed` is -1, expected 0 to 4294967295");
}

TEST_F(Cache, WithoutTheFileReviewsAreMadeUpAndSaidToBe) {
  ImdbData data = loadImdb({}, offline(folder));
  EXPECT_TRUE(data.madeUp);
  EXPECT_EQ(data.xTrain.size(), 2000);
  EXPECT_EQ(data.xTest.size(), 1000);
  for (const std::string &notice : {data.notice, data.closingNotice}) {
    EXPECT_NE(notice.find("made-up reviews"), std::string::npos) << notice;
    EXPECT_NE(notice.find("127.0.0.1 port 9"), std::string::npos) << "the cause: " << notice;
    EXPECT_NE(notice.find("put http://127.0.0.1:9/imdb.npz into " + folder), std::string::npos)
        << notice;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder)) << "nothing made up reaches the cache";
  EXPECT_EQ(loadImdb({}, offline(folder)).xTrain.rows, data.xTrain.rows) << "the same every time";
}

TEST_F(Cache, RealDataOnlyMakesThatAnError) {
  DatasetOptions options = offline(folder);
  options.realDataOnly = true;
  try {
    loadImdb({}, options);
    ADD_FAILURE();
  } catch (const UserError &e) {
    EXPECT_EQ(
        e.message.find("no real IMDB reviews: downloading http://127.0.0.1:9/imdb.npz failed: "),
        0u)
        << e.message;
    EXPECT_NE(e.hint.find("put http"), std::string::npos) << e.hint;
  }
}

TEST_F(Cache, ADamagedFileIsAnErrorAndNoReasonToMakeThingsUp) {
  std::string path = folder + "/imdb.npz", whole = rt::readFile(golden().cacheFolder + "/imdb.npz");
  rt::writeFile(path, whole.substr(0, 700));
  EXPECT_USER_ERROR(loadImdb({}, offline(folder)),
                    path + ": not a .npz file: no zip directory found");
  rt::writeNpz(path, {{"x_train", rt::Array(rt::DType::Int32, {2})}});
  EXPECT_USER_ERROR(loadImdb({}, offline(folder)),
                    path + ": x_train: expected lists of ints, found an array of rank 1");
  rt::writeNpz(path, {{"x_train", rt::Array(rt::DType::Int32, {2, 3})},
                      {"y_train", rt::Array(rt::DType::Int64, {3})}});
  EXPECT_USER_ERROR(loadImdb({}, offline(folder)), path + ": y_train: expected 2 labels, found 3");
}

TEST_F(Cache, TheWordIndexBelongsToTheReviews) {
  std::vector<std::pair<std::string, int64_t>> words =
      imdbWordIndex("imdb_word_index.json", offline(folder));
  EXPECT_EQ(words[0], (std::pair<std::string, int64_t>{"the", 1}));
  int64_t largest = 0;
  for (const std::vector<int32_t> &row : loadImdb({}, offline(folder)).xTrain.rows)
    for (int32_t id : row)
      largest = std::max<int64_t>(largest, id - 3);
  EXPECT_LE(largest, static_cast<int64_t>(words.size()));

  rt::writeFile(folder + "/imdb_word_index.json", R"({"fawn": 34701, "tsukino": 52006})");
  words = imdbWordIndex("imdb_word_index.json", offline(folder));
  EXPECT_EQ(words,
            (std::vector<std::pair<std::string, int64_t>>{{"fawn", 34701}, {"tsukino", 52006}}));

  std::string path = folder + "/imdb_word_index.json";
  for (const char *bad :
       {"[1]", R"({"a": "b"})", R"({"a": {"b": 1}})", R"({"a": 1.5})", "3", R"({"a": [1]})"}) {
    rt::writeFile(path, bad);
    EXPECT_USER_ERROR(imdbWordIndex("imdb_word_index.json", offline(folder)),
                      path + ": expected an object of words and ranks");
  }
  rt::writeFile(path, R"({"a": 1)");
  EXPECT_THROW(imdbWordIndex("imdb_word_index.json", offline(folder)), UserError);
}

TEST_F(Cache, RealReviewsGetNoMadeUpWords) {
  std::filesystem::copy(golden().cacheFolder + "/imdb.npz", folder + "/imdb.npz");
  EXPECT_THROW(imdbWordIndex("imdb_word_index.json", offline(folder)), UserError);
}

} // namespace
