// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequential models: order, shapes, weights, deferred building.
#include "Helpers.h"

using namespace keratin;
using namespace keratin::test;

namespace {

class Sequential : public ::testing::Test {
protected:
  void add(const std::string &className, const Arguments &arguments) {
    addLayer(model, layer(className, arguments, names), names);
  }
  std::vector<std::string> layerNames() const {
    std::vector<std::string> result;
    for (const LayerSpec &spec : model.layers)
      result.push_back(spec.name);
    return result;
  }
  AutoNames names;
  ModelSpec model = makeSequential(names.next("Sequential"), callSite);
};

} // namespace

TEST_F(Sequential, buildsTheImdbModel) {
  add("Embedding", {positional(10000), positional(128)});
  add("LSTM", {positional(128), keyword("dropout", 0.2)});
  add("Dense", {positional(1), keyword("activation", "sigmoid")});
  EXPECT_FALSE(isBuilt(model));
  EXPECT_TRUE(model.weights().empty());

  buildSequential(model, {-1, 80}, names, callSite);
  ASSERT_TRUE(isBuilt(model));
  EXPECT_EQ(layerNames(), (std::vector<std::string>{"input_layer", "embedding", "lstm", "dense"}));
  EXPECT_EQ(model.shapeOf({1}), Shape({-1, 80, 128}));
  EXPECT_EQ(model.shapeOf({2}), Shape({-1, 128}));
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, 1}));
  struct Expected {
    const char *path;
    Shape shape;
  };
  const Expected expected[] = {{"sequential/embedding/embeddings", {10000, 128}},
                               {"sequential/lstm/lstm_cell/kernel", {128, 512}},
                               {"sequential/lstm/lstm_cell/recurrent_kernel", {128, 512}},
                               {"sequential/lstm/lstm_cell/bias", {512}},
                               {"sequential/dense/kernel", {128, 1}},
                               {"sequential/dense/bias", {1}}};
  std::vector<WeightSpec *> weights = model.weights();
  ASSERT_EQ(weights.size(), std::size(expected));
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(weights[i]->path, expected[i].path);
    EXPECT_EQ(weights[i]->shape, expected[i].shape);
  }
  EXPECT_EQ(model.inputDType(0), rt::DType::Int32);
}

TEST_F(Sequential, buildsAtOnceWithAnInputShape) {
  add("Dense", {positional(64), keyword("input_dim", 100)});
  EXPECT_TRUE(isBuilt(model));
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, 64}));
  add("Dropout", {positional(0.5)});
  add("Activation", {positional("tanh")});
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, 64}));
  EXPECT_EQ(model.nodes.size(), 4u);
  EXPECT_EQ(model.inputDType(0), rt::DType::Float32);
}

TEST_F(Sequential, buildingAgainChecksTheShape) {
  add("Input", {positional({nullptr, 4})});
  add("LSTM", {positional(3), keyword("return_sequences", true), keyword("use_bias", false)});
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, -1, 3}));
  EXPECT_EQ(model.weights().size(), 2u);
  buildSequential(model, {-1, 9, 4}, names, callSite);
  EXPECT_EQ(model.layers.size(), 2u);
  EXPECT_EQ(
      messageOf([&] { buildSequential(model, {-1, 9, 5}, names, callSite); }),
      "Model 'sequential' has already been configured to use input shape (None, None, 4). You "
      "cannot build it with input_shape (None, 9, 5)");
}

TEST_F(Sequential, aFailedBuildLeavesTheModelUnbuilt) {
  add("Embedding", {positional(10), positional(4)});
  add("LSTM", {positional(3)});
  EXPECT_THROW(buildSequential(model, {-1, 5, 5}, names, callSite), UserError);
  EXPECT_FALSE(isBuilt(model));
  EXPECT_EQ(model.layers.size(), 2u);
  buildSequential(model, {-1, 5}, names, callSite);
  EXPECT_TRUE(isBuilt(model));
}

TEST_F(Sequential, refusesWrongRanksAtTheLayer) {
  add("Input", {positional(Json::array({6}))});
  UserError error = userError([&] { add("LSTM", {positional(3)}); });
  EXPECT_EQ(error.message,
            "Input 0 with name 'None' of layer 'lstm' is incompatible with the layer: expected "
            "ndim=3, found ndim=2. Full shape received: (None, 6)");
  EXPECT_FALSE(error.hint.empty());
  EXPECT_EQ(error.location.line, 7);
  EXPECT_EQ(messageOf([&] { add("SpatialDropout1D", {positional(0.1)}); }),
            "Input 0 with name 'None' of layer 'spatial_dropout1d' is incompatible with the layer: "
            "expected ndim=3, found ndim=2. Full shape received: (None, 6)");
}

TEST_F(Sequential, refusesUnknownFeatureCounts) {
  add("Input", {positional({6, nullptr})});
  EXPECT_EQ(messageOf([&] { add("Dense", {positional(3)}); }),
            "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
            "Layer 'dense' received: (None, 6, None)");
}

TEST_F(Sequential, refusesToUnrollUnknownSteps) {
  add("Input", {positional({nullptr, 4})});
  EXPECT_EQ(messageOf([&] { add("LSTM", {positional(3), keyword("unroll", true)}); }),
            "Cannot unroll a RNN if the time dimension is undefined.");
}

TEST_F(Sequential, refusesDuplicateNamesAndLateInputs) {
  add("Dense", {positional(3), keyword("name", "a")});
  EXPECT_EQ(messageOf([&] { add("Dense", {positional(3), keyword("name", "a")}); }),
            "All layers added to a Sequential model should have unique names. Name 'a' is already "
            "the name of a layer in this model. Update the `name` argument to pass a unique name.");
  EXPECT_EQ(
      messageOf([&] { add("Input", {positional(Json::array({3}))}); }),
      "an Input is only possible as the first layer of a Sequential model, found it after 'a'");
}

TEST_F(Sequential, refusesToBuildNothing) {
  EXPECT_EQ(messageOf([&] { buildSequential(model, {-1, 3}, names, callSite); }),
            "Sequential model sequential cannot be built because it has no layers. Call "
            "`model.add(layer)`.");
}

TEST_F(Sequential, refusesIntegerInputsExceptForEmbedding) {
  add("Input", {positional(Json::array({6})), keyword("dtype", "int32")});
  EXPECT_EQ(
      messageOf([&] { add("Dense", {positional(3)}); }),
      "an input of dtype int32 is supported in front of Embedding layers, found Dense 'dense'");
}

TEST_F(Sequential, refusesWeightsBeyondAnyMemory) {
  const int64_t large = 2147483647;
  EXPECT_NE(messageOf([&] {
              add("Dense", {positional(large), keyword("input_dim", large)});
            }).find("is larger than 256 GiB"),
            std::string::npos);
}

TEST_F(Sequential, keepsGivenEmbeddings) {
  Argument weights{"weights", nullptr, {}, {rt::Array::of<double>({3, 2}, {1, 2, 3, 4, 5, 6})}};
  add("Embedding", {positional(3), positional(2), weights});
  buildSequential(model, {-1, 4}, names, callSite);
  const rt::Array &value = model.weights()[0]->value;
  EXPECT_EQ(value.dtype, rt::DType::Float32);
  EXPECT_EQ(value.at(5), 6);

  Argument wrong{"weights", nullptr, {}, {rt::Array(rt::DType::Float32, {2, 2})}};
  ModelSpec other = makeSequential("other", callSite);
  addLayer(other, layer("Embedding", {positional(3), positional(2), wrong}, names), names);
  EXPECT_EQ(messageOf([&] { buildSequential(other, {-1, 4}, names, callSite); }),
            "weight `embeddings` of layer 'embedding_1' has shape (3, 2), got an array of (2, 2)");
}

TEST_F(Sequential, popsLayersButNotTheInput) {
  add("Dense", {positional(2), keyword("input_dim", 3)});
  add("Dense", {positional(5)});
  popLayer(model, callSite);
  EXPECT_EQ(model.shapeOf(model.outputs[0]), Shape({-1, 2}));
  add("Activation", {positional("relu")});
  EXPECT_EQ(layerNames(), (std::vector<std::string>{"input_layer", "dense", "activation"}));
  popLayer(model, callSite);
  popLayer(model, callSite);
  EXPECT_EQ(messageOf([&] { popLayer(model, callSite); }),
            "there are no layers in model 'sequential' to remove");
}

TEST_F(Sequential, frozenLayersKeepTheirWeightsTrainable) { // for when they are no more
  add("Dense", {positional(2), keyword("input_dim", 3), keyword("trainable", false)});
  EXPECT_FALSE(model.layers.back().trainable());
  EXPECT_TRUE(model.weights()[0]->trainable);
}

TEST(ShapeText, isPythonsTuple) {
  EXPECT_EQ(shapeText({-1, 6, 4}), "(None, 6, 4)");
  EXPECT_EQ(shapeText({5}), "(5,)");
  EXPECT_EQ(shapeText({}), "()");
}
