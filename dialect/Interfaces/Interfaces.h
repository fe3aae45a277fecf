// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interfaces of keratin ops and attributes, and the helpers that their definitions share.
#pragma once

#include "mlir/IR/Builders.h"
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

namespace keratin {
enum class Activation : uint32_t;

/// Where a DifferentiableOpInterface op leaves the gradients of its operands.
class OperandGradients {
public:
  virtual ~OperandGradients() = default;
  /// Whether somebody asks for the gradient with respect to `operand`; never for a null value.
  virtual bool isNeeded(mlir::Value operand) const = 0;
  /// Adds `gradient`, of the operand's type, to what other uses of `operand` have left. Ignored
  /// unless needed.
  virtual void add(mlir::Value operand, mlir::Value gradient) = 0;
  /// The gradient with respect to a result of the op at hand; null where nothing depends on it.
  virtual mlir::Value lookup(mlir::Value result) const = 0;
};
} // namespace keratin

#include "dialect/Interfaces/OptimizerAttrInterface.h.inc"

#include "dialect/Interfaces/ComputeOpInterface.h.inc"
#include "dialect/Interfaces/DifferentiableOpInterface.h.inc"
#include "dialect/Interfaces/RecurrentOpInterface.h.inc"
