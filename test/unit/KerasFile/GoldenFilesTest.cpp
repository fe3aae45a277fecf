// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every golden model is read from each of its files: architecture, weights, compile arguments.
#include "Golden.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/ZipFile.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "keratin/npz.hpp"

#include <cstdio>

using namespace keratin;
using namespace keratin::test;

/// Keras numbers shared objects, and notes the shapes of layers inside of others: neither is a
/// setting.
static void dropNotes(Json &json) {
  if (json.is_object())
    for (const char *key : {"shared_object_id", "build_config"})
      json.erase(key);
  if (json.is_structured())
    for (Json &element : json)
      dropNotes(element);
}

/// Compares the layers of a model, and of the models that are its layers, with a file's config.
static void expectLayers(const ModelSpec &model, const Json &config) {
  EXPECT_EQ(model.name, config["name"]);
  const Json &layers = config["layers"];
  ASSERT_EQ(model.layers.size(), layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerSpec &layer = model.layers[i];
    EXPECT_EQ(layer.className, layers[i]["class_name"]);
    if (layer.model)
      expectLayers(*layer.model, layers[i]["config"]);
    else // compared without regard to the order of keys
      EXPECT_EQ(nlohmann::json(layer.config), nlohmann::json(layers[i]["config"]));
  }
}

TEST(GoldenFiles, configsAreWhatKerasWrote) {
  for (const GoldenCase &golden : goldenCases()) {
    SCOPED_TRACE(golden.name());
    ModelSpec model = readKerasModel(golden.file("keras"));
    Json config = Json::parse(*ZipFile(golden.file("keras")).read("config.json", 1 << 20));
    dropNotes(config);
    if (!golden.recordsJoinedMasks())
      expectLayers(model, config["config"]);
    if (config["compile_config"].empty()) {
      EXPECT_FALSE(model.compile);
      continue;
    }
    const Json &compile = config["compile_config"];
    ASSERT_TRUE(model.compile);
    EXPECT_EQ(model.compile->optimizer.kind, compile["optimizer"]["class_name"]);
    EXPECT_EQ(nlohmann::json(model.compile->optimizer.config),
              nlohmann::json(compile["optimizer"]["config"]));
  }
}

TEST(GoldenFiles, weightsHaveKerassPathsAndShapes) {
  for (const GoldenCase &golden : goldenCases()) {
    SCOPED_TRACE(golden.name());
    ModelSpec model = readKerasModel(golden.file("keras"));
    std::vector<WeightSpec *> weights = model.weights();
    const Json &expected = golden.entry["weights"];
    ASSERT_EQ(weights.size(), expected.size());
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_EQ(weights[i]->path, expected[i]["path"]);
      EXPECT_EQ(weights[i]->shape, expected[i]["shape"].get<Shape>());
      EXPECT_EQ(weights[i]->value.shape, weights[i]->shape);
    }
  }
}

TEST(GoldenFiles, allFormatsHoldTheSameWeights) {
  for (const GoldenCase &golden : goldenCases()) {
    SCOPED_TRACE(golden.name());
    ModelSpec model = readKerasModel(golden.file("keras"));
    for (const char *role : {"keras", "h5", "weights"}) {
      if (golden.file(role).empty())
        continue; // Keras cannot write every model as .h5
      if (role == std::string("h5"))
        expectSameWeights(model, readKerasModel(golden.file(role)));
      ModelSpec other = model;
      for (WeightSpec *weight : other.weights())
        weight->value = rt::Array(rt::DType::Float32, weight->shape);
      loadKerasWeights(other, golden.file(role));
      expectSameWeights(model, other);
    }
  }
}

TEST(GoldenFiles, weightsAreTheOnesThatTrainingStartedFromAndEndedWith) {
  int compared = 0;
  for (const GoldenCase &golden : goldenCases()) {
    if (golden.kind() != "train")
      continue;
    SCOPED_TRACE(golden.name());
    rt::NpzReader arrays(golden.file("train"));
    auto expectWeights = [&](const ModelSpec &model, const char *prefix) {
      std::vector<const WeightSpec *> weights = model.weights();
      for (size_t i = 0; i < weights.size(); ++i) {
        char key[32];
        std::snprintf(key, sizeof key, "%s_%03zu", prefix, i);
        EXPECT_EQ(weights[i]->value.bytes, arrays.readArray(key).bytes) << key;
        ++compared;
      }
    };
    expectWeights(readKerasModel(golden.file("keras")), "w0");
    for (const char *role : {"final_keras", "final_h5"})
      if (!golden.file(role).empty())
        expectWeights(readKerasModel(golden.file(role)), "wf");
  }
  EXPECT_GE(compared, 100);
}

TEST(GoldenFiles, lossesAndMetricsOfEachCase) {
  auto compileOf = [](const char *name) {
    ModelSpec model = readKerasModel(goldenPath(std::string(name) + "/model.keras"));
    resolveMetrics(model);
    return *model.compile;
  };
  CompileSpec smooth = compileOf("tr_cce_smooth_nesterov");
  EXPECT_EQ(smooth.losses[0].kind, "categorical_crossentropy");
  EXPECT_TRUE(smooth.losses[0].fromLogits);
  EXPECT_EQ(smooth.losses[0].labelSmoothing, 0.2);
  CompileSpec weighted = compileOf("tr_sample_weight");
  EXPECT_EQ(weighted.metrics[0][0].kind, "sparse_categorical_accuracy");
  EXPECT_EQ(weighted.metrics[0][1].name, "weighted_accuracy");
  EXPECT_EQ(compileOf("tr_imdb_lstm").metrics[0][0].kind, "binary_accuracy");
  EXPECT_EQ(compileOf("tr_mse_adam_args").losses[0].kind, "mean_squared_error");
}

TEST(GoldenFiles, inputsOfEmbeddingsAreIndices) {
  EXPECT_EQ(readKerasModel(goldenPath("tr_imdb_lstm/model.keras")).inputDType(0), rt::DType::Int32);
  EXPECT_EQ(readKerasModel(goldenPath("mlp/model.keras")).inputDType(0), rt::DType::Float32);
}

TEST(GoldenFiles, readsKeras2) {
  ModelSpec model = readKerasModel(goldenPath("k2_imdb_lstm/model.h5"));
  EXPECT_EQ(model.layers[0].name, "embedding_input");
  EXPECT_EQ(model.shapeOf(model.inputs[0]), Shape({-1, 6}));
  EXPECT_EQ(model.layers[3].config["recurrent_dropout"], 0.2);
  ASSERT_TRUE(model.compile);
  EXPECT_EQ(model.compile->optimizer.kind, "Adam");
  EXPECT_EQ(model.compile->metrics[0][0].name, "accuracy");
  EXPECT_FALSE(model.optimizerState);
  ModelSpec zip = readKerasModel(goldenPath("k2_imdb_lstm/model.keras"));
  EXPECT_EQ(zip.compile->optimizer.kind, "Adam");
  expectSameWeights(model, zip);
  for (WeightSpec *weight : zip.weights())
    weight->value = rt::Array(rt::DType::Float32, weight->shape);
  loadKerasWeights(zip, goldenPath("k2_imdb_lstm/model_weights_k2.h5"));
  expectSameWeights(model, zip);
}

TEST(GoldenFiles, refusesUnknownLayersByName) {
  UserError error = userError([] { readKerasModel(goldenPath("rnn_stacked_cells/model.keras")); });
  EXPECT_EQ(error.message, "layer \"RNN\" is not supported yet");
  EXPECT_EQ(error.location.file, goldenPath("rnn_stacked_cells/model.keras"));
}

/// A file of the golden case as if Keras 2 had written it.
static std::string asOfKeras2(const TestFolder &folder, const std::string &name,
                              const std::string &now = "", const std::string &then = "") {
  ZipMembers members =
      zipMembers(goldenPath(name), {"metadata.json", "config.json", "model.weights.h5"});
  members[0].second = R"({"keras_version": "2.15.0"})";
  if (size_t at = members[1].second.find(now); !now.empty()) {
    EXPECT_NE(at, std::string::npos);
    members[1].second.replace(at, now.size(), then);
  }
  writeZip(folder / "old.keras", members, 0);
  return folder / "old.keras";
}

TEST(GoldenFiles, theHardSigmoidOfKeras2HasANameOfItsOwn) {
  TestFolder folder;
  EXPECT_EQ(readKerasModel(goldenPath("k2_gru_v1/model.h5"))
                .layers.back()
                .config.at("recurrent_activation"),
            "hard_sigmoid_keras2");
  // Inside of another layer.
  ModelSpec model = readKerasModel(asOfKeras2(folder, "bidi_concat/model.keras",
                                              R"("recurrent_activation": "sigmoid")",
                                              R"("recurrent_activation": "hard_sigmoid")"));
  const Json &config = model.layers[1].config;
  EXPECT_EQ(config.at("layer").at("config").at("recurrent_activation"), "hard_sigmoid_keras2");
}

TEST(GoldenFiles, keras3sHardSigmoidStays) {
  ModelSpec model = readKerasModel(goldenPath("lstm_nobias_acts/model.keras"));
  EXPECT_EQ(model.layers[1].config.at("recurrent_activation"), "hard_sigmoid");
}

TEST(GoldenFiles, theHardSigmoidOfKeras2IsNotWrittenAsThatOfKeras3) {
  TestFolder folder;
  ModelSpec model = readKerasModel(asOfKeras2(folder, "lstm_nobias_acts/model.keras"));
  EXPECT_EQ(userError([&] { writeKerasModel(model, folder / "new.keras"); }).message,
            "layer 'lstm' has the hard_sigmoid of Keras 2, which a file of Keras 3 cannot express");
}

TEST(GoldenFiles, cannotTrainMeansPredictOnly) {
  TestFolder folder;
  ZipMembers members = zipMembers(goldenPath("tr_hinge_nadam/model.keras"),
                                  {"metadata.json", "config.json", "model.weights.h5"});
  std::string &config = members[1].second;
  config.replace(config.find("\"Nadam\""), 7, "\"Lion\"");
  writeZip(folder / "lion.keras", members, 0);
  std::vector<std::string> warnings;
  ModelSpec model = readKerasModel(
      folder / "lion.keras",
      [&](const SourceLocation &, const std::string &message) { warnings.push_back(message); });
  EXPECT_FALSE(model.compile);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "the model can predict but not train: optimizer \"Lion\" is not supported "
                         "yet");
}
