// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.imdb: selection and shuffle exactly as in Keras.
#include "compiler/Frontend/Datasets/Imdb.h"
#include "compiler/Frontend/Datasets/MadeUpReviews.h"
#include "compiler/Frontend/Datasets/WordSelection.h"
#include "compiler/Support/RuntimeError.h"

#include <algorithm>
#include <filesystem>

namespace keratin::datasets {

namespace {

const char *const reviewsHash = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f";
const char *const wordIndexHash =
    "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6";

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

ImdbData select(Reviews reviews, const ImdbArguments &arguments) {
  rt::RandomState random(checkedSeed(arguments.seed));
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
  return parseWordIndex(*file);
}

} // namespace keratin::datasets
