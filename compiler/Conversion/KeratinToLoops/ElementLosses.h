// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses that are a sum or mean over elements, each of one prediction and one target.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

namespace keratin {

/// Keras's epsilon, in the precision of the model.
inline constexpr double epsilon = 1e-7;

/// Whether a loss of that kind has the functions below.
bool isElementLoss(LossKind kind);
/// Whether the loss of a sample is the elements' sum, not their mean.
inline bool sumsElements(LossKind kind) { return kind == LossKind::kl_divergence; }
/// The loss of one element, a scalar; `delta` is Huber's.
Value emitElementLoss(KernelBuilder &k, LossKind kind, double delta, Value prediction,
                      Value target);
/// Its derivative with respect to the prediction.
Value emitElementSlope(KernelBuilder &k, LossKind kind, double delta, Value prediction,
                       Value target);

} // namespace keratin
