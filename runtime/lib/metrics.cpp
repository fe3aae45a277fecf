// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "metrics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace keratin::rt {

namespace {

double ratio(double sum, double weight) { return weight == 0 ? 0 : sum / weight; }

/// The area under the curve of true positives over false positives, by trapezoids. For each
/// threshold the weight of true labels in the interval above it, then that of false ones.
double areaUnderCurve(const double *weights, int64_t thresholds) {
  double trues = 0, falses = 0, area = 0;
  for (int64_t i = thresholds - 1; i >= 0; --i) {
    double more = weights[i], alarms = weights[thresholds + i];
    area += alarms * (trues + more / 2);
    trues += more;
    falses += alarms;
  }
  return ratio(area, trues * falses);
}

/// 1 - SSE/SST, the mean over columns with four sums each: w y^2, w y, w (y-p)^2, w.
double determination(const double *sums, int64_t columns) {
  double total = 0;
  for (int64_t c = 0; c < columns; ++c, sums += 4) {
    double spread = sums[0] - sums[1] * ratio(sums[1], sums[3]);
    double score = 1 - sums[2] / spread;
    total += std::isinf(score) ? 0 : score; // as Keras has it
  }
  return total / static_cast<double>(columns);
}

double valueOf(const MetricForm &form, const double *sums) {
  if (form.result == "count")
    return sums[0];
  if (form.result == "root_mean")
    return std::sqrt(ratio(sums[0], sums[1]));
  if (form.result == "auc")
    return areaUnderCurve(sums, form.pairs);
  if (form.result == "r2_score")
    return determination(sums, form.pairs / 2);
  return ratio(sums[0], sums[1]);
}

} // namespace

Metrics::Metrics(const ModelInfo &info) : info(info) {
  int64_t pairs = 0;
  for (const MetricForm &form : info.metricForms)
    pairs += form.pairs;
  total.resize(static_cast<size_t>(2 * pairs));
}

float *Metrics::clear() {
  step.assign(total.size(), 0);
  return step.data();
}

void Metrics::add() {
  std::transform(total.begin(), total.end(), step.begin(), total.begin(), std::plus<>());
}

Logs Metrics::values() const {
  Logs logs;
  const double *sums = total.data();
  for (size_t i = 0; i < info.metrics.size(); ++i) {
    logs.emplace_back(info.metrics[i], static_cast<float>(valueOf(info.metricForms[i], sums)));
    sums += 2 * info.metricForms[i].pairs;
  }
  return logs;
}

Logs sorted(Logs logs) {
  std::sort(logs.begin(), logs.end(),
            [](const auto &a, const auto &b) { return a.first < b.first; });
  return logs;
}

} // namespace keratin::rt
