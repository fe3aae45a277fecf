// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of feed-forward layers, computed by hand.
#include "TestModel.h"

#include "compiler/Reference/Activations.h"
#include "compiler/Support/Diagnostic.h"

#include <cmath>
#include "dialect/IR/KeratinOps.h"

#include <gtest/gtest.h>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

TEST(Layers, Dense) {
  TestModel model;
  Operand x = model.argument(Tensor({2, 2}, {1, 2, 3, -1}));
  Operand kernel = model.param(Tensor({2, 3}, {1, 0, -1, 2, 1, 0.5}));
  Operand bias = model.param(Tensor({3}, {0.5, -3, 0}));
  Operand y = model.op("keratin.dense " + x.name + ", " + kernel.name + clause("bias", bias) +
                           " {activation = #keratin.activation<relu>}",
                       {x, kernel, bias}, "tensor<?x3xf64>");
  expectClose(tensor(run(model, {y})), Tensor({2, 3}, {5.5, 0, 0, 1.5, 0, 0}), 1e-15);
}

TEST(Layers, DenseOnSequencesWithoutBias) {
  TestModel model;
  Operand x = model.argument(Tensor({1, 2, 2}, {1, 2, 3, 4}));
  Operand kernel = model.param(Tensor({2, 1}, {10, 1}));
  Operand y =
      model.op("keratin.dense " + x.name + ", " + kernel.name, {x, kernel}, "tensor<?x?x1xf64>");
  expectClose(tensor(run(model, {y})), Tensor({1, 2, 1}, {12, 34}), 1e-15);
}

TEST(Layers, EmbeddingCountsNegativeIndicesFromTheEnd) {
  TestModel model;
  Operand indices = model.argument(Tensor({3}, {2, -1, 0}), "i32");
  Operand table = model.param(Tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
  Operand y = model.op("keratin.embedding " + indices.name + ", " + table.name, {indices, table},
                       "tensor<?x2xf64>");
  expectClose(tensor(run(model, {y})), Tensor({3, 2}, {5, 6, 5, 6, 1, 2}), 0);
}

TEST(Layers, EmbeddingRefusesIndicesOutsideOfTheTable) {
  for (double index : {3.0, -4.0}) {
    TestModel model;
    Operand indices = model.argument(Tensor({1}, {index}), "i32");
    Operand table = model.param(Tensor({3, 1}));
    Operand y = model.op("keratin.embedding " + indices.name + ", " + table.name, {indices, table},
                         "tensor<?x1xf64>");
    try {
      run(model, {y});
      FAIL() << "accepts " << index;
    } catch (const UserError &error) {
      EXPECT_EQ(error.message,
                "expects indices from -3 to 2, got " + std::to_string(static_cast<int>(index)));
      EXPECT_EQ(error.location.file, "test.mlir");
      EXPECT_GT(error.location.line, 1);
    }
  }
}

TEST(Layers, EmbeddingGradientSumsOccurrences) {
  auto module = parse(R"(
    func.func @entry(%i: tensor<?xi32>, %g: tensor<?x1xf64>) -> tensor<3x1xf64> {
      %e = keratin.embedding_grad %i, %g : (tensor<?xi32>, tensor<?x1xf64>) -> tensor<3x1xf64>
      return %e : tensor<3x1xf64>
    })");
  std::vector<Argument> arguments{Tensor({4}, {1, -2, 0, 1}), Tensor({4, 1}, {1, 10, 100, 1000})};
  expectClose(tensor(Evaluator(*module).run("entry", arguments)), Tensor({3, 1}, {100, 1011, 0}),
              0);
}

TEST(Layers, ComputeMask) {
  TestModel model;
  Operand indices = model.argument(Tensor({2, 3}, {0, 1, 0, -1, 7, 0}), "i32");
  Operand mask = model.op("keratin.compute_mask " + indices.name, {indices}, "tensor<?x?xi1>");
  expectClose(tensor(run(model, {mask})), Tensor({2, 3}, {0, 1, 0, 1, 1, 0}), 0);
}

/// Dropout of ones.
Tensor dropout(const Shape &shape, int64_t seed, int64_t iteration, double rate,
               const std::string &noise) {
  TestModel model;
  Operand x = model.argument(Tensor(shape, std::vector<double>(Tensor(shape).values.size(), 1)));
  Operand key = model.argument(seed), step = model.argument(iteration);
  Operand y = model.op("keratin.dropout " + x.name + " seed(" + key.name + ", " + step.name +
                           ") {rate = " + std::to_string(rate) +
                           " : f64, layer = 5 : i64, noise = #keratin.noise<" + noise + ">}",
                       {x, key, step}, x.type);
  return tensor(run(model, {y}));
}

TEST(Layers, DropoutDrawsTheWordsOfPhilox) {
  // Words 0 to 5 of philox4x32({e/4, 0, 7, 0}, {11 ^ 5, 1}) over 2^32, from an implementation of
  // its own: 0.99, 0.06, 0.34, 0.95, 0.90, 0.63.
  Tensor y = dropout({2, 3}, (int64_t{1} << 32) + 11, 7, 0.5, "elementwise");
  expectClose(y, Tensor({2, 3}, {2, 0, 0, 2, 2, 2}), 0);
}

TEST(Layers, DropoutKeepsTheExpectedShareAndScale) {
  Tensor y = dropout({100, 100}, 1, 0, 0.25, "elementwise");
  double kept = 0;
  for (double value : y.values) {
    EXPECT_TRUE(value == 0 || std::fabs(value - 4.0 / 3) < 1e-15);
    kept += value != 0;
  }
  EXPECT_NEAR(kept / 1e4, 0.75, 0.015);
}

TEST(Layers, DropoutPerSequenceIsTheSameAtAllSteps) {
  Tensor steps = dropout({3, 4, 5}, 1, 2, 0.5, "per_sequence"),
         rows = dropout({3, 5}, 1, 2, 0.5, "elementwise");
  for (int64_t row = 0; row < 3; ++row)
    for (int64_t step = 0; step < 4; ++step)
      for (int64_t feature = 0; feature < 5; ++feature)
        EXPECT_EQ(steps.at(row * 4 + step, feature), rows.at(row, feature));
}

TEST(Layers, DropoutReadsAllBitsOfTheSeed) {
  int64_t seed = (int64_t{1} << 62) + 1; // no double holds it
  EXPECT_NE(dropout({8, 8}, seed, 0, 0.5, "elementwise").values,
            dropout({8, 8}, seed - 1, 0, 0.5, "elementwise").values);
}

struct ActivationValue {
  Activation kind;
  double x, y;
};

// From the definitions in Keras's documentation, worked out by hand or to 15 digits elsewhere.
const ActivationValue activationValues[] = {
    {Activation::linear, -1.5, -1.5},
    {Activation::relu, -1.5, 0},
    {Activation::relu, 1.5, 1.5},
    {Activation::sigmoid, 0, 0.5},
    {Activation::sigmoid, 2, 0.880797077977882},
    {Activation::sigmoid, -800, 0},
    {Activation::tanh, 0.5, 0.462117157260010},
    {Activation::hard_sigmoid, 1.5, 0.75},
    {Activation::hard_sigmoid, -3.5, 0},
    {Activation::hard_sigmoid, 3.5, 1},
    {Activation::hard_sigmoid_keras2, 1, 0.7},
    {Activation::hard_sigmoid_keras2, 2.6, 1},
    {Activation::elu, -1, -0.632120558828558},
    {Activation::elu, 2, 2},
    {Activation::selu, 1, 1.05070098735548},
    {Activation::selu, -1, -1.11133073781256},
    {Activation::softplus, 0, 0.693147180559945},
    {Activation::softplus, 800, 800},
    {Activation::softsign, -3, -0.75},
    {Activation::exponential, 1, 2.71828182845905},
    {Activation::silu, 2, 1.76159415595576},
    {Activation::leaky_relu, -2, -0.4},
    {Activation::leaky_relu, 2, 2},
    {Activation::relu6, 7, 6},
    {Activation::relu6, -1, 0},
};

TEST(Layers, ActivationValues) {
  for (const ActivationValue &row : activationValues)
    EXPECT_NEAR(activate(row.kind, row.x), row.y, 1e-14)
        << stringifyActivation(row.kind).str() << " of " << row.x;
}

TEST(Layers, ActivationsPassNaN) {
  for (unsigned kind = 0; auto activation = symbolizeActivation(kind); ++kind)
    if (!isRowWise(*activation))
      EXPECT_TRUE(std::isnan(activate(*activation, std::nan(""), {0.5, 2.0, 0.0})))
          << stringifyActivation(*activation).str();
}

TEST(Layers, SoftmaxOfLargeNumbers) {
  Tensor y = activate(Activation::softmax, Tensor({2, 2}, {1000, 1000, 0, std::log(3)}));
  expectClose(y, Tensor({2, 2}, {0.5, 0.5, 0.25, 0.75}), 1e-15);
}

} // namespace
