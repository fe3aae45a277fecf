// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// That the comparison with finite differences finds what is wrong, and leaves everything as it was.
#include "TestModel.h"

#include "compiler/Reference/FiniteDifferences.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

/// Σ x³, with gradient 3x².
double cubes(const Tensor &x) {
  double sum = 0;
  for (double value : x.values)
    sum += value * value * value;
  return sum;
}

Tensor cubesGradient(const Tensor &x) {
  Tensor gradient = x;
  for (double &value : gradient.values)
    value = 3 * value * value;
  return gradient;
}

TEST(FiniteDifferences, AcceptTheGradient) {
  Tensor x = Random(1).tensor({5, 3});
  const Tensor before = x;
  EXPECT_LT(compareWithDifferences([&] { return cubes(x); }, x, cubesGradient(x)).error, 1e-8);
  EXPECT_EQ(x.values, before.values);
}

TEST(FiniteDifferences, NameTheWorstElement) {
  Tensor x = Random(1).tensor({5, 3}, 0.5, 1);
  Tensor gradient = cubesGradient(x);
  gradient[7] *= 1.5;
  gradient[8] *= 1.01;
  Difference difference = compareWithDifferences([&] { return cubes(x); }, x, gradient);
  EXPECT_EQ(difference.element, 7);
  EXPECT_EQ(difference.gradient, gradient[7]);
  EXPECT_NEAR(difference.quotient, 3 * x[7] * x[7], 1e-8);
  EXPECT_GT(difference.error, 0.1);
}

TEST(FiniteDifferences, DoNotAcceptNaN) {
  Tensor x = Random(1).tensor({4});
  Tensor gradient = cubesGradient(x);
  gradient[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(compareWithDifferences([&] { return cubes(x); }, x, gradient).error));
}

TEST(FiniteDifferences, SampleLargeTensors) {
  Tensor x = Random(1).tensor({1000});
  int calls = 0;
  DifferenceOptions options;
  options.maxElements = 10;
  auto f = [&] {
    ++calls;
    return cubes(x);
  };
  EXPECT_LT(compareWithDifferences(f, x, cubesGradient(x), options).error, 1e-6);
  EXPECT_EQ(calls, 20);
}

TEST(FiniteDifferences, ReadTheLossFromItsRecordAndRestoreTheState) {
  auto module = parse(R"(
    keratin.param @w : tensor<2x1xf64> {trainable}
    func.func @entry(%x: tensor<?x2xf64>, %y: tensor<?x1xf64>) {
      %w = keratin.read_param @w : tensor<2x1xf64>
      %z = keratin.dense %x, %w : (tensor<?x2xf64>, tensor<2x1xf64>) -> tensor<?x1xf64>
      %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x1xf64>, tensor<?x1xf64>) -> tensor<f64>
      keratin.record %l {slot = 4 : i64} : (tensor<f64>) -> ()
      keratin.minimize %l : tensor<f64>
      return
    })");
  differentiate(*module);
  Evaluator evaluator(*module);
  evaluator.setParam("w", Tensor({2, 1}, {0.5, -0.25}));
  std::vector<Argument> arguments{Tensor({3, 2}, {1, 2, 3, 4, 5, 6}), Tensor({3, 1}, {1, 0, 0})};
  auto differences = compareGradients(evaluator, "entry", arguments, {}, 4);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_LT(differences.at("w").error, 1e-6);
  EXPECT_NE(differences.at("w").gradient, 0);
  EXPECT_EQ(evaluator.state.params.at("w")[0], 0.5);
  EXPECT_TRUE(evaluator.state.gradients.empty());
  EXPECT_TRUE(evaluator.state.accumulators.empty());
}

} // namespace
