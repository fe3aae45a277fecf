// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interfaces of keratin ops and attributes, and the helpers that their definitions share.
#pragma once

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace keratin::detail {
/// Checks that an op is wholly in tensor form or wholly in buffer form.
mlir::LogicalResult verifyForm(mlir::Operation *op);
/// None in tensor form; in buffer form reads of the operands and writes of `outs`.
void getComputeEffects(
    mlir::Operation *op,
    llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>> &effects);
} // namespace keratin::detail

#include "dialect/Interfaces/OptimizerAttrInterface.h.inc"

#include "dialect/Interfaces/ComputeOpInterface.h.inc"
#include "dialect/Interfaces/DifferentiableOpInterface.h.inc"
#include "dialect/Interfaces/RecurrentOpInterface.h.inc"
