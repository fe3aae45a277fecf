// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/FlatToLLVM/FpMode.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace keratin {

namespace {

/// MXCSR's flush-to-zero and denormals-are-zero.
constexpr int64_t mxcsrFlush = 0x8040;
/// Flush-to-zero, the same bit of AArch64's FPCR and of FPSCR.
constexpr int64_t armFlush = int64_t{1} << 24;

Value callIntrinsic(OpBuilder &builder, Location loc, StringRef name, Type result,
                    ValueRange operands) {
  auto call =
      result ? LLVM::CallIntrinsicOp::create(builder, loc, result, builder.getStringAttr(name),
                                             operands)
             : LLVM::CallIntrinsicOp::create(builder, loc, builder.getStringAttr(name), operands);
  return result ? call.getResult(0) : Value();
}

Value constant(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, type, builder.getIntegerAttr(type, value));
}

/// MXCSR goes through memory: four bytes on the stack of the function's entry.
Value stackSlot(OpBuilder &builder, Operation *op) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&op->getParentOp()->getRegion(0).front());
  Value one = constant(builder, op->getLoc(), builder.getI32Type(), 1);
  return LLVM::AllocaOp::create(builder, op->getLoc(),
                                LLVM::LLVMPointerType::get(builder.getContext()),
                                builder.getI32Type(), one);
}

struct FlushOnX86 : ConvertOpToLLVMPattern<FlushDenormalsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(FlushDenormalsOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type i32 = rewriter.getI32Type();
    Value slot = stackSlot(rewriter, op);
    callIntrinsic(rewriter, loc, "llvm.x86.sse.stmxcsr", {}, slot);
    Value before = LLVM::LoadOp::create(rewriter, loc, i32, slot);
    Value mode =
        LLVM::OrOp::create(rewriter, loc, before, constant(rewriter, loc, i32, mxcsrFlush));
    LLVM::StoreOp::create(rewriter, loc, mode, slot);
    callIntrinsic(rewriter, loc, "llvm.x86.sse.ldmxcsr", {}, slot);
    rewriter.replaceOp(op, before);
    return success();
  }
};

struct RestoreOnX86 : ConvertOpToLLVMPattern<RestoreFpModeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(RestoreFpModeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value slot = stackSlot(rewriter, op);
    LLVM::StoreOp::create(rewriter, op.getLoc(), adaptor.getMode(), slot);
    callIntrinsic(rewriter, op.getLoc(), "llvm.x86.sse.ldmxcsr", {}, slot);
    rewriter.eraseOp(op);
    return success();
  }
};

struct FlushOnAArch64 : ConvertOpToLLVMPattern<FlushDenormalsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(FlushDenormalsOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type i64 = rewriter.getI64Type();
    Value before = callIntrinsic(rewriter, loc, "llvm.aarch64.get.fpcr", i64, {});
    Value mode = LLVM::OrOp::create(rewriter, loc, before, constant(rewriter, loc, i64, armFlush));
    callIntrinsic(rewriter, loc, "llvm.aarch64.set.fpcr", {}, mode);
    // The upper half of FPCR is reserved.
    rewriter.replaceOpWithNewOp<LLVM::TruncOp>(op, rewriter.getI32Type(), before);
    return success();
  }
};

struct RestoreOnAArch64 : ConvertOpToLLVMPattern<RestoreFpModeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(RestoreFpModeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value mode =
        LLVM::ZExtOp::create(rewriter, op.getLoc(), rewriter.getI64Type(), adaptor.getMode());
    callIntrinsic(rewriter, op.getLoc(), "llvm.aarch64.set.fpcr", {}, mode);
    rewriter.eraseOp(op);
    return success();
  }
};

struct FlushOnArm : ConvertOpToLLVMPattern<FlushDenormalsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(FlushDenormalsOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type i32 = rewriter.getI32Type();
    Value before = callIntrinsic(rewriter, loc, "llvm.arm.get.fpscr", i32, {});
    Value mode = LLVM::OrOp::create(rewriter, loc, before, constant(rewriter, loc, i32, armFlush));
    callIntrinsic(rewriter, loc, "llvm.arm.set.fpscr", {}, mode);
    rewriter.replaceOp(op, before);
    return success();
  }
};

struct RestoreOnArm : ConvertOpToLLVMPattern<RestoreFpModeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(RestoreFpModeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    callIntrinsic(rewriter, op.getLoc(), "llvm.arm.set.fpscr", {}, adaptor.getMode());
    rewriter.eraseOp(op);
    return success();
  }
};

struct FlushNowhere : ConvertOpToLLVMPattern<FlushDenormalsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(FlushDenormalsOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, constant(rewriter, op.getLoc(), rewriter.getI32Type(), 0));
    return success();
  }
};

struct RestoreNowhere : ConvertOpToLLVMPattern<RestoreFpModeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(RestoreFpModeOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void populateFpModeToLLVMPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns,
                                  const llvm::Triple &triple, bool hasFpMode) {
  if (!hasFpMode)
    patterns.add<FlushNowhere, RestoreNowhere>(converter);
  else if (triple.isX86())
    patterns.add<FlushOnX86, RestoreOnX86>(converter);
  else if (triple.isAArch64())
    patterns.add<FlushOnAArch64, RestoreOnAArch64>(converter);
  else if (triple.isARM() || triple.isThumb())
    patterns.add<FlushOnArm, RestoreOnArm>(converter);
  else
    patterns.add<FlushNowhere, RestoreNowhere>(converter);
}

} // namespace keratin
