// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialects that every Keratin tool knows.
#pragma once

#include "compiler/Autodiff/Passes.h"
#include "dialect/IR/KeratinDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace keratin {

inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<KeratinDialect, mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect,
                  mlir::emitc::EmitCDialect, mlir::func::FuncDialect, mlir::LLVM::LLVMDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
                  mlir::vector::VectorDialect>();
  registerDifferentiableModels(registry);
}

} // namespace keratin
