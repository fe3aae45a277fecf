// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.reuters: selection, shuffle and split exactly as in Keras.
#include "compiler/Frontend/Datasets/Reuters.h"
#include "compiler/Frontend/Datasets/RequireFile.h"
#include "compiler/Frontend/Datasets/WordSelection.h"
#include "compiler/Support/RuntimeError.h"

namespace keratin::datasets {

const std::array<const char *, 46> reutersTopics = {
    "cocoa",     "grain",        "veg-oil", "earn",       "acq",      "wheat",    "copper",
    "housing",   "money-supply", "coffee",  "sugar",      "trade",    "reserves", "ship",
    "cotton",    "carcass",      "crude",   "nat-gas",    "cpi",      "money-fx", "interest",
    "gnp",       "meal-feed",    "alum",    "oilseed",    "gold",     "tin",      "strategic-metal",
    "livestock", "retail",       "ipi",     "iron-steel", "rubber",   "heat",     "jobs",
    "lei",       "bop",          "zinc",    "orange",     "pet-chem", "dlr",      "gas",
    "silver",    "wpi",          "hog",     "lead"};

static const char *const newswiresHash =
    "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916";

ReutersData loadReuters(const ImdbArguments &arguments, double testSplit,
                        const DatasetOptions &options) {
  DataFile file = requireFile("Reuters newswires", arguments.path, newswiresHash, options);
  ReutersData data;
  data.notice = noticeOf(file);
  Sequences x;
  std::vector<int64_t> y;
  try {
    rt::NpzReader archive(file.bytes, file.path);
    x = readRows(archive, "x", file.path);
    y = readLabels(archive, "y", x.rows.size(), file.path);
  } catch (const rt::Error &error) {
    throw toUserError(error, "remove the file, and it is downloaded again");
  }
  rt::RandomState random(checkedSeed(arguments.seed));
  shuffle(x, y, random);
  offsetIds(x, arguments);
  if (arguments.maxLength.value_or(0) != 0)
    dropLong(x, y, *arguments.maxLength);
  if (x.rows.empty())
    throw UserError({}, "no newswire is left after the selection", "increase maxlen");
  // So the largest id itself becomes oovChar, in Keras too.
  int64_t numWords = arguments.numWords.value_or(0);
  limitVocabulary(x, numWords ? numWords : largestId(x), arguments);

  if (!(testSplit >= 0 && testSplit <= 1))
    throw UserError({}, "`test_split` must be between 0 and 1, got " + std::to_string(testSplit));
  auto training = static_cast<std::ptrdiff_t>(static_cast<double>(x.rows.size()) * (1 - testSplit));
  data.xTest.rows.assign(std::make_move_iterator(x.rows.begin() + training),
                         std::make_move_iterator(x.rows.end()));
  data.yTest.assign(y.begin() + training, y.end());
  x.rows.resize(static_cast<size_t>(training));
  y.resize(static_cast<size_t>(training));
  data.xTrain = std::move(x);
  data.yTrain = std::move(y);
  return data;
}

std::vector<std::pair<std::string, int64_t>> reutersWordIndex(const std::string &path,
                                                              const DatasetOptions &options) {
  const char *const unknownHash = ""; // Keras knows its MD5
  return parseWordIndex(
      requireFile("word index of the Reuters newswires", path, unknownHash, options));
}

} // namespace keratin::datasets
