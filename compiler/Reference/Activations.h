// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's activation functions and their derivatives in double precision.
#pragma once

#include "compiler/Reference/Tensor.h"
#include "dialect/IR/KeratinDialect.h"

namespace keratin::reference {

/// Along the last axis for softmax, elementwise otherwise.
Tensor activate(Activation kind, Tensor x);

/// An elementwise activation; softmax is none (std::logic_error).
double activate(Activation kind, double x);
/// Its derivative at x; where it has a kink, that of the side on which it is flat.
double derivative(Activation kind, double x);
/// Whether the derivative follows from the result alone: all elementwise kinds but silu, which is
/// not monotonic.
bool hasDerivativeFromResult(Activation kind);
/// The same derivative, from y = activate(kind, x).
double derivativeFromResult(Activation kind, double y);

} // namespace keratin::reference
