// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Metrics of Keras that are weighted means, sample by sample.
#include "compiler/Reference/OpSemantics.h"

#include <cmath>

using namespace mlir;

namespace keratin::reference {

namespace {

/// The first largest element of a row.
int64_t argmax(const Tensor &tensor, int64_t row) {
  int64_t best = 0;
  for (int64_t k = 1; k < tensor.columns(); ++k)
    if (tensor.at(row, k) > tensor.at(row, best))
      best = k;
  return best;
}

double sampleMetric(MetricKind kind, const Tensor &prediction, const Tensor &target,
                    int64_t sample) {
  switch (kind) {
  case MetricKind::categorical_accuracy:
    return argmax(prediction, sample) == argmax(target, sample);
  case MetricKind::sparse_categorical_accuracy:
    return argmax(prediction, sample) == static_cast<int64_t>(target[sample]);
  default:
    break;
  }
  double total = 0;
  for (int64_t k = 0; k < prediction.columns(); ++k) {
    double p = prediction.at(sample, k), y = target[sample * prediction.columns() + k];
    if (kind == MetricKind::binary_accuracy)
      total += y == (p > 0.5 ? 1 : 0);
    else
      total += kind == MetricKind::mean_squared_error ? (p - y) * (p - y) : std::fabs(p - y);
  }
  return total / prediction.columns();
}

} // namespace

Results evaluate(MetricOp op, const Values &values) {
  const Tensor &prediction = values[op.getPrediction()], &target = values[op.getTarget()];
  const Tensor *weight = values.find(op.getSampleWeight()), *mask = values.find(op.getMask());
  bool sparse = op.getKind() == MetricKind::sparse_categorical_accuracy;
  if (target.size() != (sparse ? prediction.rows() : prediction.size()))
    fail(op.getLoc(),
         "expects one target for each " + std::string(sparse ? "sample" : "prediction"));

  Tensor result({2});
  for (int64_t i = 0; i < prediction.rows(); ++i) {
    if (mask && (*mask)[i] == 0)
      continue;
    double factor = weight ? (*weight)[i] : 1;
    result[0] += factor * sampleMetric(op.getKind(), prediction, target, i);
    result[1] += factor;
  }
  return {result};
}

} // namespace keratin::reference
