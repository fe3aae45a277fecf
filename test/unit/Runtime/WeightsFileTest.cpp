// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights and optimizer state as one .npz.
#include "Support.h"
#include "keratin/weights_file.hpp"

using namespace keratin::rt;

namespace {

SavedWeights read(const NamedArrays &arrays) {
  std::string image = formatNpz(arrays);
  NpzReader archive(image, "w.npz");
  return readWeights(archive, "w.npz");
}

TEST(WeightsFile, SurvivesARoundTrip) {
  SavedWeights saved;
  for (float i = 0; i < 12; ++i)
    saved.weights.push_back(Array::of<float>({1}, {i}));
  saved.optimizer = OptimizerState{
      42, {{"momentum", {saved.weights[1]}}, {"two_words", {saved.weights[2], saved.weights[3]}}}};
  NamedArrays named = nameWeights(saved);
  EXPECT_EQ(named[0].first, "w_000");
  EXPECT_EQ(named[11].first, "w_011");
  EXPECT_EQ(named[12].first, "optimizer_iteration");
  EXPECT_EQ(named[15].first, "optimizer_two_words_001");
  SavedWeights again = read(named);
  ASSERT_EQ(again.weights.size(), 12u);
  EXPECT_EQ(again.weights[11].at(0), 11);
  EXPECT_EQ(again.optimizer->iteration, 42);
  ASSERT_EQ(again.optimizer->slots.size(), 2u);
  EXPECT_EQ(again.optimizer->slots[1].first, "two_words");
  EXPECT_EQ(again.optimizer->slots[1].second[1].at(0), 3);
}

TEST(WeightsFile, TakesAnyArchiveInOrder) {
  SavedWeights saved =
      read({{"arr_0", Array::of<float>({1}, {7})}, {"arr_1", Array::of<float>({1}, {8})}});
  ASSERT_EQ(saved.weights.size(), 2u);
  EXPECT_EQ(saved.weights[1].at(0), 8);
  EXPECT_FALSE(saved.optimizer);
}

TEST(WeightsFile, NumbersHaveThreeDigitsOrMore) {
  EXPECT_EQ(numberedName("w", 7), "w_007");
  EXPECT_EQ(numberedName("w", 1234), "w_1234");
}

TEST(WeightsFile, RefusesAnIterationThatIsNoNumber) {
  EXPECT_ERROR(read({{"w_000", Array(DType::Float32, {1})},
                     {"optimizer_iteration", Array(DType::Int64, {2})}}),
               "w.npz: optimizer_iteration: expected one number");
}

} // namespace
