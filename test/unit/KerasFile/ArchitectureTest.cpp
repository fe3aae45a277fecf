// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Architecture JSON: old and new forms, and malformed ones.
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/Architecture.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <functional>

using namespace keratin;
using namespace keratin::test;

static const SourceLocation file = {"model.h5"};

static ModelSpec parse(const std::string &text) {
  return modelFromConfig(parseJson(text, "config.json", file), file, {});
}

static std::string messageOf(const std::string &text) {
  return userError([&] { parse(text); }).message;
}

TEST(Architecture, readsTheListsOfKeras1) {
  ModelSpec model = parse(R"({"class_name": "Sequential", "config": [
      {"class_name": "Embedding", "config": {"name": "embedding_1", "input_dim": 9, "output_dim": 4,
       "init": "uniform", "input_length": 6, "W_regularizer": null, "dropout": 0.0}},
      {"class_name": "LSTM", "config": {"name": "lstm_1", "output_dim": 5, "inner_activation":
       "sigmoid", "forget_bias_init": "one", "consume_less": "cpu", "dropout_W": 0.1}}]})");
  EXPECT_TRUE(isBuilt(model));
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, 5}));
  EXPECT_EQ(model.layers[2].config["dropout"], 0.1);
}

TEST(Architecture, buildsFromTheBuildShape) {
  ModelSpec model = parse(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": "Dense", "config": {"name": "d", "units": 3}}],
      "build_input_shape": [null, 4]}})");
  EXPECT_EQ(model.weights()[0]->path, "s/d/kernel");
  EXPECT_FALSE(isBuilt(parse(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": "Dense", "config": {"name": "d", "units": 3}}]}})")));
}

static const char *const keras2Functional = R"({"class_name": "Functional", "config": {"name": "m",
  "layers": [
   {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3},
    "inbound_nodes": [[["i", 0, 0, {}]], [["e", 0, 0, {"training": false}]]]},
   {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_input_shape": [null, 4]},
    "inbound_nodes": []},
   {"class_name": "Dense", "name": "e", "config": {"name": "e", "units": 4},
    "inbound_nodes": [[["d", 0, 0, {}]]]}],
  "input_layers": [["i", 0, 0]], "output_layers": [["d", 1, 0]]}})";

TEST(Architecture, replaysCallsInAnyOrderAndShared) {
  ModelSpec model = parse(keras2Functional);
  ASSERT_EQ(model.nodes.size(), 4u);
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.layerOf(model.outputs[0]).name, "d");
  EXPECT_EQ(model.nodes[3].inputs[0].node, 2);
  EXPECT_EQ(model.weights().size(), 4u);
}

TEST(Architecture, refusesCallsThatItCannotReplay) {
  Json json = Json::parse(keras2Functional);
  json["config"]["output_layers"][0][1] = 7;
  EXPECT_EQ(messageOf(json.dump()),
            "the model refers to output 0 of call 7 of layer 'd', which is not in the file");
  json = Json::parse(keras2Functional);
  json["config"]["layers"][2]["inbound_nodes"][0][0][0] = "nobody";
  EXPECT_EQ(messageOf(json.dump()), "the inputs of layer 'd' are not in the model");
  json = Json::parse(keras2Functional);
  json["config"]["layers"][2]["inbound_nodes"][0][0][3] = {{"initial_state", {"i", 0, 0}}};
  EXPECT_EQ(messageOf(json.dump()), "Dense 'e' takes one tensor, got 2");
}

// As Keras 3.15 writes it for LSTM(3)(Embedding(11, 4, mask_zero=True)(x)).
static const char *const maskOfEmbedding = R"({"class_name": "Functional", "config": {"name": "m",
  "layers": [
   {"class_name": "InputLayer", "module": "keras.layers", "name": "x", "inbound_nodes": [],
    "config": {"name": "x", "batch_shape": [null, 6], "dtype": "float32"}},
   {"class_name": "Embedding", "module": "keras.layers", "name": "e",
    "config": {"name": "e", "input_dim": 11, "output_dim": 4, "mask_zero": true},
    "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
                                 {"shape": [null, 6], "keras_history": ["x", 0, 0]}}], "kwargs": {}}]},
   {"class_name": "NotEqual", "module": "keras.src.ops.numpy", "name": "ne", "config": {"name": "ne"},
    "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
                                 {"shape": [null, 6], "keras_history": ["x", 0, 0]}}, 0],
                       "kwargs": {}}]},
   {"class_name": "LSTM", "module": "keras.layers", "name": "l", "config": {"name": "l", "units": 3},
    "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
                                 {"shape": [null, 6, 4], "keras_history": ["e", 0, 0]}}],
                       "kwargs": {"mask": {"class_name": "__keras_tensor__", "config":
                                           {"shape": [null, 6], "keras_history": ["ne", 0, 0]}}}}]}],
  "input_layers": [["x", 0, 0]], "output_layers": [["l", 0, 0]]}})";

/// The mask of the last layer in `maskOfEmbedding`, after a change of its layers.
static TensorRef maskAfter(const std::function<void(Json &layers)> &change) {
  Json json = Json::parse(maskOfEmbedding);
  Json &layers = json["config"]["layers"];
  change(layers);
  json["config"]["input_layers"] = Json::array();
  for (const Json &layer : layers)
    if (layer["class_name"] == "InputLayer")
      json["config"]["input_layers"].push_back({layer["name"], 0, 0});
  ModelSpec model = parse(json.dump());
  const std::vector<TensorRef> &masks = model.nodes.back().masks;
  EXPECT_EQ(masks.size(), 1u);
  EXPECT_EQ(model.layerOf(masks.at(0)).className, "NotEqual");
  return masks.at(0);
}

static Json &kwargsOf(Json &layer) { return layer["inbound_nodes"][0]["kwargs"]; }

TEST(Architecture, givesCallsTheirMasks) {
  maskAfter([](Json &) {});
  maskAfter([](Json &layers) { layers[2]["inbound_nodes"][0]["args"][1] = 3; });
  maskAfter([](Json &layers) { layers[1]["config"]["mask_zero"] = false; });
  // Keras carries no mask to a call with initial states, so that the given one must stay.
  maskAfter([](Json &layers) {
    Json state = {{"class_name", "InputLayer"},
                  {"module", "keras.layers"},
                  {"name", "s"},
                  {"inbound_nodes", Json::array()},
                  {"config", {{"name", "s"}, {"batch_shape", {nullptr, 3}}}}};
    Json tensor = {{"class_name", "__keras_tensor__"},
                   {"config", {{"shape", {nullptr, 3}}, {"keras_history", {"s", 0, 0}}}}};
    layers.insert(layers.begin(), std::move(state));
    layers[4]["class_name"] = "GRU";
    kwargsOf(layers[4])["initial_state"] = Json::array({tensor});
  });
  // As .h5 files have it: without modules, and here through a conversion that changes nothing.
  maskAfter([](Json &layers) {
    Json conversion = layers[2];
    conversion["class_name"] = "ConvertToTensor";
    conversion["name"] = conversion["config"]["name"] = "c";
    conversion["inbound_nodes"][0]["args"] = Json::array({kwargsOf(layers[3])["mask"]});
    kwargsOf(layers[3])["mask"]["config"]["keras_history"][0] = "c";
    layers.insert(layers.begin() + 3, std::move(conversion));
    for (Json &layer : layers)
      layer.erase("module");
  });
}

TEST(Architecture, leavesOutJoinedMasksThatComeWithTheInput) {
  auto join = [](Json &layers) {
    const Json embedding = layers[1]["inbound_nodes"], mask = kwargsOf(layers[3])["mask"],
               input = layers[3]["inbound_nodes"][0]["args"][0];
    Json add = {{"class_name", "Add"},
                {"module", "keras.layers"},
                {"name", "a"},
                {"config", {{"name", "a"}}},
                {"inbound_nodes", embedding}};
    add["inbound_nodes"][0]["args"] = Json::array({Json::array({input, input})});
    Json either = {{"class_name", "LogicalOr"},
                   {"module", "keras.src.ops.numpy"},
                   {"name", "or"},
                   {"config", {{"name", "or"}}},
                   {"inbound_nodes", embedding}};
    either["inbound_nodes"][0]["args"] = Json::array({mask, mask});
    layers[3]["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = "a";
    kwargsOf(layers[3])["mask"]["config"]["keras_history"][0] = "or";
    layers.insert(layers.begin() + 3, {add, either});
  };
  Json json = Json::parse(maskOfEmbedding);
  join(json["config"]["layers"]);
  EXPECT_TRUE(parse(json.dump()).nodes.back().masks.empty());
  // Not where the input carries none.
  json["config"]["layers"][1]["config"]["mask_zero"] = false;
  EXPECT_EQ(messageOf(json.dump()), "argument `mask` in a call of layer 'l' is not supported yet");
}

TEST(Architecture, refusesAnyOtherMask) {
  auto messageWith = [](const std::function<void(Json & layers)> &change) {
    Json json = Json::parse(maskOfEmbedding);
    change(json["config"]["layers"]);
    return messageOf(json.dump());
  };
  EXPECT_EQ(messageWith([&](Json &layers) {
              kwargsOf(layers[3])["mask"]["config"]["keras_history"][0] = "x";
            }),
            "a mask must be a boolean tensor, got the output of 'x'");
  EXPECT_EQ(messageWith([](Json &layers) { layers[2]["class_name"] = "Equal"; }),
            "argument `mask` in a call of layer 'l' is not supported yet");
  EXPECT_EQ(messageWith([](Json &layers) { kwargsOf(layers[3])["mask"] = 3; }),
            "argument `mask` in a call of layer 'l' is not supported yet");
  Json json = Json::parse(keras2Functional);
  json["config"]["layers"][2]["inbound_nodes"][0][0][3] = {{"mask", {"i", 0, 0}}};
  EXPECT_EQ(messageOf(json.dump()), "Dense got an unexpected keyword argument 'mask'");
}

TEST(Architecture, namesOperationsThatAreRead) {
  EXPECT_EQ(messageOf(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
      {"module": "keras.src.ops.numpy", "class_name": "Add", "name": "add", "config": {},
       "inbound_nodes": []}],
      "input_layers": ["add", 0, 0], "output_layers": ["add", 0, 0]}})"),
            "operation \"Add\" is not supported yet");
}

TEST(Architecture, refusesMalformedJson) {
  EXPECT_EQ(messageOf("{\"class_name\": ").rfind("config.json is not valid JSON", 0), 0u);
  EXPECT_EQ(messageOf(std::string(200, '[') + std::string(200, ']')),
            "config.json is nested too deeply");
  const char *const malformed[] = {
      "3",
      "[]",
      "{}",
      R"({"class_name": 3})",
      R"({"class_name": "Sequential"})",
      R"({"class_name": "Sequential", "config": {}})",
      R"({"class_name": "Sequential", "config": {"name": 3, "layers": []}})",
      R"({"class_name": "Sequential", "config": {"name": "s", "layers": [3]}})",
      R"({"class_name": "Functional", "config": {"name": "s", "layers": [{}]}})"};
  for (const char *text : malformed)
    EXPECT_EQ(messageOf(text).rfind("the model's architecture is malformed", 0), 0u) << text;
  EXPECT_EQ(messageOf(R"({"class_name": "MyModel", "config": {}})"),
            "model class \"MyModel\" is not supported");
  EXPECT_EQ(messageOf(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
                {"class_name": "Dense", "config": {"name": "d", "units": -3}}]}})"),
            "Received an invalid value for argument `units`, expected a positive integer, got -3.");
}
