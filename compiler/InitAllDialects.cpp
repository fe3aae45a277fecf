// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the dialects: the one file that sees all their headers.
#include "compiler/InitAllDialects.h"

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

using namespace mlir;

void keratin::registerAllDialects(DialectRegistry &registry) {
  registry.insert<KeratinDialect, arith::ArithDialect, cf::ControlFlowDialect, emitc::EmitCDialect,
                  func::FuncDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                  scf::SCFDialect, vector::VectorDialect>();
  registerDifferentiableModels(registry);
}
