// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's activation functions and their derivatives in double precision.
#pragma once

#include "compiler/Reference/Tensor.h"
#include "dialect/IR/KeratinDialect.h"

namespace keratin::reference {

/// What an activation may be given, see keratin.activation; empty for Keras's defaults.
using Parameters = llvm::ArrayRef<double>;

/// Along the last axis for softmax, log_softmax and sparsemax, elementwise otherwise.
Tensor activate(Activation kind, Tensor x, Parameters parameters = {});

/// An elementwise activation; row-wise ones are none (std::logic_error).
double activate(Activation kind, double x, Parameters parameters = {});
/// Its derivative at x; where it has a kink, that of the side on which it is flat.
double derivative(Activation kind, double x, Parameters parameters = {});
/// The same derivative, from y = activate(kind, x), of the kinds that are monotonic and need no
/// more than that (std::logic_error for others).
double derivativeFromResult(Activation kind, double y, Parameters parameters = {});
/// The gradient of a row-wise activation with respect to its input, from its result.
Tensor rowWiseGradient(Activation kind, const Tensor &result, const Tensor &gradient);

} // namespace keratin::reference
