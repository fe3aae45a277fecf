// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.imdb: the real file from the cache folder or the network, else reviews made here.
#pragma once

#include "compiler/Frontend/Datasets/Sequences.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keratin::datasets {

/// Keras's arguments of imdb.load_data, with its defaults.
struct ImdbArguments {
  std::string path = "imdb.npz";    ///< file name in the cache folder
  std::optional<int64_t> numWords;  ///< keep ids below; none: all but the largest
  int64_t skipTop = 0;              ///< ids below become oovChar
  std::optional<int64_t> maxLength; ///< keep reviews shorter than this
  int64_t seed = 113;               ///< of the shuffle
  std::optional<int32_t> startChar = 1;
  std::optional<int32_t> oovChar = 2; ///< none: such words are dropped
  int32_t indexFrom = 3;
};

/// Where data sets are looked for and what may be done when they are missing.
struct DatasetOptions {
  std::string cacheFolder;   ///< "": KERAS_HOME/datasets, or ~/.keras/datasets
  std::string baseUrl;       ///< "": KERATIN_DATASETS_URL if set, else where Keras downloads from
  bool realDataOnly = false; ///< made-up reviews are an error instead
};

struct ImdbData {
  Sequences xTrain, xTest;
  std::vector<int64_t> yTrain, yTest;
  std::string notice; ///< to be shown before training: a foreign file, a download, or why the
                      ///< reviews are made up; or ""
  std::string closingNotice; ///< to be shown after the last line of output if the reviews are made
                             ///< up; or ""
};

/// Throws UserError for a damaged file, bad arguments, or (realDataOnly) no real data.
ImdbData loadImdb(const ImdbArguments &arguments = {}, const DatasetOptions &options = {});

/// Word -> rank, in the order of the file. Of the made-up reviews when there is no real file of
/// reviews.
std::vector<std::pair<std::string, int64_t>>
imdbWordIndex(const std::string &path = "imdb_word_index.json", const DatasetOptions &options = {});

} // namespace keratin::datasets
