// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functional models: chains, shared layers, several outputs, and what is refused.
#include "Helpers.h"

#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/Summary.h"

using namespace keratin;
using namespace keratin::test;

namespace {

class Functional : public ::testing::Test {
protected:
  TensorRef input(Json shape) {
    return graph.input(layer("Input", {positional(std::move(shape))}, names));
  }
  int add(const std::string &className, const Arguments &arguments) {
    return graph.add(layer(className, arguments, names));
  }
  TensorRef call(int handle, TensorRef tensor) { return graph.call(handle, {tensor}, callSite); }
  ModelSpec model(std::vector<TensorRef> inputs, std::vector<TensorRef> outputs) {
    return graph.model(inputs, outputs, names.next("Functional"), callSite);
  }
  AutoNames names;
  FunctionalGraph graph;
};

} // namespace

TEST_F(Functional, buildsAChain) {
  TensorRef x = input({6, 4});
  TensorRef h = call(add("LSTM", {positional(5)}), x);
  TensorRef y = call(add("Dense", {positional(1)}), h);
  call(add("Dense", {positional(7)}), h); // not part of the model
  ModelSpec spec = model({x}, {y});
  EXPECT_FALSE(spec.sequential);
  EXPECT_EQ(spec.name, "functional");
  ASSERT_EQ(spec.layers.size(), 3u);
  EXPECT_EQ(spec.layers[0].className, "InputLayer");
  EXPECT_EQ(spec.weights()[0]->path, "lstm/lstm_cell/kernel");
  EXPECT_EQ(spec.shapeOf(spec.outputs[0]), Shape({-1, 1}));
  EXPECT_EQ(spec.nodes[2].inputs[0].node, 1);
}

TEST_F(Functional, sharesWeightsBetweenCalls) {
  TensorRef a = input({4}), b = input({4});
  int dense = add("Dense", {positional(5)});
  TensorRef first = call(dense, a), second = call(dense, b);
  ModelSpec spec = model({a, b}, {first, second});
  EXPECT_EQ(spec.layers.size(), 3u);
  EXPECT_EQ(spec.nodes.size(), 4u);
  EXPECT_EQ(spec.weights().size(), 2u);
  TensorRef wide = input({9});
  EXPECT_EQ(
      messageOf([&] { call(dense, wide); }),
      "Input 0 with name 'None' of layer 'dense' is incompatible with the layer: expected axis "
      "-1 of input shape to have value 4, but received input with shape (None, 9)");
  EXPECT_NE(summaryText(spec, {80}).find("input_layer[0][0],"), std::string::npos);
}

TEST_F(Functional, ordersLayersByDepth) {
  TensorRef x = input({4});
  TensorRef shallow = call(add("Dense", {positional(1), keyword("name", "shallow")}), x);
  TensorRef deep = call(add("Dense", {positional(2), keyword("name", "deep")}), x);
  TensorRef out = call(add("Dense", {positional(3), keyword("name", "out")}), deep);
  ModelSpec spec = model({x}, {shallow, out});
  EXPECT_EQ(spec.layers[1].name, "deep");
  EXPECT_EQ(spec.layers[2].name, "shallow");
  EXPECT_EQ(spec.layers[3].name, "out");
}

TEST_F(Functional, refusesWhatDoesNotConnect) {
  TensorRef a = input({4}), b = input({4});
  TensorRef y = call(add("Dense", {positional(5)}), a);
  EXPECT_EQ(
      messageOf([&] { model({b}, {y}); }),
      "`inputs` not connected to `outputs`: the outputs depend on 'input_layer', which is not "
      "among the inputs");
  EXPECT_EQ(messageOf([&] { model({a, a}, {y}); }),
            "the inputs of a Model must be different, found the output of 'input_layer' twice");
  EXPECT_EQ(messageOf([&] { model({}, {y}); }), "a Model needs at least one input and one output");
  EXPECT_EQ(messageOf([&] { graph.call(add("Dense", {positional(5)}), {a, b}, callSite); }),
            "Dense 'dense_1' takes one tensor, got 2");
}

TEST_F(Functional, refusesTwoLayersOfOneName) {
  TensorRef x = input({4});
  TensorRef h = call(add("Dense", {positional(5), keyword("name", "d")}), x);
  TensorRef y = call(add("Dense", {positional(5), keyword("name", "d")}), h);
  EXPECT_EQ(messageOf([&] { model({x}, {y}); }),
            "The name \"d\" is used 2 times in the model. All layer names should be unique.");
}

TEST_F(Functional, anInputOfSeveralEmbeddingsHasTheSmallestVocabulary) {
  TensorRef x = input({6});
  TensorRef large = call(add("Embedding", {positional(9), positional(2)}), x);
  TensorRef small = call(add("Embedding", {positional(5), positional(2)}), x);
  TensorRef largeToo = call(add("Embedding", {positional(7), positional(2)}), x);
  EXPECT_EQ(model({x}, {large, small, largeToo}).vocabulary(0), 5);
}

TEST_F(Functional, anInputReadByOthersThanEmbeddingIsFloat) {
  TensorRef x = input({6});
  TensorRef e = call(add("Embedding", {positional(5), positional(2)}), x);
  TensorRef d = call(add("Dense", {positional(5)}), x);
  EXPECT_EQ(model({x}, {e}).inputDType(0), rt::DType::Int32);
  EXPECT_EQ(model({x}, {e, d}).inputDType(0), rt::DType::Float32);
}

TEST_F(Functional, ordersLayersOfOneDepthAsTheyAreMet) {
  TensorRef a = input({4}), t = input({6});
  TensorRef e = call(add("Embedding", {positional(9), positional(2)}), t);
  TensorRef h = call(add("LSTM", {positional(3), keyword("name", "h")}), e);
  TensorRef g = call(add("Dense", {positional(3), keyword("name", "g")}), a);
  ModelSpec spec = model({a, t}, {h, g});
  std::vector<std::string> order;
  for (const LayerSpec &layer : spec.layers)
    order.push_back(layer.name);
  EXPECT_EQ(order,
            (std::vector<std::string>{"input_layer_1", "embedding", "input_layer", "h", "g"}));
}

TEST_F(Functional, keepsInputsThatNothingReads) {
  TensorRef a = input({4}), unused = input({6});
  TensorRef y = call(add("Dense", {positional(5)}), a);
  ModelSpec spec = model({unused, a}, {y});
  ASSERT_EQ(spec.inputs.size(), 2u);
  EXPECT_EQ(spec.layerOf(spec.inputs[0]).name, "input_layer_1");
  EXPECT_EQ(spec.layers[1].name, "input_layer_1");
}

TEST_F(Functional, anInputMayStandForATensorInside) {
  TensorRef x = input({4});
  TensorRef h = call(add("Dense", {positional(5)}), x);
  TensorRef y = call(add("Dense", {positional(2)}), h);
  CutModel tail = graph.cut({h}, {y}, "tail", callSite);
  EXPECT_EQ(tail.spec.layers[0].name, "dense_output");
  EXPECT_EQ(tail.spec.shapeOf(tail.spec.inputs[0]), Shape({-1, 5}));
  EXPECT_EQ(tail.layers, (std::vector<int>{-1, 2}));
  EXPECT_EQ(tail.nodes, (std::vector<int>{-1, 2}));
  ModelSpec whole = model({x}, {y});
  EXPECT_EQ(tail.spec.weights()[0]->shared, whole.weights()[2]->shared);
}

TEST_F(Functional, modelsAreInlinedInTheOrderOfTheirWeights) {
  TensorRef x = input({4});
  TensorRef h = call(add("Dense", {positional(5), keyword("name", "a")}), x);
  TensorRef y = call(add("Dense", {positional(4), keyword("name", "b")}), h);
  ModelSpec inner = model({x}, {y, h});
  inner.layers[1].config["trainable"] = false;
  int base = graph.add({modelAsLayer(inner), {}, {}});
  TensorRef first = input({4});
  TensorRef once = call(base, first);
  TensorRef twice = call(base, once);
  ModelSpec outer = model({first}, {twice, {twice.node, 1}});
  ASSERT_EQ(outer.layers.size(), 2u);
  EXPECT_EQ(outer.nodes.back().outputShapes, (std::vector<Shape>{{-1, 4}, {-1, 5}}));
  EXPECT_EQ(outer.weights().size(), 4u);
  EXPECT_FALSE(outer.weights()[0]->trainable);

  ModelSpec flat = inlineModels(outer);
  ASSERT_EQ(flat.layers.size(), 3u);
  EXPECT_EQ(flat.layers[1].name, "functional/a");
  EXPECT_EQ(flat.nodes.size(), 5u);
  EXPECT_EQ(flat.nodes[3].inputs[0].node, 2);
  EXPECT_EQ(flat.outputs[0].node, 4);
  EXPECT_EQ(flat.outputs[1].node, 3);
  EXPECT_EQ(flat.outputName(0), "functional");
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(flat.weights()[i]->shared, inner.weights()[i]->shared);
  EXPECT_EQ(messageOf([&] { call(base, h); }),
            "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: "
            "expected shape=(None, 4), found shape=(None, 5)");
}
