// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Optimizer state of .keras and .h5 files against the variables that Keras had.
#include "Golden.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "keratin/npz.hpp"

#include <cstdio>

using namespace keratin;
using namespace keratin::test;

static rt::Array variable(rt::NpzReader &arrays, size_t index) {
  char key[32];
  std::snprintf(key, sizeof key, "opt_%03zu", index);
  return arrays.readArray(key);
}

TEST(OptimizerState, isReadFromBothFormats) {
  for (const GoldenCase &golden : goldenCases()) {
    if (golden.kind() != "train")
      continue;
    for (const char *role : {"final_keras", "final_h5"}) {
      if (golden.file(role).empty())
        continue; // Keras cannot write every model as .h5
      SCOPED_TRACE(golden.name() + " " + role);
      rt::NpzReader arrays(golden.file("train"));
      // Compiled by the first file: final.keras does not name its optimizer (see below).
      ModelSpec model = readKerasModel(golden.file("keras"));
      loadKerasOptimizerState(model, golden.file(role));
      ASSERT_TRUE(model.optimizerState);
      const OptimizerState &state = *model.optimizerState;
      EXPECT_EQ(state.iteration, static_cast<int64_t>(variable(arrays, 0).at(0)));
      EXPECT_EQ(state.iteration, 5);
      const OptimizerLayout layout = optimizerLayout(model.compile->optimizer);
      size_t index = 1, weights = trainableWeights(model).size();
      if (layout.hasLearningRate)
        EXPECT_EQ(static_cast<float>(model.compile->optimizer.learningRate()),
                  static_cast<float>(variable(arrays, index++).at(0)));
      for (auto [slot, i] : slotVariables(layout, weights)) {
        // "…_kernel_momentum" in the slot "momentum".
        std::string path = golden.entry["optimizer_variables"][index]["path"];
        const auto &[name, values] = state.slots[slot];
        EXPECT_TRUE(path.size() > name.size() &&
                    path.compare(path.size() - name.size(), name.size(), name) == 0)
            << path << " in the slot " << name;
        EXPECT_EQ(values.at(i).bytes, variable(arrays, index++).bytes);
      }
      EXPECT_EQ(index + layout.hasProduct, golden.entry["optimizer_variables"].size());
    }
  }
}

TEST(OptimizerState, comesWithAWholeModel) {
  ModelSpec model = readKerasModel(goldenPath("tr_imdb_lstm/final.h5"));
  ASSERT_TRUE(model.optimizerState);
  EXPECT_EQ(model.optimizerState->iteration, 5);
  ASSERT_EQ(model.optimizerState->slots.size(), 2u);
  EXPECT_EQ(model.optimizerState->slots[0].first, "momentum");
}

TEST(OptimizerState, withoutAnOptimizerTheModelOnlyPredicts) {
  // Keras loses the optimizer in a .keras file that it writes after an .h5, and would train with
  // RMSprop.
  std::vector<std::string> warnings;
  ModelSpec model = readKerasModel(
      goldenPath("tr_imdb_lstm/final.keras"),
      [&](const SourceLocation &, const std::string &message) { warnings.push_back(message); });
  EXPECT_FALSE(model.compile);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "the model can predict but not train: the file does not say with which "
                         "optimizer");
}

TEST(OptimizerState, ofTheSameShapesButAnotherNameIsLeftOut) {
  ModelSpec model = readKerasModel(goldenPath("tr_cce_rmsprop/model.keras"));
  int warnings = 0;
  for (const char *file : {"tr_cce_smooth_nesterov/final.keras", "tr_cce_smooth_nesterov/final.h5"})
    loadKerasOptimizerState(model, goldenPath(file),
                            [&](const SourceLocation &, const std::string &) { ++warnings; });
  EXPECT_FALSE(model.optimizerState);
  EXPECT_EQ(warnings, 2);
}

TEST(OptimizerState, ofAnotherOptimizerIsLeftOutWithAWarning) {
  TestFolder folder;
  ZipMembers members = zipMembers(goldenPath("tr_imdb_lstm/final.keras"),
                                  {"metadata.json", "config.json", "model.weights.h5"});
  Json config = Json::parse(members[1].second);
  config["compile_config"]["optimizer"] = "rmsprop";
  members[1].second = config.dump();
  writeZip(folder / "other.keras", members, 9);
  std::vector<std::string> warnings;
  ModelSpec model = readKerasModel(
      folder / "other.keras",
      [&](const SourceLocation &, const std::string &message) { warnings.push_back(message); });
  EXPECT_FALSE(model.optimizerState);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0],
            "the file's optimizer state does not fit RMSprop and is left out: training "
            "starts with a new one");
}
