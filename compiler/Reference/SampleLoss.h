// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses of Keras and their gradients for one sample.
#pragma once

#include "dialect/IR/KeratinOps.h"

#include <vector>

namespace keratin::reference {

/// The loss of one sample, a row of the prediction.
struct SampleLoss {
  LossKind kind;
  bool fromLogits;
  double labelSmoothing;
  double delta; ///< Huber's
  /// Where probabilities are clipped. In float32 as Keras has it: with 1 - 1e-7 rounded to
  /// 0.99999988, the loss -ln(1 - p) of a sure mistake is 15.94 and not 16.12.
  double low, high;

  /// `target` is smoothed already; for sparse labels it is one-hot.
  double value(const std::vector<double> &prediction, const std::vector<double> &target) const;
  std::vector<double> gradient(const std::vector<double> &prediction,
                               const std::vector<double> &target) const;

private:
  double clip(double p) const { return p < low ? low : p > high ? high : p; }
  /// The derivative of clip.
  double passes(double p) const { return p < low || p > high ? 0 : 1; }
  /// The part of one element in losses that are sums or means over elements, and its derivative.
  double element(double p, double y) const;
  double slope(double p, double y) const;
};

} // namespace keratin::reference
