// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/SampleLoss.h"
#include "compiler/Reference/Activations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace keratin::reference {

namespace {

constexpr double epsilon = 1e-7; // Keras's

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

/// The largest of (1 - y) p.
double largestOther(const std::vector<double> &prediction, const std::vector<double> &target) {
  double largest = -std::numeric_limits<double>::infinity();
  for (size_t k = 0; k < prediction.size(); ++k)
    largest = std::max(largest, (1 - target[k]) * prediction[k]);
  return largest;
}

double dot(const std::vector<double> &a, const std::vector<double> &b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double inverseNorm(const std::vector<double> &x) {
  return std::min(1 / std::sqrt(dot(x, x)), 1 / epsilon);
}

double within(double x, double low, double high) { return std::min(std::max(x, low), high); }

/// ln(max(x, epsilon) + 1)
double logOfOneMore(double x) { return std::log1p(std::max(x, epsilon)); }

double sign(double x) { return static_cast<double>((x > 0) - (x < 0)); }

} // namespace

double SampleLoss::element(double p, double y) const {
  double error = p - y;
  switch (kind) {
  case LossKind::mean_squared_error:
    return error * error;
  case LossKind::mean_absolute_error:
    return std::fabs(error);
  case LossKind::mean_absolute_percentage_error:
    return 100 * std::fabs(error) / std::max(std::fabs(y), epsilon);
  case LossKind::mean_squared_logarithmic_error:
    return std::pow(logOfOneMore(p) - logOfOneMore(y), 2);
  case LossKind::hinge:
    return std::max(1 - y * p, 0.0);
  case LossKind::squared_hinge:
    return std::pow(std::max(1 - y * p, 0.0), 2);
  case LossKind::kl_divergence:
    return within(y, epsilon, 1) * std::log(within(y, epsilon, 1) / within(p, epsilon, 1));
  case LossKind::poisson:
    return p - y * std::log(p + epsilon);
  case LossKind::huber:
    return std::fabs(error) <= delta ? error * error / 2
                                     : delta * std::fabs(error) - delta * delta / 2;
  case LossKind::log_cosh:
    return std::log(std::cosh(error));
  default:
    return 0;
  }
}

double SampleLoss::slope(double p, double y) const {
  double error = p - y;
  switch (kind) {
  case LossKind::mean_squared_error:
    return 2 * error;
  case LossKind::mean_absolute_error:
    return sign(error);
  case LossKind::mean_absolute_percentage_error:
    return 100 * sign(error) / std::max(std::fabs(y), epsilon);
  case LossKind::mean_squared_logarithmic_error:
    return p < epsilon ? 0 : 2 * (logOfOneMore(p) - logOfOneMore(y)) / (p + 1);
  case LossKind::hinge:
    return y * p < 1 ? -y : 0;
  case LossKind::squared_hinge:
    return -2 * y * std::max(1 - y * p, 0.0);
  case LossKind::kl_divergence:
    return p < epsilon || p > 1 ? 0 : -within(y, epsilon, 1) / p;
  case LossKind::poisson:
    return 1 - y / (p + epsilon);
  case LossKind::huber:
    return within(error, -delta, delta);
  case LossKind::log_cosh:
    return std::tanh(error);
  default:
    return 0;
  }
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
  case LossKind::categorical_hinge:
    return std::max(0.0, largestOther(prediction, target) - dot(target, prediction) + 1);
  case LossKind::cosine_similarity:
    return -dot(target, prediction) * inverseNorm(target) * inverseNorm(prediction);
  default:
    for (size_t k = 0; k < size; ++k)
      result += element(prediction[k], target[k]);
    return kind == LossKind::kl_divergence ? result : result / size;
  }
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
  case LossKind::categorical_hinge: {
    if (value(prediction, target) <= 0)
      return result;
    // The largest of (1 - y) p shares its slope among all that are as large.
    double largest = largestOther(prediction, target);
    auto isLargest = [&](size_t k) { return (1 - target[k]) * prediction[k] == largest; };
    double count = 0;
    for (size_t k = 0; k < size; ++k)
      count += isLargest(k);
    for (size_t k = 0; k < size; ++k)
      result[k] = (isLargest(k) ? (1 - target[k]) / count : 0) - target[k];
    return result;
  }
  case LossKind::cosine_similarity: {
    double scale = inverseNorm(prediction), ofTarget = inverseNorm(target);
    double cosine = dot(target, prediction) * scale * ofTarget;
    for (size_t k = 0; k < size; ++k)
      result[k] = (scale < 1 / epsilon ? scale * scale * cosine * prediction[k] : 0) -
                  scale * ofTarget * target[k];
    return result;
  }
  default:
    for (size_t k = 0; k < size; ++k)
      result[k] = slope(prediction[k], target[k]) / (kind == LossKind::kl_divergence ? 1.0 : size);
    return result;
  }
}

} // namespace keratin::reference
