// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.imdb: the real file from the cache folder or the network, else reviews made here.
#pragma once

#include "compiler/Frontend/Datasets/DataFile.h"
#include "compiler/Frontend/Datasets/Sequences.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keratin::datasets {

/// Keras's arguments of imdb.load_data, with its defaults.
struct ImdbArguments {
  std::string path = "imdb.npz";    ///< file name in the cache folder, or an absolute path
  std::optional<int64_t> numWords;  ///< keep ids below; none: all but the largest
  int64_t skipTop = 0;              ///< ids below become oovChar
  std::optional<int64_t> maxLength; ///< keep reviews shorter than this, the start mark included
  int64_t seed = 113;               ///< of the shuffle
  std::optional<int32_t> startChar = 1;
  std::optional<int32_t> oovChar = 2; ///< none: such words are dropped
  int32_t indexFrom = 3;
};

struct ImdbData {
  Sequences xTrain, xTest;
  std::vector<int64_t> yTrain, yTest;
  bool madeUp = false;
  std::string notice; ///< to show before training: a file of unknown hash, or why the reviews are
                      ///< made up; or ""
  std::string
      closingNotice; ///< to show after the last line of output if the reviews are made up; or ""
};

/// Throws UserError for a damaged file, bad arguments, or (realDataOnly) no real data.
ImdbData loadImdb(const ImdbArguments &arguments = {}, const DatasetOptions &options = {});

/// Word -> rank: of the real reviews, in the order of the file; or of the made-up ones if loadImdb
/// makes them up.
std::vector<std::pair<std::string, int64_t>>
imdbWordIndex(const std::string &path = "imdb_word_index.json", const DatasetOptions &options = {});

} // namespace keratin::datasets
