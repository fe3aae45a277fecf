// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of feed-forward layers against finite differences: 200 random shapes each.
#include "TestModel.h"

#include "dialect/IR/KeratinOps.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

constexpr uint64_t shapesPerOp = 200;

/// [rows, features] or [rows, steps, features] of small, mostly odd sizes.
Shape randomShape(Random &random) {
  Shape shape{random.integer(1, 5), random.integer(1, 7)};
  if (random.coin())
    shape.insert(shape.begin() + 1, random.integer(2, 5));
  return shape;
}

Shape withLast(Shape shape, int64_t last) {
  shape.back() = last;
  return shape;
}

/// Away from 0, where relu bends, by 0.05, from 0.5 and 1, where others do, and inside of the bends
/// of hard_sigmoid (2.5) and relu6 (6).
Tensor awayFromKinks(Random &random, const Shape &shape) {
  Tensor x = random.tensor(shape, 0.05, 2.4);
  for (double &value : x.values) {
    for (double kink : {0.5, 1.0})
      if (std::fabs(value - kink) < 0.01)
        value += 0.02;
    value = random.coin() ? value : -value;
  }
  return x;
}

TEST(LayerGradient, Activation) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape = randomShape(random);
    Operand x = model.source(awayFromKinks(random, shape));
    // Every kind in turn.
    Activation activation = *symbolizeActivation(seed % (getMaxEnumValForActivation() + 1));
    static const std::map<Activation, std::string> parameters = {
        {Activation::elu, "0.7"},          {Activation::celu, "1.3"},
        {Activation::leaky_relu, "0.1"},   {Activation::rectifier, "0.1, 3.0, 0.01"},
        {Activation::affine, "-1.5, 0.5"}, {Activation::inverse_root, "3.0, 9.0"}};
    std::string given;
    if (auto found = parameters.find(activation); found != parameters.end())
      given = " {parameters = array<f64: " + found->second + ">}";
    Operand y = model.op("keratin.activation <" + stringifyActivation(activation).str() + "> " +
                             x.name + given,
                         {x}, x.type);
    expectGradients(model, model.project(y, shape, random));
  }
}

TEST(LayerGradient, Dense) {
  // Those whose gradient needs only the result are fused into the layer.
  const std::vector<std::string> kinds{
      "linear", "relu",         "sigmoid",     "tanh",       "softmax",
      "relu6",  "hard_sigmoid", "exponential", "leaky_relu", "hard_sigmoid_keras2"};
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape = randomShape(random);
    int64_t units = random.integer(1, 6);
    Operand x = model.source(random.tensor(shape));
    Operand kernel = model.param(random.tensor({shape.back(), units}));
    Operand bias = random.coin() ? model.param(random.tensor({units})) : Operand();
    Operand y = model.op("keratin.dense " + x.name + ", " + kernel.name + clause("bias", bias) +
                             " {activation = #keratin.activation<" + random.pick(kinds) + ">}",
                         {x, kernel, bias}, model.type(shape.size(), units));
    expectGradients(model, model.project(y, withLast(shape, units), random));
  }
}

TEST(LayerGradient, EmbeddingWithRepeatedAndNegativeIndices) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    int64_t rows = random.integer(1, 6), features = random.integer(1, 4);
    Shape shape{random.integer(1, 4), random.integer(2, 6)};
    if (random.coin())
      shape.pop_back();
    Operand indices = model.argument(random.integers(shape, -rows, rows - 1), "i32");
    Operand table = model.param(random.tensor({rows, features}));
    shape.push_back(features);
    Operand y = model.op("keratin.embedding " + indices.name + ", " + table.name, {indices, table},
                         model.type(shape.size(), features));
    expectGradients(model, model.project(y, shape, random));
  }
}

TEST(LayerGradient, Dropout) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape = randomShape(random);
    bool perSequence = shape.size() == 3 && random.coin();
    Operand x = model.source(random.tensor(shape));
    Operand key = model.argument(random.integer(0, 1 << 30)),
            iteration = model.argument(random.integer(0, 9));
    Operand y = model.op("keratin.dropout " + x.name + " seed(" + key.name + ", " + iteration.name +
                             ") {rate = 0.4 : f64, layer = 3 : i64, noise = #keratin.noise<" +
                             (perSequence ? "per_sequence" : "elementwise") + ">}",
                         {x, key, iteration}, x.type);
    expectGradients(model, model.project(y, shape, random));
  }
}

TEST(LayerGradient, AddOfValueUsedTwice) {
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape = randomShape(random);
    Operand x = model.source(random.tensor(shape));
    Operand kernel = model.param(random.tensor({shape.back(), shape.back()}));
    Operand z = model.op("keratin.dense " + x.name + ", " + kernel.name, {x, kernel}, x.type);
    Operand y = model.op("keratin.add " + x.name + ", " + z.name, {x, z}, x.type);
    Operand twice = model.op("keratin.add " + y.name + ", " + y.name, {y, y}, x.type);
    expectGradients(model, model.project(twice, shape, random));
  }
}

} // namespace
