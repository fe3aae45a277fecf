// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's activation functions and their derivatives in double precision.
#include "compiler/Reference/Activations.h"

#include "dialect/IR/KeratinOps.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace keratin::reference {

namespace {
constexpr double seluScale = 1.0507009873554805, seluAlpha = 1.6732632423543772;
constexpr double leakySlope = 0.2;

double sigmoid(double x) {
  // exp of a negative number only, so that it never overflows.
  double e = std::exp(-std::fabs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

void softmax(double *row, int64_t columns) {
  double largest = *std::max_element(row, row + columns), sum = 0;
  for (int64_t i = 0; i < columns; ++i)
    sum += row[i] = std::exp(row[i] - largest);
  for (int64_t i = 0; i < columns; ++i)
    row[i] /= sum;
}

/// As softmax, but the logarithm.
void logSoftmax(double *row, int64_t columns) {
  double largest = *std::max_element(row, row + columns), sum = 0;
  for (int64_t i = 0; i < columns; ++i)
    sum += std::exp(row[i] - largest);
  for (int64_t i = 0; i < columns; ++i)
    row[i] -= largest + std::log(sum);
}

/// The projection of a row onto the probabilities: max(x - t, 0) with the t that makes the sum 1
/// (Martins and Astudillo, "From softmax to sparsemax", 2016).
void sparsemax(double *row, int64_t columns) {
  std::vector<double> sorted(row, row + columns);
  std::sort(sorted.rbegin(), sorted.rend());
  double sum = 0, threshold = 0;
  for (int64_t k = 0; k < columns; ++k) {
    sum += sorted[k];
    if (1 + static_cast<double>(k + 1) * sorted[k] > sum)
      threshold = (sum - 1) / static_cast<double>(k + 1);
  }
  for (int64_t i = 0; i < columns; ++i)
    row[i] = std::max(row[i] - threshold, 0.0);
}

/// Passes NaN through, which std::max does not.
double relu(double x) { return x < 0 ? 0 : x; }
double clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
double inside(double x, double low, double high) { return x > low && x < high ? 1 : 0; }
double softplus(double x) { return relu(x) + std::log1p(std::exp(-std::fabs(x))); }
/// The distribution function of the standard normal distribution.
double normal(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }
double first(Parameters parameters, double standard) {
  return parameters.empty() ? standard : parameters[0];
}
} // namespace

Tensor activate(Activation kind, Tensor x, Parameters parameters) {
  if (isRowWise(kind)) {
    auto apply = kind == Activation::softmax       ? softmax
                 : kind == Activation::log_softmax ? logSoftmax
                                                   : sparsemax;
    for (int64_t row = 0; row < x.rows(); ++row)
      apply(&x.at(row, 0), x.columns());
    return x;
  }
  for (double &value : x.values)
    value = activate(kind, value, parameters);
  return x;
}

double activate(Activation kind, double x, Parameters parameters) {
  switch (kind) {
  case Activation::linear:
    return x;
  case Activation::relu:
    return relu(x);
  case Activation::sigmoid:
    return sigmoid(x);
  case Activation::tanh:
    return std::tanh(x);
  case Activation::hard_sigmoid:
    return clip(x + 3, 0, 6) / 6;
  case Activation::hard_sigmoid_keras2:
    return clip(0.2 * x + 0.5, 0, 1);
  case Activation::elu:
    return x > 0 ? x : first(parameters, 1) * std::expm1(x);
  case Activation::selu:
    return seluScale * (x > 0 ? x : seluAlpha * std::expm1(x));
  case Activation::softplus:
    return softplus(x);
  case Activation::softsign:
    return x / (1 + std::fabs(x));
  case Activation::exponential:
    return std::exp(x);
  case Activation::silu:
    return x * sigmoid(x);
  case Activation::leaky_relu:
    return x < 0 ? first(parameters, leakySlope) * x : x;
  case Activation::relu6:
    return clip(x, 0, 6);
  case Activation::gelu:
    return x * normal(x);
  case Activation::hard_silu:
    return x * clip(x + 3, 0, 6) / 6;
  case Activation::mish:
    return x * std::tanh(softplus(x));
  case Activation::celu: {
    double alpha = first(parameters, 1);
    return x > 0 ? x : alpha * std::expm1(x / alpha);
  }
  case Activation::squareplus:
    return (x + std::sqrt(x * x + 4)) / 2;
  case Activation::sparse_plus:
    return x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
  case Activation::sparse_sigmoid:
    return clip((x + 1) / 2, 0, 1);
  case Activation::log_sigmoid:
    return -softplus(-x);
  case Activation::hard_tanh:
    return clip(x, -1, 1);
  case Activation::tanh_shrink:
    return x - std::tanh(x);
  case Activation::soft_shrink:
    return x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : x - x; // NaN passes
  case Activation::hard_shrink:
    return std::fabs(x) <= 0.5 ? 0 : x;
  case Activation::rectifier:
    return x <= parameters[2]  ? parameters[0] * (x - parameters[2])
           : x > parameters[1] ? parameters[1]
                               : x;
  case Activation::affine:
    return parameters[0] * x + parameters[1];
  case Activation::square:
    return x * x;
  case Activation::inverse_root: {
    double y = 1 / std::sqrt(x + parameters[0]);
    return y > parameters[1] ? parameters[1] : y;
  }
  case Activation::softmax:
  case Activation::log_softmax:
  case Activation::sparsemax:
    break;
  }
  throw std::logic_error("a row-wise activation is not elementwise");
}

double derivative(Activation kind, double x, Parameters parameters) {
  switch (kind) {
  case Activation::silu: {
    double s = sigmoid(x);
    return s + x * s * (1 - s);
  }
  case Activation::elu:
    return x > 0 ? 1 : first(parameters, 1) * std::exp(x);
  case Activation::gelu:
    return normal(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
  case Activation::hard_silu:
    return clip(x + 3, 0, 6) / 6 + x * inside(x, -3, 3) / 6;
  case Activation::mish: {
    double t = std::tanh(softplus(x));
    return t + x * (1 - t * t) * sigmoid(x);
  }
  case Activation::celu:
    return x > 0 ? 1 : std::exp(x / first(parameters, 1));
  case Activation::squareplus:
    return (1 + x / std::sqrt(x * x + 4)) / 2;
  case Activation::sparse_plus:
    return x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1;
  case Activation::log_sigmoid:
    return sigmoid(-x);
  case Activation::tanh_shrink:
    return std::tanh(x) * std::tanh(x);
  case Activation::soft_shrink:
  case Activation::hard_shrink:
    return std::fabs(x) > 0.5 ? 1 : 0;
  case Activation::rectifier:
    return x <= parameters[2] ? parameters[0] : x < parameters[1] ? 1 : 0;
  case Activation::square:
    return 2 * x;
  case Activation::inverse_root: {
    double y = 1 / std::sqrt(x + parameters[0]);
    return y > parameters[1] ? 0 : -y * y * y / 2;
  }
  default:
    return derivativeFromResult(kind, activate(kind, x, parameters), parameters);
  }
}

double derivativeFromResult(Activation kind, double y, Parameters parameters) {
  switch (kind) {
  case Activation::linear:
    return 1;
  case Activation::relu:
    return y > 0 ? 1 : 0;
  case Activation::sigmoid:
    return y * (1 - y);
  case Activation::tanh:
    return 1 - y * y;
  case Activation::hard_sigmoid:
    return inside(y, 0, 1) / 6;
  case Activation::hard_sigmoid_keras2:
    return inside(y, 0, 1) * 0.2;
  case Activation::elu:
    return y > 0 ? 1 : y + 1;
  case Activation::selu:
    return y > 0 ? seluScale : y + seluScale * seluAlpha;
  case Activation::softplus: // sigmoid(x) = 1 - exp(-y)
    return -std::expm1(-y);
  case Activation::softsign: { // 1 + |x| = 1 / (1 - |y|)
    double rest = 1 - std::fabs(y);
    return rest * rest;
  }
  case Activation::exponential:
    return y;
  case Activation::leaky_relu:
    return y > 0 ? 1 : first(parameters, leakySlope);
  case Activation::relu6:
    return inside(y, 0, 6);
  case Activation::hard_tanh:
    return inside(y, -1, 1);
  case Activation::sparse_sigmoid:
    return inside(y, 0, 1) / 2;
  case Activation::affine:
    return parameters[0];
  default:
    break;
  }
  throw std::logic_error("no derivative from the result of this activation");
}

Tensor rowWiseGradient(Activation kind, const Tensor &result, const Tensor &gradient) {
  Tensor dx(result.shape);
  for (int64_t row = 0; row < result.rows(); ++row) {
    double sum = 0, support = 0; // of what the gradient is measured against
    for (int64_t k = 0; k < result.columns(); ++k) {
      bool counts = kind != Activation::sparsemax || result.at(row, k) > 0;
      sum += gradient.at(row, k) * (kind == Activation::softmax ? result.at(row, k) : counts);
      support += counts;
    }
    for (int64_t k = 0; k < result.columns(); ++k) {
      double y = result.at(row, k), dy = gradient.at(row, k);
      dx.at(row, k) = kind == Activation::softmax       ? y * (dy - sum)
                      : kind == Activation::log_softmax ? dy - std::exp(y) * sum
                      : y > 0                           ? dy - sum / support
                                                        : 0;
    }
  }
  return dx;
}

} // namespace keratin::reference
