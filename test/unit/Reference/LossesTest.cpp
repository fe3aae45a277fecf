// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses and metrics, computed by hand: clipping, masks, weights, reductions.
#include "TestModel.h"

#include "compiler/Support/Diagnostic.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace keratin;
using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

struct LossInput {
  std::string kind;
  Tensor prediction, target, weight, mask;
  std::string attributes;
  std::string element = "f64";
};

/// `op` ("loss", "loss_grad", "loss_metric", "metric") of an input.
Tensor evaluate(const std::string &op, const LossInput &input) {
  TestModel model(input.element);
  bool labels = input.target.rank() < input.prediction.rank();
  Operand prediction = model.argument(input.prediction);
  Operand target = labels ? model.argument(input.target, "i32") : model.argument(input.target);
  Operand weight = input.weight.rank() ? model.argument(input.weight, input.element) : Operand();
  Operand mask = input.mask.rank() ? model.argument(input.mask, "i1") : Operand();
  bool isMetric = op == "metric" || op == "loss_metric";
  std::string numbers = input.kind == "auc" ? "400x" : "2x";
  std::string result = op == "loss" ? "tensor<" + input.element + ">"
                       : isMetric   ? "tensor<" + numbers + input.element + ">"
                                    : prediction.type;
  return tensor(run(model, {model.op("keratin." + op + " <" + input.kind + "> " + prediction.name +
                                         ", " + target.name + clause("weight", weight) +
                                         clause("mask", mask) + " {" + input.attributes + "}",
                                     {prediction, target, weight, mask}, result)}));
}

double loss(const LossInput &input) { return evaluate("loss", input)[0]; }

TEST(Losses, MeanSquaredAndAbsoluteError) {
  LossInput input{
      "mean_squared_error", Tensor({2, 2}, {1, 2, 3, 4}), Tensor({2, 2}, {0, 4, 3, 1}), {}, {}, ""};
  EXPECT_DOUBLE_EQ(loss(input), (1 + 4 + 0 + 9) / 4.0);
  input.kind = "mean_absolute_error";
  EXPECT_DOUBLE_EQ(loss(input), (1 + 2 + 0 + 3) / 4.0);
  expectClose(evaluate("loss_grad", input), Tensor({2, 2}, {0.25, -0.25, 0, 0.25}), 1e-15);
}

TEST(Losses, WeightsDivideByTheNumberOfSamples) {
  LossInput input{
      "mean_absolute_error", Tensor({2, 1}, {1, 2}), Tensor({2, 1}), Tensor({2}, {3, 5}), {}, ""};
  EXPECT_DOUBLE_EQ(loss(input), (3 * 1 + 5 * 2) / 2.0);
  input.attributes = "reduction = #keratin.reduction<sum>";
  EXPECT_DOUBLE_EQ(loss(input), 3 * 1 + 5 * 2);
}

TEST(Losses, MaskLeavesOutSamplesAndShrinksTheDivisor) {
  LossInput input{"mean_absolute_error",        Tensor({2, 2, 1}, {1, 2, 4, 8}), Tensor({2, 2, 1}),
                  Tensor({2, 2}, {1, 3, 5, 7}), Tensor({2, 2}, {0, 1, 1, 0}),    ""};
  EXPECT_DOUBLE_EQ(loss(input), (3 * 2 + 5 * 4) / 2.0);
  expectClose(evaluate("loss_grad", input), Tensor({2, 2, 1}, {0, 1.5, 2.5, 0}), 1e-15);
}

TEST(Losses, NothingLeftGivesZero) {
  LossInput input{
      "mean_squared_error", Tensor({2, 1}, {1, NAN}), Tensor({2, 1}), {}, Tensor({2}), ""};
  EXPECT_EQ(loss(input), 0);
  expectClose(evaluate("loss_grad", input), Tensor({2, 1}), 0);
}

TEST(Losses, BinaryCrossentropy) {
  LossInput input{
      "binary_crossentropy", Tensor({1, 2}, {0.25, 0.5}), Tensor({1, 2}, {1, 0}), {}, {}, ""};
  EXPECT_DOUBLE_EQ(loss(input), (std::log(4) + std::log(2)) / 2);
  input.attributes = "label_smoothing = 0.2 : f64"; // 1 becomes 0.9, 0 becomes 0.1
  EXPECT_DOUBLE_EQ(loss(input), (0.9 * std::log(4) + 0.1 * std::log(4.0 / 3) + std::log(2)) / 2);
}

TEST(Losses, BinaryCrossentropyOfLogitsDoesNotSaturate) {
  LossInput input{
      "binary_crossentropy", Tensor({2, 1}, {100, -200}), Tensor({2, 1}, {0, 1}), {}, {},
      "from_logits"};
  EXPECT_DOUBLE_EQ(loss(input), 150);
  expectClose(evaluate("loss_grad", input), Tensor({2, 1}, {0.5, -0.5}), 1e-15);
}

TEST(Losses, ProbabilitiesAreClippedAsInFloat32) {
  LossInput input{
      "binary_crossentropy", Tensor({1, 1}, {0}), Tensor({1, 1}, {1}), {}, {}, "", "f32"};
  EXPECT_NEAR(loss(input), 16.118096, 1e-6);
  EXPECT_EQ(evaluate("loss_grad", input)[0], 0);
  input.prediction = Tensor({1, 1}, {1});
  input.target = Tensor({1, 1}, {0});
  EXPECT_NEAR(loss(input), 15.942385, 1e-6);
  EXPECT_EQ(evaluate("loss_grad", input)[0], 0);
  input.element = "f64";
  EXPECT_NEAR(loss(input), 16.118096, 1e-6);
}

TEST(Losses, CategoricalCrossentropySumsAndNormalizes) {
  LossInput input{
      "categorical_crossentropy", Tensor({1, 3}, {1, 1, 2}), Tensor({1, 3}, {0, 0, 1}), {}, {}, ""};
  EXPECT_DOUBLE_EQ(loss(input), std::log(2)); // 2 of 4
  input.attributes = "label_smoothing = 0.3 : f64";
  EXPECT_DOUBLE_EQ(loss(input), 0.2 * std::log(4) + 0.8 * std::log(2));
  input.attributes = "from_logits";
  EXPECT_DOUBLE_EQ(loss(input), std::log(2 * std::exp(1) + std::exp(2)) - 2);
}

TEST(Losses, SparseCrossentropyNormalizesAfterClipping) {
  LossInput input{
      "sparse_categorical_crossentropy", Tensor({1, 2}, {0.2, 0.2}), Tensor({1}, {1}), {}, {}, ""};
  EXPECT_DOUBLE_EQ(loss(input), std::log(2));
  input.prediction = Tensor({1, 2}, {1, 0});
  EXPECT_NEAR(loss(input), -std::log(1e-7), 1e-12);
  input.prediction = Tensor({1, 2}, {0, std::log(3)});
  input.attributes = "from_logits";
  EXPECT_DOUBLE_EQ(loss(input), std::log(4.0 / 3));
}

TEST(Losses, LabelsOutOfRangeAreRefused) {
  for (double label : {-1.0, 2.0}) {
    LossInput input{"sparse_categorical_crossentropy",
                    Tensor({1, 2}, {0.5, 0.5}),
                    Tensor({1}, {label}),
                    {},
                    {},
                    ""};
    try {
      loss(input);
      FAIL() << "accepts " << label;
    } catch (const UserError &error) {
      EXPECT_EQ(error.message,
                "expects labels from 0 to 1, got " + std::to_string(static_cast<int>(label)));
    }
  }
}

TEST(Losses, ShapesMustAgree) {
  LossInput input{"mean_squared_error", Tensor({2, 1}), Tensor({3, 1}), {}, {}, ""};
  EXPECT_THROW(loss(input), UserError);
  input.target = Tensor({2, 1});
  input.weight = Tensor({3});
  EXPECT_THROW(loss(input), UserError);
}

TEST(Metrics, BinaryAccuracyCountsAboveOneHalf) {
  LossInput input{"binary_accuracy",
                  Tensor({2, 2}, {0.5, 0.51, 0.9, 0.1}),
                  Tensor({2, 2}, {0, 1, 1, 1}),
                  {},
                  {},
                  ""};
  expectClose(evaluate("metric", input), Tensor({2}, {1.5, 2}), 1e-15);
}

TEST(Metrics, CategoricalAccuracyTakesTheFirstLargest) {
  LossInput input{"categorical_accuracy",
                  Tensor({2, 3}, {0.4, 0.4, 0.2, 0, 0, 1}),
                  Tensor({2, 3}, {1, 0, 0, 0, 1, 0}),
                  {},
                  {},
                  ""};
  expectClose(evaluate("metric", input), Tensor({2}, {1, 2}), 0);
}

TEST(Metrics, SparseAccuracyIsWeightedAndMasked) {
  LossInput input{"sparse_categorical_accuracy", Tensor({4, 2}, {0, 1, 0, 1, 1, 0, 0, 1}),
                  Tensor({4}, {1, 1, 1, 1}),     Tensor({4}, {2, 3, 5, 7}),
                  Tensor({4}, {1, 0, 1, 1}),     ""};
  expectClose(evaluate("metric", input), Tensor({2}, {2 + 7, 2 + 5 + 7}), 0);
}

TEST(Metrics, Errors) {
  LossInput input{"mean_squared_error", Tensor({2, 2}, {1, 2, 3, 4}), Tensor({2, 2}), {}, {}, ""};
  expectClose(evaluate("loss_metric", input), Tensor({2}, {2.5 + 12.5, 2}), 1e-15);
  input.kind = "mean_absolute_error";
  expectClose(evaluate("loss_metric", input), Tensor({2}, {1.5 + 3.5, 2}), 1e-15);
  input.target = Tensor({2, 2}, {1, 2, 3, 4});
  input.kind = "cosine_similarity"; // not negated here
  expectClose(evaluate("loss_metric", input), Tensor({2}, {2, 2}), 1e-15);
}

TEST(Metrics, CountsTellPositivesByThresholdAndLabel) {
  LossInput input{"precision",
                  Tensor({2, 2}, {0.5, 0.51, 0.9, 0.1}),
                  Tensor({2, 2}, {1, 1, 0, 0}),
                  Tensor({2}, {1, 3}),
                  {},
                  ""};
  auto accumulated = [&](const char *kind) {
    input.kind = kind;
    return evaluate("metric", input);
  };
  expectClose(accumulated("precision"), Tensor({2}, {1, 1 + 3}), 0);
  expectClose(accumulated("recall"), Tensor({2}, {1, 2}), 0);
  expectClose(accumulated("true_negatives"), Tensor({2}, {3, 0}), 0);
  expectClose(accumulated("false_negatives"), Tensor({2}, {1, 0}), 0);
}

TEST(Metrics, TopKCountsTies) {
  LossInput input{"sparse_top_k_categorical_accuracy",
                  Tensor({2, 3}, {0.2, 0.4, 0.4, 0.5, 0.3, 0.2}),
                  Tensor({2}, {2, 2}),
                  {},
                  {},
                  "k = 1 : i64"};
  expectClose(evaluate("metric", input), Tensor({2}, {1, 2}), 0);
}

TEST(Metrics, AucKeepsWeightsByInterval) {
  LossInput input{
      "auc", Tensor({4, 1}, {0, 1, 1 / 199.0, 1.5}), Tensor({4, 1}, {1, 0, 1, 1}), {}, {}, ""};
  Tensor expected({400});
  expected[0] = 2; // 0, and 1/199, which does not exceed the second threshold
  expected[198] = 1;
  expected[200 + 198] = 1;
  expectClose(evaluate("metric", input), expected, 0);
}

} // namespace
