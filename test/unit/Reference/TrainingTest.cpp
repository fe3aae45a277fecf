// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two updates of each optimizer by hand, and what else an entry leaves behind.
#include "TestModel.h"

#include "compiler/Support/Diagnostic.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

struct Updated {
  std::vector<double> weights; ///< after the first and after the second update
  std::map<std::string, Tensor> slots;
};

/// Updates a weight of 1 by the gradients 2 and -0.5 at a learning rate of 0.1.
Updated updateTwice(const std::string &optimizer) {
  auto module =
      parse("keratin.param @w : tensor<1xf64> {trainable}\n"
            "func.func @entry(%g: tensor<1xf64>, %lr: f64, %t: i64) {\n"
            "  keratin.update @w, %g learning_rate(%lr) iteration(%t) {optimizer = #keratin." +
            optimizer + "} : (tensor<1xf64>, f64, i64) -> ()\n  return\n}");
  Evaluator evaluator(*module);
  evaluator.setParam("w", Tensor({1}, {1}));
  Updated updated;
  for (int64_t step = 0; step < 2; ++step) {
    evaluator.run("entry", {Tensor({1}, {step == 0 ? 2 : -0.5}), 0.1, step});
    updated.weights.push_back(evaluator.state.params.at("w")[0]);
  }
  updated.slots = evaluator.state.slots.at("w");
  return updated;
}

TEST(Optimizers, SGD) {
  Updated updated = updateTwice("sgd<momentum = 0.0 : f64, nesterov = false>");
  EXPECT_DOUBLE_EQ(updated.weights[0], 0.8);
  EXPECT_DOUBLE_EQ(updated.weights[1], 0.85);
  EXPECT_TRUE(updated.slots.empty());
}

TEST(Optimizers, SGDWithMomentum) {
  Updated updated = updateTwice("sgd<momentum = 0.9 : f64, nesterov = false>");
  EXPECT_DOUBLE_EQ(updated.weights[0], 0.8);
  EXPECT_DOUBLE_EQ(updated.weights[1], 0.8 + (0.9 * -0.2 + 0.05));
  EXPECT_DOUBLE_EQ(updated.slots.at("momentum")[0], -0.13);
}

TEST(Optimizers, SGDWithNesterovMomentum) {
  Updated updated = updateTwice("sgd<momentum = 0.9 : f64, nesterov = true>");
  EXPECT_DOUBLE_EQ(updated.weights[0], 1 + 0.9 * -0.2 - 0.2);
  EXPECT_DOUBLE_EQ(updated.weights[1], updated.weights[0] + 0.9 * -0.13 + 0.05);
}

TEST(Optimizers, RMSprop) {
  Updated updated = updateTwice(
      "rmsprop<rho = 0.9 : f64, momentum = 0.0 : f64, epsilon = 0.01 : f64, centered = false>");
  double v1 = 0.1 * 4, v2 = 0.9 * v1 + 0.1 * 0.25;
  EXPECT_DOUBLE_EQ(updated.weights[0], 1 - 0.1 * 2 / std::sqrt(v1 + 0.01));
  EXPECT_DOUBLE_EQ(updated.weights[1], updated.weights[0] + 0.1 * 0.5 / std::sqrt(v2 + 0.01));
  EXPECT_EQ(updated.slots.size(), 1u);
}

TEST(Optimizers, RMSpropCenteredWithMomentum) {
  Updated updated = updateTwice(
      "rmsprop<rho = 0.9 : f64, momentum = 0.5 : f64, epsilon = 0.01 : f64, centered = true>");
  double v1 = 0.4, v2 = 0.9 * v1 + 0.025, a1 = 0.2, a2 = 0.9 * a1 - 0.05;
  double first = 0.1 * 2 / std::sqrt(v1 - a1 * a1 + 0.01);
  double second = 0.5 * first - 0.1 * 0.5 / std::sqrt(v2 - a2 * a2 + 0.01);
  EXPECT_DOUBLE_EQ(updated.weights[0], 1 - first);
  EXPECT_DOUBLE_EQ(updated.weights[1], 1 - first - second);
  EXPECT_DOUBLE_EQ(updated.slots.at("average_gradient")[0], a2);
  EXPECT_DOUBLE_EQ(updated.slots.at("velocity")[0], v2);
  EXPECT_DOUBLE_EQ(updated.slots.at("momentum")[0], second);
}

TEST(Optimizers, Adam) {
  for (bool amsgrad : {false, true}) {
    Updated updated = updateTwice(
        "adam<beta_1 = 0.9 : f64, beta_2 = 0.5 : f64, epsilon = 0.001 : f64, amsgrad = " +
        std::string(amsgrad ? "true>" : "false>"));
    double m1 = 0.1 * 2, v1 = 0.5 * 4, m2 = m1 + (-0.5 - m1) * 0.1, v2 = v1 + (0.25 - v1) * 0.5;
    double scale = amsgrad ? v1 : v2; // v2 is smaller
    double rate1 = 0.1 * std::sqrt(0.5) / 0.1, rate2 = 0.1 * std::sqrt(0.75) / 0.19;
    EXPECT_NEAR(updated.weights[0], 1 - rate1 * m1 / (std::sqrt(v1) + 0.001), 1e-14);
    EXPECT_NEAR(updated.weights[1], updated.weights[0] - rate2 * m2 / (std::sqrt(scale) + 0.001),
                1e-14);
    EXPECT_EQ(updated.slots.count("velocity_hat"), amsgrad ? 1u : 0u);
  }
}

TEST(Training, ParametersAreReadAsTheyWereAtTheBeginning) {
  auto module = parse(R"(
    keratin.param @w : tensor<1xf64> {trainable}
    func.func @entry(%g: tensor<1xf64>, %lr: f64, %t: i64) -> tensor<1xf64> {
      keratin.update @w, %g learning_rate(%lr) iteration(%t)
          {optimizer = #keratin.sgd<momentum = 0.0 : f64, nesterov = false>} : (tensor<1xf64>, f64, i64) -> ()
      %w = keratin.read_param @w : tensor<1xf64>
      return %w : tensor<1xf64>
    })");
  Evaluator evaluator(*module);
  evaluator.setParam("w", Tensor({1}, {1}));
  EXPECT_EQ(tensor(evaluator.run("entry", {Tensor({1}, {2}), 0.5, int64_t{0}}))[0], 1);
  EXPECT_EQ(tensor(evaluator.run("entry", {Tensor({1}, {2}), 0.5, int64_t{1}}))[0], 0);
}

TEST(Training, RecordsAddUpOverSteps) {
  auto module = parse(R"(
    func.func @entry(%p: tensor<?x1xf64>, %y: tensor<?x1xf64>) {
      %l = keratin.loss <mean_absolute_error> %p, %y : (tensor<?x1xf64>, tensor<?x1xf64>) -> tensor<f64>
      keratin.record %l {slot = 0 : i64} : (tensor<f64>) -> ()
      %m = keratin.metric <binary_accuracy> %p, %y : (tensor<?x1xf64>, tensor<?x1xf64>) -> tensor<2xf64>
      keratin.record %m {slot = 1 : i64} : (tensor<2xf64>) -> ()
      return
    })");
  Evaluator evaluator(*module);
  evaluator.run("entry", {Tensor({3, 1}, {1, 1, 1}), Tensor({3, 1}, {1, 1, 0})});
  evaluator.run("entry", {Tensor({1, 1}, {1}), Tensor({1, 1}, {0})});
  EXPECT_DOUBLE_EQ(evaluator.state.accumulators.at(0).sum, 1 + 1);
  EXPECT_EQ(evaluator.state.accumulators.at(0).weight, 4);
  EXPECT_EQ(evaluator.state.accumulators.at(1).sum, 2);
  EXPECT_EQ(evaluator.state.accumulators.at(1).weight, 4);
}

TEST(Training, FailedRunLeavesTheStateAsItWas) {
  auto module = parse(R"(
    keratin.param @w : tensor<2x1xf64> {trainable}
    func.func @entry(%i: tensor<?xi32>, %g: tensor<2x1xf64>) -> tensor<?x1xf64> {
      keratin.write_gradient @w, %g : (tensor<2x1xf64>) -> ()
      %w = keratin.read_param @w : tensor<2x1xf64>
      %y = keratin.embedding %i, %w : (tensor<?xi32>, tensor<2x1xf64>) -> tensor<?x1xf64>
      return %y : tensor<?x1xf64>
    })");
  Evaluator evaluator(*module);
  evaluator.setParam("w", Tensor({2, 1}));
  EXPECT_THROW(evaluator.run("entry", {Tensor({1}, {5}), Tensor({2, 1})}), UserError);
  EXPECT_TRUE(evaluator.state.gradients.empty());
  evaluator.run("entry", {Tensor({1}, {1}), Tensor({2, 1}, {3, 4})});
  EXPECT_EQ(evaluator.state.gradients.at("w").values, (std::vector<double>{3, 4}));
}

} // namespace
