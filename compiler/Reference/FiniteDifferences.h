// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients against central differences of the reference.
#pragma once

#include "compiler/Reference/Evaluator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace keratin::reference {

struct DifferenceOptions {
  /// Half the distance between the two points: near the cube root of double's epsilon, where the
  /// truncation of the difference and the rounding of the function are about equal.
  double step = 5e-6;
  /// Tensors of more elements are compared at this many, drawn with `seed`.
  int64_t maxElements = 200;
  uint64_t seed = 1;
};

/// The element at which gradient and differences are farthest apart.
struct Difference {
  int64_t element = 0;
  double gradient = 0; ///< there, as given
  double quotient = 0; ///< there, (f(x + step) - f(x - step)) / (2 step)
  /// Their distance over the largest of all compared gradients and quotients (at least 1e-3, so
  /// that the rounding of f does not count as a difference of gradients that vanish).
  double error = 0;
};

/// Compares `gradient` with central differences of `f`, which reads `x`. Elements of `x` are moved
/// in place and restored.
Difference compareWithDifferences(llvm::function_ref<double()> f, Tensor &x, const Tensor &gradient,
                                  const DifferenceOptions &options = {});

/// Compares the gradients that `function` writes (keratin.write_gradient) with differences of the
/// loss that it returns as its first result or, where it returns nothing, records in `lossSlot`.
/// One entry a gradient, by parameter.
std::map<std::string, Difference> compareGradients(Evaluator &evaluator,
                                                   const std::string &function,
                                                   const std::vector<Argument> &arguments,
                                                   const DifferenceOptions &options = {},
                                                   int64_t lossSlot = 0);

} // namespace keratin::reference
