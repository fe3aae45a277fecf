// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What metrics of Keras accumulate, sample by sample.
#include "compiler/Reference/OpSemantics.h"

#include <algorithm>
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

/// How many predictions of a row are larger than that of `label`.
int64_t above(const Tensor &prediction, int64_t row, int64_t label) {
  int64_t count = 0;
  for (int64_t k = 0; k < prediction.columns(); ++k)
    count += prediction.at(row, k) > prediction.at(row, label);
  return count;
}

/// The terms of one metric, for one row at a time.
struct Rows {
  MetricKind kind;
  double threshold;
  int64_t k;
  const Tensor &prediction, &target;

  int64_t label(int64_t row) const {
    bool sparse = kind == MetricKind::sparse_categorical_accuracy ||
                  kind == MetricKind::sparse_top_k_categorical_accuracy;
    return sparse ? static_cast<int64_t>(target[row]) : argmax(target, row);
  }

  /// An accuracy.
  double accuracy(int64_t row) const {
    switch (kind) {
    case MetricKind::categorical_accuracy:
    case MetricKind::sparse_categorical_accuracy:
      return argmax(prediction, row) == label(row);
    case MetricKind::top_k_categorical_accuracy:
    case MetricKind::sparse_top_k_categorical_accuracy:
      return above(prediction, row, label(row)) < k;
    default: {
      double hits = 0;
      for (int64_t k = 0; k < prediction.columns(); ++k)
        hits += target.at(row, k) == (prediction.at(row, k) > threshold ? 1 : 0);
      return hits / prediction.columns();
    }
    }
  }

  /// How many elements are predicted `predicted` and labelled `wanted`.
  double count(int64_t row, bool predicted, bool wanted) const {
    double result = 0;
    for (int64_t k = 0; k < prediction.columns(); ++k)
      result +=
          (prediction.at(row, k) > threshold) == predicted && (target.at(row, k) != 0) == wanted;
    return result;
  }

  /// Adds the row's numbers, times its weight.
  void addTo(Tensor &sums, int64_t row, double weight) const;
};

void Rows::addTo(Tensor &sums, int64_t row, double weight) const {
  auto hits = [&] { return count(row, true, true); };
  auto misses = [&] { return count(row, false, true); };
  auto alarms = [&] { return count(row, true, false); };
  auto add = [&](double first, double second) {
    sums[0] += weight * first;
    sums[1] += weight * second;
  };
  switch (kind) {
  case MetricKind::precision:
    return add(hits(), hits() + alarms());
  case MetricKind::recall:
    return add(hits(), hits() + misses());
  case MetricKind::true_positives:
    return add(hits(), 0);
  case MetricKind::true_negatives:
    return add(count(row, false, false), 0);
  case MetricKind::false_positives:
    return add(alarms(), 0);
  case MetricKind::false_negatives:
    return add(misses(), 0);
  case MetricKind::auc:
    for (int64_t k = 0; k < prediction.columns(); ++k) {
      double p = std::min(std::max(prediction.at(row, k), 0.0), 1.0);
      auto interval = static_cast<int64_t>(std::max(std::ceil(p * (aucThresholds - 1)) - 1, 0.0));
      sums[interval + (target.at(row, k) != 0 ? 0 : aucThresholds)] += weight;
    }
    return;
  case MetricKind::r2_score:
    for (int64_t k = 0; k < prediction.columns(); ++k) {
      double y = target.at(row, k), error = y - prediction.at(row, k);
      sums[4 * k] += weight * y * y;
      sums[4 * k + 1] += weight * y;
      sums[4 * k + 2] += weight * error * error;
      sums[4 * k + 3] += weight;
    }
    return;
  default:
    return add(accuracy(row), 1);
  }
}

} // namespace

Results evaluate(MetricOp op, const Values &values) {
  const Tensor &prediction = values[op.getPrediction()], &target = values[op.getTarget()];
  const Tensor *weight = values.find(op.getSampleWeight()), *mask = values.find(op.getMask());
  bool sparse = op.getKind() == MetricKind::sparse_categorical_accuracy ||
                op.getKind() == MetricKind::sparse_top_k_categorical_accuracy;
  if (target.size() != (sparse ? prediction.rows() : prediction.size()))
    fail(op.getLoc(),
         "expects one target for each " + std::string(sparse ? "sample" : "prediction"));

  Tensor sums({2 * accumulatorPairs(op.getKind(), prediction.columns())});
  Rows rows{op.getKind(), op.getThreshold().convertToDouble(), static_cast<int64_t>(op.getK()),
            prediction, target};
  for (int64_t i = 0; i < prediction.rows(); ++i)
    if (!mask || (*mask)[i] != 0)
      rows.addTo(sums, i, weight ? (*weight)[i] : 1);
  return {sums};
}

} // namespace keratin::reference
