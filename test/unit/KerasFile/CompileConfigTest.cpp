// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses and metrics in files: the very configs that Keras 3.15.1 gives, and what comes back.
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

using namespace keratin;
using namespace keratin::test;

static ModelSpec denseModel() {
  AutoNames names;
  ModelSpec model = makeSequential("sequential", {});
  addLayer(model, makeLayer("Input", {{"shape", Json::array({4}), {}, {}}}, {}, names), names);
  addLayer(model, makeLayer("Dense", {{"units", 3, {}, {}}}, {}, names), names);
  for (WeightSpec *weight : model.weights())
    weight->value = rt::Array(rt::DType::Float32, weight->shape);
  return model;
}

static Json loss(const char *name, Arguments arguments = {}) {
  return makeObject(ClassKind::Loss, name, arguments, {});
}
static Json metric(const char *name, Arguments arguments = {}) {
  return makeObject(ClassKind::Metric, name, arguments, {});
}

static ModelSpec compiled(const Json &loss, const Json &metrics = nullptr) {
  ModelSpec model = denseModel();
  compileModel(
      model, {{"optimizer", "adam", {}, {}}, {"loss", loss, {}, {}}, {"metrics", metrics, {}, {}}},
      {"model.py", 7, 1});
  return model;
}

static Json compileConfig(const ModelSpec &model) {
  return Json::parse(modelToJson(model)).at("compile_config");
}

/// A config as Keras printed it, without regard to the order of keys.
static void expectConfig(const Json &object, const char *expected) {
  EXPECT_EQ(nlohmann::json(object.at("config")), nlohmann::json::parse(expected))
      << object.at("class_name");
}

TEST(CompileConfig, lossObjectsHaveKerassConfigs) {
  const Json smooth = loss(
      "BinaryCrossentropy",
      {{"from_logits", true, {}, {}}, {"label_smoothing", 0.1, {}, {}}, {"name", "b", {}, {}}});
  const std::pair<Json, const char *> rows[] = {
      {smooth, R"({"name": "b", "reduction": "sum_over_batch_size", "from_logits": true,
                   "label_smoothing": 0.1, "axis": -1})"},
      {loss("SparseCategoricalCrossentropy"),
       R"({"name": "sparse_categorical_crossentropy", "reduction": "sum_over_batch_size",
           "from_logits": false, "ignore_class": null})"},
      {loss("CosineSimilarity", {{"reduction", "sum", {}, {}}}),
       R"({"name": "cosine_similarity", "reduction": "sum"})"},
      {loss("Huber", {{"delta", 2.0, {}, {}}}),
       R"({"name": "huber_loss", "reduction": "sum_over_batch_size"})"},
      {loss("MeanSquaredError"),
       R"({"name": "mean_squared_error", "reduction": "sum_over_batch_size"})"}};
  for (const auto &[given, expected] : rows) {
    expectConfig(compileConfig(compiled(given)).at("loss"), expected);
    expectConfig(compileConfig(compiled(Json::array({given}))).at("loss").at(0), expected);
    expectConfig(compileConfig(compiled({{"dense", given}})).at("loss").at("dense"), expected);
  }
  EXPECT_EQ(compileConfig(compiled("mse")).at("loss"), "mse");
}

TEST(CompileConfig, metricObjectsHaveKerassConfigs) {
  const std::pair<Json, const char *> rows[] = {
      {metric("CosineSimilarity"), R"({"name": "cosine_similarity", "dtype": "float32"})"},
      {metric("SparseTopKCategoricalAccuracy", {{"k", 2, {}, {}}}),
       R"({"name": "sparse_top_k_categorical_accuracy", "dtype": "float32", "k": 2})"},
      {metric("SparseCategoricalCrossentropy"),
       R"({"name": "sparse_categorical_crossentropy", "dtype": "float32", "from_logits": false,
           "ignore_class": null, "axis": -1})"},
      {metric("AUC"),
       R"({"name": "auc", "dtype": "float32", "num_thresholds": 200, "curve": "ROC",
           "summation_method": "interpolation", "multi_label": false, "num_labels": null,
           "label_weights": null, "from_logits": false})"},
      {metric("BinaryAccuracy", {{"threshold", 0.3, {}, {}}, {"name", "a", {}, {}}}),
       R"({"name": "a", "dtype": "float32", "threshold": 0.3})"}};
  for (const auto &[given, expected] : rows)
    expectConfig(compileConfig(compiled("mse", Json::array({given}))).at("metrics").at(0),
                 expected);
}

TEST(CompileConfig, argumentsOfLossesComeBack) {
  TestFolder folder;
  ModelSpec model =
      compiled(loss("CategoricalCrossentropy", {{"from_logits", true, {}, {}},
                                                {"label_smoothing", 0.25, {}, {}},
                                                {"reduction", "sum", {}, {}}}),
               Json::array({"acc", metric("TopKCategoricalAccuracy", {{"k", 2, {}, {}}})}));
  for (const char *name : {"m.keras", "m.h5"}) {
    writeKerasModel(model, folder / name);
    const CompileSpec back = readKerasModel(folder / name).compile.value();
    EXPECT_EQ(back.losses[0].kind, "categorical_crossentropy");
    EXPECT_TRUE(back.losses[0].fromLogits);
    EXPECT_EQ(back.losses[0].labelSmoothing, 0.25);
    EXPECT_EQ(back.losses[0].reduction, "sum");
    EXPECT_EQ(back.metrics[0][0].name, "acc");
    EXPECT_EQ(back.metrics[0][1].config.at("k"), 2);
  }
  EXPECT_TRUE(modelFromJson(modelToJson(model), {}).compile->losses[0].fromLogits);
}

TEST(CompileConfig, theDeltaOfHuberIsLostAsInKerasWithAWarning) {
  TestFolder folder;
  ModelSpec model = compiled(loss("Huber", {{"delta", 2.0, {}, {}}}));
  EXPECT_EQ(model.compile->losses[0].delta, 2.0);
  std::vector<std::string> warnings;
  auto warn = [&](const SourceLocation &location, const std::string &message) {
    EXPECT_EQ(location.line, 7);
    warnings.push_back(message);
  };
  for (const char *name : {"m.keras", "m.h5"}) {
    writeKerasModel(model, folder / name, warn);
    EXPECT_EQ(readKerasModel(folder / name).compile->losses[0].delta, 1.0);
  }
  modelToJson(model, warn);
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_EQ(warnings[0], "the saved model does not hold the delta of Huber, as Keras does not save "
                         "it: when loaded, it trains with 1.0");
  writeKerasModel(compiled("huber"), folder / "m.keras", warn);
  EXPECT_EQ(warnings.size(), 3u);
}

TEST(CompileConfig, functionsAreReadByTheirNames) {
  Json json = Json::parse(modelToJson(denseModel()));
  auto function = [](const char *name) {
    return Json{{"module", "builtins"},
                {"class_name", "function"},
                {"config", name},
                {"registered_name", "function"}};
  };
  json["compile_config"] = {{"optimizer", "adam"},
                            {"loss", function("mean_absolute_error")},
                            {"metrics", Json::array({function("mean_squared_error"), "acc"})}};
  const ModelSpec model = modelFromJson(json.dump(), {});
  ASSERT_TRUE(model.compile);
  EXPECT_EQ(model.compile->losses[0].kind, "mean_absolute_error");
  EXPECT_EQ(model.compile->metrics[0][0].kind, "mean_squared_error");
}

TEST(CompileConfig, theLearningRateIsAFloat32) {
  Json optimizer = compileConfig(compiled("mse")).at("optimizer");
  EXPECT_EQ(optimizer.at("config").at("learning_rate").dump(), "0.0010000000474974513");
}
