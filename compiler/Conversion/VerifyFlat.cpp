// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-verify-flat: what both printers are promised, checked op by op against a list.
#include "compiler/Conversion/FlatToEmitC/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

#define GEN_PASS_DEF_VERIFYFLATPASS
#include "compiler/Conversion/FlatToEmitC/Passes.h.inc"

static bool isAllowedOp(Operation *op) {
  return isa<func::FuncOp, func::CallOp, func::ReturnOp, scf::ForOp, scf::IfOp, scf::YieldOp,
             arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::DivUIOp,
             arith::RemUIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::ShLIOp,
             arith::ShRUIOp, arith::ShRSIOp, arith::CmpIOp, arith::CmpFOp, arith::SelectOp,
             arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::NegFOp,
             arith::FPToSIOp, arith::SIToFPOp, arith::UIToFPOp, arith::ExtUIOp, arith::ExtSIOp,
             arith::TruncIOp, arith::BitcastOp, arith::IndexCastOp, arith::IndexCastUIOp,
             math::FmaOp, math::SqrtOp, math::AbsFOp, vector::FMAOp, vector::BroadcastOp,
             vector::ExtractOp, vector::InsertOp, vector::ShuffleOp, LLVM::GEPOp, LLVM::LoadOp,
             LLVM::StoreOp, LLVM::ZeroOp, LLVM::ICmpOp, LLVM::PtrToIntOp, LLVM::Prefetch,
             FlushDenormalsOp, RestoreFpModeOp, ParamOp>(op);
}

static bool isAllowedType(Type type) {
  auto isNumber = [](Type scalar) {
    return scalar.isF32() || scalar.isF64() || scalar.isInteger(1) || scalar.isInteger(32) ||
           scalar.isInteger(64);
  };
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.getRank() == 1 && !vector.isScalable() &&
           llvm::isPowerOf2_64(vector.getNumElements()) && isNumber(vector.getElementType());
  if (auto pointer = dyn_cast<LLVM::LLVMPointerType>(type))
    return pointer.getAddressSpace() == 0;
  return isa<IndexType>(type) || isNumber(type) || type.isInteger(8);
}

static bool isMask(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isInteger(1);
}

static LogicalResult verifyMasks(Operation *op) {
  bool isLogic = isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op);
  for (Type type : op->getResultTypes())
    if (isMask(type) && !isLogic && !isa<arith::CmpIOp, arith::CmpFOp>(op))
      return op->emitOpError("expects vectors of i1 only from comparisons, got ") << type;
  for (Value operand : op->getOperands())
    if (isMask(operand.getType()) && !isLogic && !isa<arith::SelectOp>(op))
      return op->emitOpError("expects vectors of i1 only in selects, got ") << operand.getType();
  return success();
}

/// What the op's own verifier allows and the flat form does not.
static LogicalResult verifyForm(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (isa<VectorType>(constant.getType()) && !isa<SplatElementsAttr>(constant.getValue()))
      return constant.emitOpError("expects the same number in all lanes");
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op);
      broadcast && isa<VectorType>(broadcast.getSourceType()))
    return broadcast.emitOpError("expects a scalar, got ") << broadcast.getSourceType();
  if (auto extract = dyn_cast<vector::ExtractOp>(op); extract && extract.hasDynamicPosition())
    return extract.emitOpError("expects a constant position");
  if (auto insert = dyn_cast<vector::InsertOp>(op); insert && insert.hasDynamicPosition())
    return insert.emitOpError("expects a constant position");
  if (auto cmp = dyn_cast<arith::CmpFOp>(op))
    if (cmp.getPredicate() == arith::CmpFPredicate::AlwaysFalse ||
        cmp.getPredicate() == arith::CmpFPredicate::AlwaysTrue)
      return cmp.emitOpError("expects a predicate that depends on its operands");
  if (auto gep = dyn_cast<LLVM::GEPOp>(op)) {
    if (gep.getIndices().size() != 1)
      return gep.emitOpError("expects one index, got ") << gep.getIndices().size();
    if (isa<VectorType>(gep.getElemType()) || !isAllowedType(gep.getElemType()))
      return gep.emitOpError("expects a scalar element type, got ") << gep.getElemType();
  }
  if (auto cmp = dyn_cast<LLVM::ICmpOp>(op))
    if (!isa<LLVM::LLVMPointerType>(cmp.getLhs().getType()) ||
        cmp.getPredicate() > LLVM::ICmpPredicate::ne)
      return cmp.emitOpError("expects eq or ne of pointers");
  if (auto function = dyn_cast<func::FuncOp>(op)) {
    if (function.isExternal())
      return function.emitOpError("expects a body");
    if (function.getNumResults() > 1 ||
        (function.getNumResults() == 1 && !function.getResultTypes()[0].isInteger(32)))
      return function.emitOpError("expects no result or one i32, got ")
             << function.getResultTypes();
    for (Type type : function.getArgumentTypes())
      if (isa<VectorType>(type))
        return function.emitOpError("expects no vector as argument, got ") << type;
  }
  return success();
}

static LogicalResult verifyFlat(Operation *op) {
  if (!isAllowedOp(op))
    return op->emitOpError("is not part of the flat form");
  auto verifyTypes = [&](TypeRange types) -> LogicalResult {
    for (Type type : types)
      if (!isAllowedType(type))
        return op->emitOpError("has a value of type ")
               << type << ", which is not part of the flat form";
    return success();
  };
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (failed(verifyTypes(block.getArgumentTypes())))
        return failure();
  if (failed(verifyTypes(op->getResultTypes())) || failed(verifyMasks(op)))
    return failure();
  return verifyForm(op);
}

namespace {

struct VerifyFlat : impl::VerifyFlatPassBase<VerifyFlat> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](Operation *op) {
      return op == getOperation() || succeeded(verifyFlat(op)) ? WalkResult::advance()
                                                               : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace keratin
