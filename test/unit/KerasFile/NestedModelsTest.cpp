// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models as layers of others, in every format.
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/NestedModels.h"

using namespace keratin;
using namespace keratin::test;

namespace {

/// A Sequential called twice and a functional model with two outputs, one layer of each frozen.
ModelSpec nested() {
  AutoNames names;
  FunctionalGraph graph;
  auto make = [&](const char *className, Json units, bool trainable = true) {
    return makeLayer(className, {{"", std::move(units), {}, {}}, {"trainable", trainable, {}, {}}},
                     {}, names);
  };
  auto input = [&](int64_t width) {
    return graph.input(makeLayer("Input", {{"", Json::array({width}), {}, {}}}, {}, names));
  };
  ModelSpec base = makeSequential("base", {});
  addLayer(base, makeLayer("Input", {{"", Json::array({4}), {}, {}}}, {}, names), names);
  addLayer(base, make("Dense", 3, false), names);
  addLayer(base, make("Dense", 4), names);

  TensorRef x = input(4);
  TensorRef h = graph.call(graph.add(make("Dense", 5)), {x}, {});
  TensorRef y = graph.call(graph.add(make("Dense", 2)), {h}, {});
  ModelSpec two = graph.model({x}, {y, h}, "two", {});

  TensorRef a = input(4);
  int baseHandle = graph.add({modelAsLayer(base), {}, {}});
  TensorRef once = graph.call(baseHandle, {a}, {});
  TensorRef twice = graph.call(baseHandle, {once}, {});
  TensorRef ends = graph.call(graph.add({modelAsLayer(two), {}, {}}), {twice}, {});
  TensorRef last = graph.call(graph.add(make("Dense", 1)), {{ends.node, 1}}, {});
  ModelSpec model = graph.model({a}, {last, ends}, "outer", {});
  drawInitialWeights(model, 3);
  return model;
}

} // namespace

TEST(NestedModels, readBackFromEveryFormat) {
  TestFolder folder;
  ModelSpec model = nested();
  for (const char *name : {"model.keras", "model.h5"}) {
    SCOPED_TRACE(name);
    writeKerasModel(model, folder / name);
    ModelSpec back = readKerasModel(folder / name);
    ASSERT_EQ(back.layers.size(), model.layers.size());
    ASSERT_EQ(back.weights().size(), model.weights().size());
    for (size_t i = 0; i < model.weights().size(); ++i) {
      EXPECT_EQ(back.weights()[i]->value.bytes, model.weights()[i]->value.bytes);
      EXPECT_EQ(back.weights()[i]->trainable, model.weights()[i]->trainable);
    }
    ModelSpec flat = inlineModels(back), expected = inlineModels(model);
    ASSERT_EQ(flat.nodes.size(), expected.nodes.size());
    for (size_t i = 0; i < flat.nodes.size(); ++i) {
      EXPECT_EQ(flat.nodes[i].layer, expected.nodes[i].layer);
      EXPECT_EQ(flat.nodes[i].inputs, expected.nodes[i].inputs);
    }
    EXPECT_EQ(flat.outputs, expected.outputs);
  }
}

TEST(NestedModels, areStoredUnderTheirClass) {
  std::vector<std::string> paths = keras3Paths(nested());
  EXPECT_EQ(
      paths,
      (std::vector<std::string>{
          "layers/sequential/layers/dense/vars/0", "layers/sequential/layers/dense/vars/1",
          "layers/sequential/layers/dense_1/vars/0", "layers/sequential/layers/dense_1/vars/1",
          "layers/functional/layers/dense/vars/0", "layers/functional/layers/dense/vars/1",
          "layers/functional/layers/dense_1/vars/0", "layers/functional/layers/dense_1/vars/1",
          "layers/dense/vars/0", "layers/dense/vars/1"}));
}
