// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's activation functions and their derivatives in double precision.
#include "compiler/Reference/Activations.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

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

/// Passes NaN through, which std::max does not.
double relu(double x) { return x < 0 ? 0 : x; }
double clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
double inside(double x, double low, double high) { return x > low && x < high ? 1 : 0; }
} // namespace

Tensor activate(Activation kind, Tensor x) {
  if (kind == Activation::softmax) {
    for (int64_t row = 0; row < x.rows(); ++row)
      softmax(&x.at(row, 0), x.columns());
    return x;
  }
  for (double &value : x.values)
    value = activate(kind, value);
  return x;
}

double activate(Activation kind, double x) {
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
    return x > 0 ? x : std::expm1(x);
  case Activation::selu:
    return seluScale * (x > 0 ? x : seluAlpha * std::expm1(x));
  case Activation::softplus:
    return relu(x) + std::log1p(std::exp(-std::fabs(x)));
  case Activation::softsign:
    return x / (1 + std::fabs(x));
  case Activation::exponential:
    return std::exp(x);
  case Activation::silu:
    return x * sigmoid(x);
  case Activation::leaky_relu:
    return x < 0 ? leakySlope * x : x;
  case Activation::relu6:
    return clip(x, 0, 6);
  case Activation::softmax:
    break;
  }
  throw std::logic_error("softmax is no elementwise activation");
}

double derivative(Activation kind, double x) {
  if (kind == Activation::silu) {
    double s = sigmoid(x);
    return s + x * s * (1 - s);
  }
  return derivativeFromResult(kind, activate(kind, x));
}

bool hasDerivativeFromResult(Activation kind) {
  return kind != Activation::silu && kind != Activation::softmax;
}

double derivativeFromResult(Activation kind, double y) {
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
    return y > 0 ? 1 : leakySlope;
  case Activation::relu6:
    return inside(y, 0, 6);
  case Activation::silu:
  case Activation::softmax:
    break;
  }
  throw std::logic_error("no derivative from the result of this activation");
}

} // namespace keratin::reference
