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
      auto product = DenseOp::create(builder, recurrent.getLoc(), recurrent.getInput(),
                                     recurrent.getKernel(), recurrent.getBias(), Activation::linear,
                                     recurrent.getGates(), ValueRange(), ValueRange());
      recurrent.hoistInput(product.getResult(0));
      ++numProductsHoisted;
    });
  }
};

} // namespace
} // namespace keratin
