// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.imdb: selection and shuffle exactly as in Keras.
#include "compiler/Frontend/Datasets/Imdb.h"
#include "compiler/Frontend/Datasets/MadeUpReviews.h"
#include "compiler/Frontend/Datasets/Pickle.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/mt19937.hpp"
#include "keratin/npz.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace keratin::datasets {

namespace {

const char *const reviewsHash = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f";
const char *const wordIndexHash =
    "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6";

Sequences readRows(rt::NpzReader &archive, const std::string &name, const std::string &path) {
  rt::NpyItem item = archive.read(name);
  const std::string what = path + ": " + name;
  if (const auto *objects = std::get_if<rt::ObjectArray>(&item))
    return unpickleSequences(*objects, what);
  // Reviews of one length come out of numpy as a matrix.
  const auto &matrix = std::get<rt::Array>(item);
  if (matrix.rank() != 2)
    throw UserError({what}, "expected lists of ints, found an array of rank " +
                                std::to_string(matrix.rank()));
  Sequences result;
  for (int64_t r = 0, next = 0; r < matrix.shape[0]; ++r) {
    std::vector<int32_t> row;
    for (int64_t c = 0; c < matrix.shape[1]; ++c)
      row.push_back(static_cast<int32_t>(matrix.at(next++)));
    result.rows.push_back(std::move(row));
  }
  return result;
}

std::vector<int64_t> readLabels(rt::NpzReader &archive, const std::string &name, size_t rows,
                                const std::string &path) {
  rt::Array labels = archive.readArray(name);
  if (labels.size() != static_cast<int64_t>(rows))
    throw UserError({path + ": " + name}, "expected " + std::to_string(rows) + " labels, found " +
                                              std::to_string(labels.size()));
  std::vector<int64_t> result;
  for (int64_t i = 0; i < labels.size(); ++i)
    result.push_back(static_cast<int64_t>(labels.at(i)));
  return result;
}

Reviews readReviews(DataFile file) {
  try {
    rt::NpzReader archive(file.bytes, file.path);
    Reviews reviews;
    reviews.xTrain = readRows(archive, "x_train", file.path);
    reviews.yTrain = readLabels(archive, "y_train", reviews.xTrain.rows.size(), file.path);
    reviews.xTest = readRows(archive, "x_test", file.path);
    reviews.yTest = readLabels(archive, "y_test", reviews.xTest.rows.size(), file.path);
    return reviews;
  } catch (const rt::Error &e) {
    throw toUserError(e, "remove the file, and it is downloaded again");
  }
}

void shuffle(Sequences &x, std::vector<int64_t> &y, rt::RandomState &random) {
  Sequences newX;
  std::vector<int64_t> newY;
  for (int64_t i : random.permutation(x.size())) {
    newX.rows.push_back(std::move(x.rows[static_cast<size_t>(i)]));
    newY.push_back(y[static_cast<size_t>(i)]);
  }
  x = std::move(newX);
  y = std::move(newY);
}

/// Marks the start and makes room for the marks below indexFrom.
void offsetIds(Sequences &x, const ImdbArguments &arguments) {
  for (std::vector<int32_t> &row : x.rows) {
    for (int32_t &id : row)
      id += arguments.indexFrom;
    if (arguments.startChar)
      row.insert(row.begin(), *arguments.startChar);
  }
}

void dropLong(Sequences &x, std::vector<int64_t> &y, int64_t maxLength) {
  size_t kept = 0;
  for (size_t i = 0; i < x.rows.size(); ++i) {
    if (static_cast<int64_t>(x.rows[i].size()) >= maxLength)
      continue;
    if (kept != i)
      x.rows[kept] = std::move(x.rows[i]);
    y[kept++] = y[i];
  }
  x.rows.resize(kept);
  y.resize(kept);
}

void limitVocabulary(Sequences &x, int64_t numWords, const ImdbArguments &arguments) {
  for (std::vector<int32_t> &row : x.rows) {
    auto outside = [&](int32_t id) { return id < arguments.skipTop || id >= numWords; };
    if (arguments.oovChar)
      std::replace_if(row.begin(), row.end(), outside, *arguments.oovChar);
    else
      row.erase(std::remove_if(row.begin(), row.end(), outside), row.end());
  }
}

int64_t largestId(const Sequences &x) {
  int64_t largest = 0;
  for (const std::vector<int32_t> &row : x.rows)
    for (int32_t id : row)
      largest = std::max<int64_t>(largest, id);
  return largest;
}

ImdbData select(Reviews reviews, const ImdbArguments &arguments) {
  if (arguments.seed < 0 || arguments.seed > UINT32_MAX)
    throw UserError({},
                    "`seed` is " + std::to_string(arguments.seed) + ", expected 0 to 4294967295");
  rt::RandomState random(static_cast<uint32_t>(arguments.seed));
  ImdbData data;
  data.xTrain = std::move(reviews.xTrain);
  data.yTrain = std::move(reviews.yTrain);
  data.xTest = std::move(reviews.xTest);
  data.yTest = std::move(reviews.yTest);
  shuffle(data.xTrain, data.yTrain, random);
  shuffle(data.xTest, data.yTest, random); // the same stream goes on
  offsetIds(data.xTrain, arguments);
  offsetIds(data.xTest, arguments);
  if (arguments.maxLength.value_or(0) != 0) {
    dropLong(data.xTrain, data.yTrain, *arguments.maxLength);
    dropLong(data.xTest, data.yTest, *arguments.maxLength);
    if (data.xTrain.rows.empty() || data.xTest.rows.empty())
      throw UserError({},
                      "after filtering for sequences shorter than maxlen=" +
                          std::to_string(*arguments.maxLength) + ", no sequence was kept",
                      "increase maxlen");
  }
  int64_t numWords = arguments.numWords.value_or(0);
  if (numWords == 0) // so the largest id itself becomes oovChar, in Keras too
    numWords = std::max(largestId(data.xTrain), largestId(data.xTest));
  limitVocabulary(data.xTrain, numWords, arguments);
  limitVocabulary(data.xTest, numWords, arguments);
  return data;
}

std::string howToGetIt(const std::string &file, const DatasetOptions &options) {
  return "for the real data put " + sourceUrl(file, options) + " into " + cacheFolder(options) +
         " (or set KERAS_HOME)";
}

} // namespace

ImdbData loadImdb(const ImdbArguments &arguments, const DatasetOptions &options) {
  std::string cause;
  if (std::optional<DataFile> file = findDataFile(arguments.path, reviewsHash, options, cause)) {
    std::string notice;
    if (!file->official)
      notice = file->path + " is not the official file (its hash differs); it is used as it is";
    ImdbData data = select(readReviews(std::move(*file)), arguments);
    data.notice = std::move(notice);
    return data;
  }
  if (options.realDataOnly)
    throw UserError({}, "no real IMDB reviews: " + cause, howToGetIt(arguments.path, options));
  Reviews reviews = makeUpReviews().reviews;
  std::string sizes = std::to_string(reviews.xTrain.size()) + " for training and " +
                      std::to_string(reviews.xTest.size()) + " for testing";
  ImdbData data = select(std::move(reviews), arguments);
  data.madeUp = true;
  data.notice = "no real IMDB reviews: " + cause + ". Using made-up reviews (" + sizes + "); " +
                howToGetIt(arguments.path, options) + ", --real-data-only makes this an error";
  data.closingNotice = "these results are from made-up reviews, not from IMDB: " + cause + "; " +
                       howToGetIt(arguments.path, options);
  return data;
}

namespace {

/// {"word": rank, …}, in the order of the file and without building a document of it.
struct WordIndexReader : nlohmann::json_sax<nlohmann::json> {
  std::vector<std::pair<std::string, int64_t>> words;
  std::string error;
  int depth = 0;

  bool number(int64_t rank) {
    if (depth != 1)
      return refuse();
    words.back().second = rank;
    return true;
  }
  bool refuse() {
    error = "expected an object of words and ranks";
    return false;
  }
  bool key(string_t &word) override {
    words.emplace_back(std::move(word), 0);
    return true;
  }
  bool start_object(std::size_t) override { return depth++ == 0 || refuse(); }
  bool end_object() override { return --depth == 0; }
  bool number_integer(number_integer_t value) override { return number(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return number(static_cast<int64_t>(value));
  }
  bool null() override { return refuse(); }
  bool boolean(bool) override { return refuse(); }
  bool number_float(number_float_t, const string_t &) override { return refuse(); }
  bool string(string_t &) override { return refuse(); }
  bool binary(binary_t &) override { return refuse(); }
  bool start_array(std::size_t) override { return refuse(); }
  bool end_array() override { return refuse(); }
  bool parse_error(std::size_t, const std::string &,
                   const nlohmann::detail::exception &e) override {
    error = e.what();
    return false;
  }
};

} // namespace

std::vector<std::pair<std::string, int64_t>> imdbWordIndex(const std::string &path,
                                                           const DatasetOptions &options) {
  std::string cause;
  std::optional<DataFile> file = findDataFile(path, wordIndexHash, options, cause);
  if (!file) {
    // Made-up words only belong to made-up reviews.
    bool realReviews =
        std::filesystem::exists(std::filesystem::path(cacheFolder(options)) / "imdb.npz");
    if (realReviews || options.realDataOnly)
      throw UserError({}, "no word index of the IMDB reviews: " + cause, howToGetIt(path, options));
    return makeUpReviews().wordIndex;
  }
  WordIndexReader reader;
  if (!nlohmann::json::sax_parse(file->bytes, &reader))
    throw UserError({file->path}, reader.error, "remove the file, and it is downloaded again");
  return std::move(reader.words);
}

} // namespace keratin::datasets
