// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// compile(): optimizers, losses, metrics, and the shapes of targets.
#include "Helpers.h"

#include "compiler/Frontend/Layers/Compile.h"

using namespace keratin;
using namespace keratin::test;

namespace {

ModelSpec denseModel(int64_t units, Json inputShape = Json::array({4})) {
  AutoNames names;
  ModelSpec model = makeSequential("sequential", callSite);
  addLayer(
      model,
      layer("Dense", {positional(units), keyword("input_shape", std::move(inputShape))}, names),
      names);
  return model;
}

/// The kind that "accuracy" gets.
std::string accuracy(ModelSpec model, const char *loss, const std::vector<Shape> &targets) {
  compileModel(model, {keyword("loss", loss), keyword("metrics", Json::array({"accuracy"}))},
               callSite);
  resolveMetrics(model, targets);
  return model.compile->metrics[0][0].kind;
}

} // namespace

TEST(Compile, resolvesNames) {
  ModelSpec model = denseModel(1);
  compileModel(model,
               {keyword("loss", "binary_crossentropy"), keyword("optimizer", "adam"),
                keyword("metrics", {"acc", "mse"}), keyword("weighted_metrics", {"mse", "mae"})},
               callSite);
  const CompileSpec &spec = *model.compile;
  EXPECT_EQ(spec.optimizer.kind, "Adam");
  EXPECT_EQ(spec.optimizer.learningRate(), 0.001);
  EXPECT_EQ(spec.losses[0].kind, "binary_crossentropy");
  EXPECT_FALSE(spec.losses[0].fromLogits);
  const std::vector<MetricSpec> &metrics = spec.metrics[0];
  ASSERT_EQ(metrics.size(), 4u);
  EXPECT_EQ(metrics[0].kind, "accuracy");
  EXPECT_EQ(metrics[0].name, "acc");
  EXPECT_EQ(metrics[1].kind, "mean_squared_error");
  EXPECT_EQ(metrics[1].name, "mse");
  EXPECT_EQ(metrics[2].name, "weighted_mse");
  EXPECT_TRUE(metrics[2].weighted);
  EXPECT_EQ(metrics[3].name, "mae");
  resolveMetrics(model);
  EXPECT_EQ(model.compile->metrics[0][0].kind, "binary_accuracy");
}

TEST(Compile, takesObjects) {
  ModelSpec model = denseModel(3);
  Json loss = makeObject(
      ClassKind::Loss, "CategoricalCrossentropy",
      {keyword("from_logits", true), keyword("label_smoothing", 0.2), keyword("reduction", "sum")},
      callSite);
  Json sgd = makeObject(ClassKind::Optimizer, "SGD",
                        {positional(0.05), positional(0.9), positional(true)}, callSite);
  Json metric =
      makeObject(ClassKind::Metric, "CategoricalAccuracy", {keyword("name", "hits")}, callSite);
  compileModel(model,
               {positional(sgd), positional(loss), keyword("metrics", Json::array({metric}))},
               callSite);
  EXPECT_TRUE(model.compile->losses[0].fromLogits);
  EXPECT_EQ(model.compile->losses[0].labelSmoothing, 0.2);
  EXPECT_EQ(model.compile->losses[0].reduction, "sum");
  EXPECT_EQ(model.compile->metrics[0][0].name, "hits");
  EXPECT_EQ(optimizerSlots(model.compile->optimizer), std::vector<std::string>{"momentum"});
}

TEST(Compile, optimizerSlotsAreKerass) {
  auto slots = [](const char *name) {
    ModelSpec model = denseModel(1);
    compileModel(model, {keyword("optimizer", name)}, callSite);
    return optimizerSlots(model.compile->optimizer);
  };
  EXPECT_EQ(slots("adam"), (std::vector<std::string>{"momentum", "velocity"}));
  EXPECT_EQ(slots("rmsprop"), std::vector<std::string>{"velocity"});
  EXPECT_TRUE(slots("sgd").empty());
}

TEST(Compile, defaultsAreKerass) {
  ModelSpec model = denseModel(1);
  compileModel(model, {}, callSite);
  EXPECT_EQ(model.compile->optimizer.kind, "RMSprop");
  EXPECT_EQ(messageOf([&] { resolveMetrics(model); }),
            "No loss to compute. Provide a `loss` argument in `compile()`.");
}

TEST(Compile, worksBeforeTheModelIsBuilt) {
  AutoNames names;
  ModelSpec model = makeSequential("sequential", callSite);
  addLayer(model, layer("Embedding", {positional(9), positional(4)}, names), names);
  addLayer(model, layer("Dense", {positional(3), keyword("name", "tags")}, names), names);
  compileModel(model,
               {keyword("loss", {{"tags", "sparse_categorical_crossentropy"}}),
                keyword("metrics", Json::array({"accuracy"}))},
               callSite);
  buildSequential(model, {-1, 6}, names, callSite);
  resolveMetrics(model, {{20, 6}});
  EXPECT_EQ(model.compile->metrics[0][0].kind, "sparse_categorical_accuracy");
}

TEST(Compile, accuracyGoesByShapes) {
  EXPECT_EQ(accuracy(denseModel(1), "binary_crossentropy", {{9}}), "binary_accuracy");
  EXPECT_EQ(accuracy(denseModel(1), "mse", {{9, 1}}), "binary_accuracy");
  EXPECT_EQ(accuracy(denseModel(2), "binary_crossentropy", {{9, 2}}), "categorical_accuracy");
  EXPECT_EQ(accuracy(denseModel(3), "categorical_crossentropy", {}), "categorical_accuracy");
  EXPECT_EQ(accuracy(denseModel(3), "sparse_categorical_crossentropy", {{9}}),
            "sparse_categorical_accuracy");
  EXPECT_EQ(accuracy(denseModel(3), "sparse_categorical_crossentropy", {{9, 1}}),
            "sparse_categorical_accuracy");
  EXPECT_EQ(accuracy(denseModel(3), "sparse_categorical_crossentropy", {}),
            "sparse_categorical_accuracy");
  EXPECT_EQ(accuracy(denseModel(3, {6, 4}), "sparse_categorical_crossentropy", {{9, 6}}),
            "sparse_categorical_accuracy");
}

TEST(Compile, refusesTargetsThatDoNotFit) {
  auto error = [](ModelSpec model, const char *loss, Shape target) {
    return userError([&] { accuracy(model, loss, {target}); });
  };
  UserError labels = error(denseModel(3), "categorical_crossentropy", {9});
  EXPECT_EQ(labels.message,
            "Arguments `target` and `output` must have the same shape. Received: "
            "target.shape=(None,), output.shape=(None, 3) (categorical_crossentropy)");
  EXPECT_NE(labels.hint.find("sparse_categorical_crossentropy"), std::string::npos);
  EXPECT_EQ(error(denseModel(1), "binary_crossentropy", {9, 2}).message,
            "Arguments `target` and `output` must have the same shape. Received: "
            "target.shape=(None, 2), output.shape=(None, 1) (binary_crossentropy)");
  // Keras would broadcast here, silently.
  EXPECT_THROW(accuracy(denseModel(3), "mse", {{9, 1}}), UserError);
  EXPECT_THROW(accuracy(denseModel(3), "sparse_categorical_crossentropy", {{9, 3}}), UserError);
  EXPECT_THROW(accuracy(denseModel(3), "mse", {{9, 3}, {9, 3}}), UserError);
}

TEST(Compile, refusesBadArguments) {
  struct Case {
    Arguments arguments;
    const char *message;
  };
  const Case cases[] = {
      {{keyword("loss", "hinj")}, "Could not interpret loss identifier: hinj"},
      {{keyword("loss", "dice")}, "loss \"dice\" is not supported yet"},
      {{keyword("loss", {"mse", "mse"})},
       "argument `loss` of compile has 2 entries, the model has 1 output"},
      {{keyword("loss", {{"other", "mse"}})},
       "argument `loss` of compile must name the model's outputs, got {'other': 'mse'}"},
      {{keyword("metrics", "accuracy")},
       "Expected `metrics` argument to be a list, tuple, or dict. Received instead: "
       "metrics='accuracy'"},
      {{keyword("metrics", Json::array({"mean_io_u"}))},
       "metric \"mean_io_u\" is not supported yet"},
      {{keyword("loss", "mse"), keyword("loss_weights", Json::array({"much"}))},
       "argument `loss_weights` of compile must hold numbers, got 'much'"},
      {{keyword("optimiser", "adam")},
       "Unrecognized keyword arguments passed to compile: {'optimiser': 'adam'}"}};
  for (const Case &c : cases) {
    ModelSpec model = denseModel(1);
    EXPECT_EQ(messageOf([&] { compileModel(model, c.arguments, callSite); }), c.message);
    EXPECT_FALSE(model.compile);
  }
}

namespace {

/// Outputs "flag" (1) and "value" (3).
ModelSpec twoOutputs() {
  AutoNames names;
  FunctionalGraph graph;
  TensorRef x = graph.input(layer("Input", {positional(Json::array({4}))}, names));
  auto dense = [&](int64_t units, const char *name) {
    NewLayer made = layer("Dense", {positional(units), keyword("name", name)}, names);
    return graph.call(graph.add(std::move(made)), {x}, callSite);
  };
  TensorRef flag = dense(1, "flag"), value = dense(3, "value");
  return graph.model({x}, {flag, value}, "m", callSite);
}

std::vector<std::string> logNames(const ModelSpec &model) {
  std::vector<std::string> names;
  for (const LogSpec &log : model.logs())
    names.push_back(log.name);
  return names;
}

} // namespace

TEST(Compile, givesEachOutputALoss) {
  ModelSpec model = twoOutputs();
  compileModel(model,
               {keyword("loss", {"binary_crossentropy", "mse"}),
                keyword("loss_weights", Json::array({1, 0.5})),
                keyword("metrics", {{"value", Json::array({"mae"})}, {"flag", "acc"}})},
               callSite);
  EXPECT_EQ(model.compile->losses[0].kind, "binary_crossentropy");
  EXPECT_EQ(model.compile->losses[1].weight, 0.5);
  EXPECT_EQ(logNames(model),
            (std::vector<std::string>{"loss", "flag_loss", "value_loss", "flag_acc", "value_mae"}));
  resolveMetrics(model, {{5}, {5, 3}});
  EXPECT_EQ(model.compile->metrics[0][0].kind, "binary_accuracy");
  compileModel(model, {keyword("loss", "mse"), keyword("loss_weights", {{"value", 2}})}, callSite);
  EXPECT_EQ(model.compile->losses[0].weight, 1);
  EXPECT_EQ(model.compile->losses[1].weight, 2);
}

TEST(Compile, refusesWhatDoesNotFitTheOutputs) {
  ModelSpec model = twoOutputs();
  auto message = [&](const Arguments &arguments) {
    return messageOf([&] { compileModel(model, arguments, callSite); });
  };
  EXPECT_EQ(message({keyword("loss", Json::array({"mse"}))}),
            "argument `loss` of compile has 1 entries, the model has 2 outputs");
  EXPECT_EQ(message({keyword("loss", {{"flag", "mse"}})}), "output 'value' has no loss");
  EXPECT_EQ(message({keyword("loss", "mse"), keyword("metrics", Json::array({"mae"}))}),
            "For a model with multiple outputs, when providing the `metrics` argument as a list, "
            "it should have as many entries as the model has outputs. Received: metrics=['mae'] of "
            "length 1 whereas the model has 2 outputs.");
}

TEST(Compile, readsConfigsOfKeras2) {
  Json config = Json::parse(R"({
    "loss": {"class_name": "BinaryCrossentropy", "config": {"reduction": "auto",
             "name": "binary_crossentropy", "from_logits": false, "label_smoothing": 0.0, "axis": -1,
             "fn": "binary_crossentropy"}},
    "metrics": [[{"class_name": "MeanMetricWrapper",
                  "config": {"name": "accuracy", "dtype": "float32", "fn": "binary_accuracy"}}]],
    "weighted_metrics": null, "loss_weights": null,
    "optimizer_config": {"class_name": "Custom>SGD", "config": {"name": "SGD", "jit_compile": true,
      "is_legacy_optimizer": false, "learning_rate": 1, "momentum": 0, "decay": 0.0}}})");
  ModelSpec model = denseModel(1);
  compileFromConfig(model, config, callSite);
  EXPECT_EQ(model.compile->optimizer.kind, "SGD");
  EXPECT_EQ(model.compile->optimizer.learningRate(), 1);
  EXPECT_EQ(model.compile->losses[0].reduction, "sum_over_batch_size");
  EXPECT_EQ(model.compile->metrics[0][0].kind, "binary_accuracy");
  EXPECT_EQ(model.compile->metrics[0][0].name, "accuracy");
}
