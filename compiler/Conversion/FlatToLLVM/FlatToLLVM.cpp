// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// convert-flat-to-llvm: the flat form, whose loops have become branches, in LLVM's dialect.
#include "compiler/Conversion/FlatToLLVM/FpMode.h"
#include "compiler/Conversion/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace keratin {
#define GEN_PASS_DEF_FLATTOLLVMPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// LLVM's exporter warns about attributes of arguments that it does not know, with the whole
/// function printed for each; the phases that read them are over.
void dropOwnArgumentAttributes(LLVM::LLVMFuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    for (NamedAttribute attribute : mlir::function_interface_impl::getArgAttrs(function, i))
      if (isa_and_nonnull<KeratinDialect>(attribute.getNameDialect()))
        function.removeArgAttr(i, attribute.getName());
}

struct FlatToLLVMPass : impl::FlatToLLVMPassBase<FlatToLLVMPass> {
  using FlatToLLVMPassBase::FlatToLLVMPassBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    options.overrideIndexBitwidth(static_cast<unsigned>(indexBits));
    LLVMTypeConverter converter(context, options);

    RewritePatternSet patterns(context);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    populateFpModeToLLVMPatterns(converter, patterns, llvm::Triple(triple), hasFpMode);

    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    target.addLegalOp<ParamOp>();
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      return signalPassFailure();
    // Objects of two models must not define the same symbols.
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      dropOwnArgumentAttributes(function);
      if (function.isPrivate())
        function.setLinkage(LLVM::Linkage::Internal);
    }
    // Declarations of parameters have served their purpose.
    for (ParamOp param : llvm::make_early_inc_range(getOperation().getOps<ParamOp>()))
      param.erase();
  }
};

} // namespace
} // namespace keratin
