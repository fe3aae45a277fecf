// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses of a batch, their gradients and their means as metrics.
#include "compiler/Reference/OpSemantics.h"
#include "compiler/Reference/SampleLoss.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace keratin::reference {

namespace {

/// A batch of samples as keratin.loss and keratin.loss_grad see it.
struct Batch {
  SampleLoss loss;
  Location location;
  const Tensor &prediction, &target;
  const Tensor *weight, *mask;
  bool average;
  bool binaryLabels = false;

  int64_t samples() const { return prediction.rows(); }
  std::vector<double> predictionOf(int64_t sample) const;
  std::vector<double> targetOf(int64_t sample) const;
  double lossOf(int64_t sample) const { return loss.value(predictionOf(sample), targetOf(sample)); }
  /// Whether labels of a hinge loss are all 0 or 1, which then stand for -1 and 1.
  bool hasBinaryLabels() const;
  /// The weight of each sample, zero where it is masked.
  std::vector<double> weights() const;
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
  for (int64_t k = 0; k < classes && binaryLabels; ++k)
    result[k] = 2 * target.at(sample, k) - 1;
  for (int64_t k = 0; k < classes && !binaryLabels; ++k)
    result[k] = target.at(sample, k) * (1 - loss.labelSmoothing) + uniform * loss.labelSmoothing;
  return result;
}

bool Batch::hasBinaryLabels() const {
  return (loss.kind == LossKind::hinge || loss.kind == LossKind::squared_hinge) &&
         std::all_of(target.values.begin(), target.values.end(),
                     [](double y) { return y == 0 || y == 1; });
}

std::vector<double> Batch::weights() const {
  std::vector<double> weights(samples(), 1);
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i] = mask && mask->values[i] == 0 ? 0 : weight ? weight->values[i] : 1;
  return weights;
}

std::vector<double> Batch::factors() const {
  std::vector<double> factors = weights();
  double count = mask ? std::accumulate(mask->values.begin(), mask->values.end(), 0.0)
                      : static_cast<double>(samples());
  if (average)
    for (double &factor : factors)
      factor = factor == 0 ? 0 : factor / count;
  return factors;
}

template <typename Op> Batch batchOf(Op op, const Values &values, bool average) {
  bool single = cast<ShapedType>(op.getPrediction().getType()).getElementType().isF32();
  SampleLoss loss{op.getKind(),
                  op.getFromLogits(),
                  op.getLabelSmoothing().convertToDouble(),
                  op.getDelta().convertToDouble(),
                  single ? 1e-7f : 1e-7,
                  single ? 1.0f - 1e-7f : 1 - 1e-7};
  Batch batch{loss,
              op.getLoc(),
              values[op.getPrediction()],
              values[op.getTarget()],
              values.find(op.getSampleWeight()),
              values.find(op.getMask()),
              average};
  batch.binaryLabels = batch.hasBinaryLabels();
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
  Batch batch = batchOf(op, values, op.getReduction() == Reduction::sum_over_batch_size);
  std::vector<double> factors = batch.factors();
  double total = 0;
  for (int64_t i = 0; i < batch.samples(); ++i)
    if (factors[i] != 0)
      total += factors[i] * batch.lossOf(i);
  return {Tensor::scalar(total)};
}

Results evaluate(LossMetricOp op, const Values &values) {
  Batch batch = batchOf(op, values, /*average=*/false);
  std::vector<double> weights = batch.weights();
  double sign = op.getKind() == LossKind::cosine_similarity ? -1 : 1;
  Tensor result({2});
  for (int64_t i = 0; i < batch.samples(); ++i) {
    result[0] += weights[i] == 0 ? 0 : sign * weights[i] * batch.lossOf(i);
    result[1] += weights[i];
  }
  return {result};
}

Results evaluate(PenaltyOp op, const Values &values) {
  double l1 = op.getL1().convertToDouble(), l2 = op.getL2().convertToDouble(), total = 0;
  for (double x : values[op.getValue()].values)
    total += l1 * std::fabs(x) + l2 * x * x;
  return {Tensor::scalar(op.getPerRow() ? total / values.rows : total)};
}

Results evaluate(PenaltyGradOp op, const Values &values) {
  double l1 = op.getL1().convertToDouble(), l2 = op.getL2().convertToDouble();
  Tensor result = values[op.getValue()];
  for (double &x : result.values)
    x = (l1 * ((x > 0) - (x < 0)) + 2 * l2 * x) / (op.getPerRow() ? values.rows : 1);
  return {result};
}

Results evaluate(LossGradOp op, const Values &values) {
  Batch batch = batchOf(op, values, op.getReduction() == Reduction::sum_over_batch_size);
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
