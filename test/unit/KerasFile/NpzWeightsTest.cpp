// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights and optimizer state that a compiled program saved.
#include "Golden.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "keratin/weights_file.hpp"

using namespace keratin;
using namespace keratin::test;

static rt::SavedWeights savedOf(const ModelSpec &model) {
  rt::SavedWeights saved;
  for (const WeightSpec *weight : model.weights())
    saved.weights.push_back(weight->value);
  if (model.optimizerState)
    saved.optimizer =
        rt::OptimizerState{model.optimizerState->iteration, model.optimizerState->slots};
  return saved;
}

TEST(NpzWeights, roundTrip) {
  TestFolder folder;
  const std::string path = folder / "w.npz";
  ModelSpec trained = readKerasModel(goldenPath("tr_imdb_lstm/final.h5"));
  rt::writeNpz(path, rt::nameWeights(savedOf(trained)));
  ModelSpec model = readKerasModel(goldenPath("tr_imdb_lstm/model.keras"));
  model.optimizerState.reset();
  loadKerasWeights(model, path);
  expectSameWeights(model, trained);
  EXPECT_FALSE(model.optimizerState);
  loadKerasOptimizerState(model, path);
  ASSERT_TRUE(model.optimizerState);
  EXPECT_EQ(model.optimizerState->iteration, 5);
  EXPECT_EQ(model.optimizerState->slots[1].first, "velocity");
  EXPECT_EQ(model.optimizerState->slots[1].second[3].bytes,
            trained.optimizerState->slots[1].second[3].bytes);
}

TEST(NpzWeights, mustFitTheModel) {
  TestFolder folder;
  const std::string path = folder / "w.npz";
  ModelSpec model = readKerasModel(goldenPath("tr_bce_adam/model.keras"));
  const ModelSpec before = model;
  rt::SavedWeights saved = savedOf(model);
  saved.weights[2] = rt::Array(rt::DType::Float32, {5, 3});
  rt::writeNpz(path, rt::nameWeights(saved));
  EXPECT_EQ(userError([&] { loadKerasWeights(model, path); }).message,
            "weight sequential/dense_1/kernel has shape (5, 2), array 2 of the file has (5, 3)");
  saved.weights.pop_back();
  rt::writeNpz(path, rt::nameWeights(saved));
  EXPECT_EQ(userError([&] { loadKerasWeights(model, path); }).message,
            "expected the model's 4 weights in get_weights() order, found 3 arrays");
  expectSameWeights(model, before);
}

TEST(NpzWeights, stateOfAnotherOptimizerIsLeftOut) {
  TestFolder folder;
  const std::string path = folder / "w.npz";
  ModelSpec model = readKerasModel(goldenPath("tr_bce_adam/model.keras"));
  rt::SavedWeights saved = savedOf(model);
  saved.optimizer = rt::OptimizerState{3, {{"momentum", saved.weights}}};
  rt::writeNpz(path, rt::nameWeights(saved));
  int warnings = 0;
  model.optimizerState.reset();
  loadKerasOptimizerState(model, path,
                          [&](const SourceLocation &, const std::string &) { ++warnings; });
  EXPECT_FALSE(model.optimizerState);
  EXPECT_EQ(warnings, 1);
}
