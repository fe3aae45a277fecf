// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of losses against finite differences: 200 random shapes of each kind.
#include "TestModel.h"

#include <gtest/gtest.h>

using namespace keratin::reference;
using namespace keratin::reference::test;

namespace {

constexpr uint64_t shapesPerOp = 200;

/// Whether predictions and targets are any numbers, not probabilities or rates.
bool takesNumbers(const std::string &kind) {
  return kind == "mean_squared_error" || kind == "mean_absolute_error" || kind == "hinge" ||
         kind == "squared_hinge" || kind == "categorical_hinge" || kind == "huber" ||
         kind == "log_cosh" || kind == "cosine_similarity";
}

/// Targets that fit the kind: probabilities, distributions, labels, numbers.
Tensor randomTarget(Random &random, const std::string &kind, const Shape &shape) {
  if (kind == "sparse_categorical_crossentropy")
    return random.integers(Shape(shape.begin(), shape.end() - 1), 0, shape.back() - 1);
  return takesNumbers(kind) ? random.tensor(shape) : random.tensor(shape, 0, 1);
}

/// Losses of `kind` with everything that they can have, on sequences too.
void checkLoss(const std::string &kind, bool smoothing, bool logits) {
  bool sparse = kind == "sparse_categorical_crossentropy", numbers = takesNumbers(kind);
  for (uint64_t seed = 0; seed < shapesPerOp; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestModel model;
    Shape shape{random.integer(2, 5), random.integer(2, 6)};
    if (random.coin())
      shape.insert(shape.begin() + 1, random.integer(2, 4));
    Shape samples(shape.begin(), shape.end() - 1);
    // Probabilities need not sum to one: Keras normalizes them.
    Operand prediction = model.source(numbers || logits ? random.tensor(shape, -3, 3)
                                                        : random.tensor(shape, 0.05, 0.95));
    Tensor targets = randomTarget(random, kind, shape);
    Operand target = sparse ? model.argument(targets, "i32") : model.argument(targets);
    Operand weight, mask;
    if (random.coin())
      weight = model.argument(random.tensor(samples, 0, 2), "f64");
    if (random.coin())
      mask = model.argument(random.integers(samples, 0, 1), "i1");
    std::string attributes = std::string("reduction = #keratin.reduction<") +
                             (random.coin() ? "sum" : "sum_over_batch_size") + ">";
    if (logits)
      attributes += ", from_logits";
    if (smoothing && random.coin())
      attributes += ", label_smoothing = 0.2 : f64";
    expectGradients(model, model.op("keratin.loss <" + kind + "> " + prediction.name + ", " +
                                        target.name + clause("weight", weight) +
                                        clause("mask", mask) + " {" + attributes + "}",
                                    {prediction, target, weight, mask}, "tensor<f64>"));
  }
}

TEST(LossGradient, BinaryCrossentropy) { checkLoss("binary_crossentropy", true, false); }
TEST(LossGradient, BinaryCrossentropyOfLogits) { checkLoss("binary_crossentropy", true, true); }
TEST(LossGradient, CategoricalCrossentropy) { checkLoss("categorical_crossentropy", true, false); }
TEST(LossGradient, CategoricalCrossentropyOfLogits) {
  checkLoss("categorical_crossentropy", true, true);
}
TEST(LossGradient, SparseCategoricalCrossentropy) {
  checkLoss("sparse_categorical_crossentropy", false, false);
}
TEST(LossGradient, SparseCategoricalCrossentropyOfLogits) {
  checkLoss("sparse_categorical_crossentropy", false, true);
}
TEST(LossGradient, MeanSquaredError) { checkLoss("mean_squared_error", false, false); }
TEST(LossGradient, MeanAbsoluteError) { checkLoss("mean_absolute_error", false, false); }

TEST(LossGradient, MeanAbsolutePercentageError) {
  checkLoss("mean_absolute_percentage_error", false, false);
}
TEST(LossGradient, MeanSquaredLogarithmicError) {
  checkLoss("mean_squared_logarithmic_error", false, false);
}
TEST(LossGradient, Hinge) { checkLoss("hinge", false, false); }
TEST(LossGradient, SquaredHinge) { checkLoss("squared_hinge", false, false); }
TEST(LossGradient, CategoricalHinge) { checkLoss("categorical_hinge", false, false); }
TEST(LossGradient, KLDivergence) { checkLoss("kl_divergence", false, false); }
TEST(LossGradient, Poisson) { checkLoss("poisson", false, false); }
TEST(LossGradient, Huber) { checkLoss("huber", false, false); }
TEST(LossGradient, LogCosh) { checkLoss("log_cosh", false, false); }
TEST(LossGradient, CosineSimilarity) { checkLoss("cosine_similarity", false, false); }

} // namespace
