// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generator's reviews: form, and neither trivial nor hopeless.
#include "compiler/Frontend/Datasets/MadeUpReviews.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace keratin::datasets;

namespace {

TEST(MadeUpReviews, HaveTheFormOfImdb) {
  MadeUpReviews made = makeUpReviews();
  const auto words = static_cast<int32_t>(made.wordIndex.size());
  EXPECT_EQ(made.reviews.xTrain.size(), static_cast<int64_t>(made.reviews.yTrain.size()));
  for (const Sequences *x : {&made.reviews.xTrain, &made.reviews.xTest})
    for (const std::vector<int32_t> &row : x->rows) {
      EXPECT_GE(row.size(), 12u);
      for (int32_t id : row)
        EXPECT_TRUE(id >= 1 && id <= words);
    }
  std::set<std::string> names;
  for (size_t i = 0; i < made.wordIndex.size(); ++i) {
    EXPECT_EQ(made.wordIndex[i].second, static_cast<int64_t>(i) + 1);
    names.insert(made.wordIndex[i].first);
  }
  EXPECT_EQ(names.size(), made.wordIndex.size());
  int64_t praise = 0;
  for (int64_t label : made.reviews.yTrain)
    praise += label;
  EXPECT_EQ(praise * 2, made.reviews.xTrain.size());
}

/// Test accuracy of logistic regression on counts of words: what can be had without the order of
/// words.
double bagOfWordsAccuracy(const MadeUpReviews &made) {
  std::vector<double> weight(made.wordIndex.size() + 1, 0);
  auto score = [&](const std::vector<int32_t> &row) {
    double sum = 0;
    for (int32_t id : row)
      sum += weight[static_cast<size_t>(id)];
    return sum;
  };
  for (int epoch = 0; epoch < 20; ++epoch)
    for (size_t i = 0; i < made.reviews.xTrain.rows.size(); ++i) {
      const std::vector<int32_t> &row = made.reviews.xTrain.rows[i];
      double slope = 1 / (1 + std::exp(-score(row))) - static_cast<double>(made.reviews.yTrain[i]);
      for (int32_t id : row)
        weight[static_cast<size_t>(id)] -= 0.01 * slope;
    }
  int right = 0;
  for (size_t i = 0; i < made.reviews.xTest.rows.size(); ++i)
    right += (score(made.reviews.xTest.rows[i]) > 0) == (made.reviews.yTest[i] == 1);
  return static_cast<double>(right) / static_cast<double>(made.reviews.xTest.size());
}

TEST(MadeUpReviews, AreNeitherTrivialNorHopeless) {
  double accuracy = bagOfWordsAccuracy(makeUpReviews());
  EXPECT_GT(accuracy, 0.70);
  EXPECT_LT(accuracy, 0.90) << "single words should not be enough";
}

} // namespace
