// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Film reviews from a seeded generator, for when the real ones cannot be had.
#pragma once

#include "compiler/Frontend/Datasets/Sequences.h"

#include <string>
#include <utility>
#include <vector>

namespace keratin::datasets {

/// In the form of imdb.npz: lists of word ranks (1: the most frequent) and a label, 1 for praise.
struct Reviews {
  Sequences xTrain, xTest;
  std::vector<int64_t> yTrain, yTest;
};

struct MadeUpReviews {
  Reviews reviews;
  std::vector<std::pair<std::string, int64_t>> wordIndex; ///< word -> rank, most frequent first
};

/// The same every time. Each review is a few sentences with an opinion each, four in five of them
/// in the label's sense; one in five is said by negating its opposite; half of the words have
/// nothing to do with it. So the label cannot be read off single words, yet a recurrent model of
/// modest size learns it.
MadeUpReviews makeUpReviews();

} // namespace keratin::datasets
