// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// convert-buffers-to-flat: buffers become pointers, indices become one linear index.
#include "compiler/Conversion/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/DialectConversion.h"

namespace keratin {
#define GEN_PASS_DEF_BUFFERSTOFLATPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// Masks are stored as bytes.
Type storedType(Type element) {
  return element.isInteger(1) ? Type(IntegerType::get(element.getContext(), 8)) : element;
}

/// The address of an element: base pointer plus sum of index * stride.
Value elementAddress(OpBuilder &builder, Location loc, Value base, MemRefType type,
                     ValueRange indices) {
  SmallVector<int64_t> strides;
  int64_t offset;
  [[maybe_unused]] LogicalResult isStrided = type.getStridesAndOffset(strides, offset);
  Value linear;
  for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
    Value term = index;
    if (stride != 1)
      term = builder.createOrFold<arith::MulIOp>(
          loc, index, arith::ConstantIndexOp::create(builder, loc, stride));
    linear = linear ? builder.createOrFold<arith::AddIOp>(loc, linear, term) : term;
  }
  Value integer = builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(), linear);
  return LLVM::GEPOp::create(builder, loc, base.getType(), storedType(type.getElementType()), base,
                             ArrayRef<LLVM::GEPArg>{integer});
}

/// Loads of scalars and vectors. Vectors start at whole vectors of padded rows, so they are aligned
/// to their size.
template <typename LoadOp> struct LoadToFlat : OpConversionPattern<LoadOp> {
  using OpConversionPattern<LoadOp>::OpConversionPattern;

  LogicalResult matchAndRewrite(LoadOp op, typename LoadOp::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value base;
    MemRefType type;
    if constexpr (std::is_same_v<LoadOp, memref::LoadOp>) {
      base = adaptor.getMemref();
      type = op.getMemRefType();
    } else {
      base = adaptor.getBase();
      type = op.getMemRefType();
    }
    Value address = elementAddress(rewriter, loc, base, type, adaptor.getIndices());
    Type result = op.getType();
    Value value = LLVM::LoadOp::create(rewriter, loc, storedType(result), address);
    if (result.isInteger(1))
      value = arith::TruncIOp::create(rewriter, loc, result, value);
    rewriter.replaceOp(op, value);
    return success();
  }
};

template <typename StoreOp> struct StoreToFlat : OpConversionPattern<StoreOp> {
  using OpConversionPattern<StoreOp>::OpConversionPattern;

  LogicalResult matchAndRewrite(StoreOp op, typename StoreOp::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value base, value;
    if constexpr (std::is_same_v<StoreOp, memref::StoreOp>) {
      base = adaptor.getMemref();
      value = adaptor.getValue();
    } else {
      base = adaptor.getBase();
      value = adaptor.getValueToStore();
    }
    Value address = elementAddress(rewriter, loc, base, op.getMemRefType(), adaptor.getIndices());
    if (value.getType().isInteger(1))
      value = arith::ExtUIOp::create(rewriter, loc, rewriter.getI8Type(), value);
    LLVM::StoreOp::create(rewriter, loc, value, address);
    rewriter.eraseOp(op);
    return success();
  }
};

struct BufferToFlat : OpConversionPattern<BufferOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(BufferOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto offset = static_cast<int32_t>(op.getOffset());
    rewriter.replaceOpWithNewOp<LLVM::GEPOp>(op, adaptor.getBase().getType(), rewriter.getI8Type(),
                                             adaptor.getBase(), ArrayRef<LLVM::GEPArg>{offset});
    return success();
  }
};

struct BuffersToFlatPass : impl::BuffersToFlatPassBase<BuffersToFlatPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    TypeConverter converter;
    converter.addConversion([](Type type) { return type; });
    converter.addConversion(
        [](MemRefType type) { return LLVM::LLVMPointerType::get(type.getContext()); });

    RewritePatternSet patterns(context);
    patterns.add<LoadToFlat<memref::LoadOp>, LoadToFlat<vector::LoadOp>,
                 StoreToFlat<memref::StoreOp>, StoreToFlat<vector::StoreOp>, BufferToFlat>(
        converter, context);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);

    ConversionTarget target(*context);
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalDialect<memref::MemRefDialect>();
    target.addIllegalOp<BufferOp, vector::LoadOp, vector::StoreOp>();
    target.addDynamicallyLegalOp<func::FuncOp>(
        [&](func::FuncOp op) { return converter.isSignatureLegal(op.getFunctionType()); });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      return signalPassFailure();

    // The caller's blocks and arrays must not overlap (docs/abi.md).
    for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        if (isa<LLVM::LLVMPointerType>(function.getArgument(i).getType()))
          function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(context));
  }
};

} // namespace
} // namespace keratin
