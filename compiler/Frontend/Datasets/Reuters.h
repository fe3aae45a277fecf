// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets.reuters: newswires and their topics, from the cache folder or the network.
#pragma once

#include "compiler/Frontend/Datasets/Imdb.h"

#include <array>

namespace keratin::datasets {

struct ReutersData {
  Sequences xTrain, xTest;
  std::vector<int64_t> yTrain, yTest; ///< topics, 0 to 45
  std::string notice;                 ///< to show before training, or ""
};

/// Keras's reuters.load_data. Throws UserError where there is no file, for a damaged one and for
/// bad arguments.
ReutersData loadReuters(const ImdbArguments &arguments, double testSplit,
                        const DatasetOptions &options);

/// Keras's names of the topics, by their numbers.
extern const std::array<const char *, 46> reutersTopics;

/// Word -> rank, in the order of the file.
std::vector<std::pair<std::string, int64_t>> reutersWordIndex(const std::string &path,
                                                              const DatasetOptions &options);

} // namespace keratin::datasets
