// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-hoist-input-products: one product over the whole sequence instead of one a step.
#include "compiler/Transforms/Passes.h"
#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

#define GEN_PASS_DEF_HOISTINPUTPRODUCTSPASS
#include "compiler/Transforms/Passes.h.inc"

namespace {

struct HoistInputProductsPass : impl::HoistInputProductsPassBase<HoistInputProductsPass> {
  void runOnOperation() override {
    getOperation().walk([&](RecurrentOpInterface recurrent) {
      if (cast<ComputeOpInterface>(recurrent.getOperation()).isBufferForm() ||
          !recurrent.getKernel())
        return;
      OpBuilder builder(recurrent);
      recurrent.hoistInput(product(builder, recurrent));
      ++numProductsHoisted;
    });
  }

  static Value product(OpBuilder &builder, RecurrentOpInterface recurrent) {
    Location loc = recurrent.getLoc();
    Value input = recurrent.getInput(), kernel = recurrent.getKernel(), bias = recurrent.getBias();
    if (Value factors = recurrent.getInputFactors())
      return GatedDenseOp::create(builder, loc, input, kernel, factors, bias, ValueRange(),
                                  ValueRange())
          .getResult(0);
    return DenseOp::create(builder, loc, input, kernel, bias, Activation::linear,
                           recurrent.getGates(), ValueRange(), ValueRange())
        .getResult(0);
  }
};

} // namespace
} // namespace keratin
