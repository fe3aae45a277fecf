// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient rules, one file a family, as external models of DifferentiableOpInterface.
#pragma once

#include "dialect/IR/KeratinOps.h"

namespace keratin {

// Each attaches the rules of its file to the ops of a context that has the dialect loaded.
void attachActivationRules(mlir::MLIRContext &context);
void attachAddRules(mlir::MLIRContext &context);
void attachDenseRules(mlir::MLIRContext &context);
void attachDirectionRules(mlir::MLIRContext &context);
void attachDropoutRules(mlir::MLIRContext &context);
void attachEmbeddingRules(mlir::MLIRContext &context);
void attachCombineRules(mlir::MLIRContext &context);
void attachWindowRules(mlir::MLIRContext &context);
void attachLossRules(mlir::MLIRContext &context);
void attachRecurrentRules(mlir::MLIRContext &context);

} // namespace keratin
