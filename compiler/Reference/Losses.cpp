// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses of Keras and their gradients, sample by sample.
#include "compiler/Reference/Activations.h"
#include "compiler/Reference/OpSemantics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace keratin::reference {

namespace {

/// The loss of one sample, a row of the prediction.
struct SampleLoss {
  LossKind kind;
  bool fromLogits;
  double labelSmoothing;
  /// Where probabilities are clipped. In float32 as Keras has it: with 1 - 1e-7 rounded to
  /// 0.99999988, the loss -ln(1 - p) of a sure mistake is 15.94 and not 16.12.
  double low, high;

  /// `target` is smoothed already; for sparse labels it is one-hot.
  double value(const std::vector<double> &prediction, const std::vector<double> &target) const;
  std::vector<double> gradient(const std::vector<double> &prediction,
                               const std::vector<double> &target) const;

  double clip(double p) const { return p < low ? low : p > high ? high : p; }
  /// The derivative of clip.
  double passes(double p) const { return p < low || p > high ? 0 : 1; }
};

double sum(const std::vector<double> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// ln Σ exp(z)
double logSumExp(const std::vector<double> &z) {
  double largest = *std::max_element(z.begin(), z.end()), total = 0;
  for (double value : z)
    total += std::exp(value - largest);
  return largest + std::log(total);
}

double SampleLoss::value(const std::vector<double> &prediction,
                         const std::vector<double> &target) const {
  double result = 0;
  size_t size = prediction.size();
  switch (kind) {
  case LossKind::binary_crossentropy:
    for (size_t k = 0; k < size; ++k) {
      double x = prediction[k], y = target[k], p = clip(x);
      result += fromLogits ? std::max(x, 0.0) - x * y + std::log1p(std::exp(-std::fabs(x)))
                           : -(y * std::log(p) + (1 - y) * std::log(1 - p));
    }
    return result / size;
  case LossKind::categorical_crossentropy: {
    double total = fromLogits ? logSumExp(prediction) : sum(prediction);
    for (size_t k = 0; k < size; ++k)
      result -=
          target[k] * (fromLogits ? prediction[k] - total : std::log(clip(prediction[k] / total)));
    return result;
  }
  case LossKind::sparse_categorical_crossentropy: {
    // Keras takes logarithms of clipped probabilities for logits, which normalizes them again.
    std::vector<double> z = prediction;
    if (!fromLogits)
      for (double &value : z)
        value = std::log(clip(value));
    double total = logSumExp(z);
    for (size_t k = 0; k < size; ++k)
      result -= target[k] * (z[k] - total);
    return result;
  }
  case LossKind::mean_squared_error:
    for (size_t k = 0; k < size; ++k)
      result += (prediction[k] - target[k]) * (prediction[k] - target[k]);
    return result / size;
  case LossKind::mean_absolute_error:
    for (size_t k = 0; k < size; ++k)
      result += std::fabs(prediction[k] - target[k]);
    return result / size;
  }
  return result;
}

std::vector<double> SampleLoss::gradient(const std::vector<double> &prediction,
                                         const std::vector<double> &target) const {
  size_t size = prediction.size();
  std::vector<double> result(size);
  switch (kind) {
  case LossKind::binary_crossentropy:
    for (size_t k = 0; k < size; ++k) {
      double x = prediction[k], y = target[k], p = clip(x);
      result[k] = (fromLogits ? activate(Activation::sigmoid, x) - y
                              : passes(x) * ((1 - y) / (1 - p) - y / p)) /
                  size;
    }
    return result;
  case LossKind::categorical_crossentropy:
    if (fromLogits) {
      double total = logSumExp(prediction), weight = sum(target);
      for (size_t k = 0; k < size; ++k)
        result[k] = weight * std::exp(prediction[k] - total) - target[k];
    } else {
      // With q = p/Σp and e = d(loss)/dq, the gradient is (e - Σ e q) / Σp.
      double total = sum(prediction), inner = 0;
      for (size_t k = 0; k < size; ++k) {
        double q = prediction[k] / total;
        result[k] = -target[k] * passes(q) / clip(q);
        inner += result[k] * q;
      }
      for (double &value : result)
        value = (value - inner) / total;
    }
    return result;
  case LossKind::sparse_categorical_crossentropy: {
    if (fromLogits) {
      double total = logSumExp(prediction);
      for (size_t k = 0; k < size; ++k)
        result[k] = std::exp(prediction[k] - total) - target[k];
    } else {
      double total = 0;
      for (double p : prediction)
        total += clip(p);
      for (size_t k = 0; k < size; ++k)
        result[k] = passes(prediction[k]) * (1 / total - target[k] / clip(prediction[k]));
    }
    return result;
  }
  case LossKind::mean_squared_error:
    for (size_t k = 0; k < size; ++k)
      result[k] = 2 * (prediction[k] - target[k]) / size;
    return result;
  case LossKind::mean_absolute_error:
    for (size_t k = 0; k < size; ++k)
      result[k] =
          static_cast<double>((prediction[k] > target[k]) - (prediction[k] < target[k])) / size;
    return result;
  }
  return result;
}

/// A batch of samples as keratin.loss and keratin.loss_grad see it.
struct Batch {
  SampleLoss loss;
  Location location;
  const Tensor &prediction, &target;
  const Tensor *weight, *mask;
  bool average;

  int64_t samples() const { return prediction.rows(); }
  std::vector<double> predictionOf(int64_t sample) const;
  std::vector<double> targetOf(int64_t sample) const;
  /// The factor of each sample's loss in that of the batch.
  std::vector<double> factors() const;
};

std::vector<double> Batch::predictionOf(int64_t sample) const {
  auto begin = prediction.values.begin() + sample * prediction.columns();
  return {begin, begin + prediction.columns()};
}

std::vector<double> Batch::targetOf(int64_t sample) const {
  int64_t classes = prediction.columns();
  std::vector<double> result(classes);
  if (loss.kind == LossKind::sparse_categorical_crossentropy) {
    double label = target[sample];
    if (label < 0 || label >= classes)
      fail(location, "expects labels from 0 to " + std::to_string(classes - 1) + ", got " +
                         std::to_string(static_cast<int64_t>(label)));
    result[static_cast<size_t>(label)] = 1;
    return result;
  }
  // Smoothing mixes the target with the uniform distribution over the classes, of which a binary
  // target has two.
  double uniform = loss.kind == LossKind::binary_crossentropy ? 0.5 : 1.0 / classes;
  for (int64_t k = 0; k < classes; ++k)
    result[k] = target.at(sample, k) * (1 - loss.labelSmoothing) + uniform * loss.labelSmoothing;
  return result;
}

std::vector<double> Batch::factors() const {
  std::vector<double> factors(samples(), 1);
  if (mask)
    factors = mask->values;
  double divisor = average ? sum(factors) : 1;
  for (size_t i = 0; i < factors.size(); ++i)
    factors[i] = factors[i] == 0 ? 0 : factors[i] * (weight ? weight->values[i] : 1) / divisor;
  return factors;
}

template <typename Op> Batch batchOf(Op op, const Values &values) {
  bool single = cast<ShapedType>(op.getPrediction().getType()).getElementType().isF32();
  SampleLoss loss{op.getKind(), op.getFromLogits(), op.getLabelSmoothing().convertToDouble(),
                  single ? 1e-7f : 1e-7, single ? 1.0f - 1e-7f : 1 - 1e-7};
  Batch batch{loss,
              op.getLoc(),
              values[op.getPrediction()],
              values[op.getTarget()],
              values.find(op.getSampleWeight()),
              values.find(op.getMask()),
              op.getReduction() == Reduction::sum_over_batch_size};
  bool sparse = loss.kind == LossKind::sparse_categorical_crossentropy;
  std::vector<int64_t> samples = batch.prediction.shape;
  samples.pop_back();
  expectEqualShapes(op.getLoc(), sparse ? samples : batch.prediction.shape, batch.target.shape,
                    "targets");
  for (const Tensor *perSample : {batch.weight, batch.mask})
    if (perSample)
      expectEqualShapes(op.getLoc(), samples, perSample->shape, "weights and mask");
  return batch;
}

} // namespace

Results evaluate(LossOp op, const Values &values) {
  Batch batch = batchOf(op, values);
  std::vector<double> factors = batch.factors();
  double total = 0;
  for (int64_t i = 0; i < batch.samples(); ++i)
    if (factors[i] != 0)
      total += factors[i] * batch.loss.value(batch.predictionOf(i), batch.targetOf(i));
  return {Tensor::scalar(total)};
}

Results evaluate(LossGradOp op, const Values &values) {
  Batch batch = batchOf(op, values);
  std::vector<double> factors = batch.factors();
  double weight = op.getLossWeight().convertToDouble();
  Tensor result(batch.prediction.shape);
  for (int64_t i = 0; i < batch.samples(); ++i) {
    if (factors[i] == 0)
      continue;
    std::vector<double> gradient = batch.loss.gradient(batch.predictionOf(i), batch.targetOf(i));
    for (int64_t k = 0; k < result.columns(); ++k)
      result.at(i, k) = weight * factors[i] * gradient[k];
  }
  return {result};
}

Results evaluate(TotalLossOp op, const Values &values) {
  double total = 0;
  for (auto [loss, weight] : llvm::zip_equal(op.getLosses(), op.getWeights()))
    total += weight * values[loss][0];
  return {Tensor::scalar(total)};
}

} // namespace keratin::reference
