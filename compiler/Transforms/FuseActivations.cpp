// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-fuse-activations: dense, then activation becomes dense with activation.
#include "compiler/Transforms/Passes.h"
#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

#define GEN_PASS_DEF_FUSEACTIVATIONSPASS
#include "compiler/Transforms/Passes.h.inc"

namespace {

/// The linear dense op that alone feeds `activation`, or null.
DenseOp fusableProducer(ActivationOp activation) {
  if (activation.isBufferForm() || isRowWise(activation.getKind()) ||
      !activation.getParameters().empty())
    return {};
  auto dense = activation.getInput().getDefiningOp<DenseOp>();
  if (!dense || dense.getActivation() != Activation::linear || !dense->hasOneUse())
    return {};
  return dense;
}

struct FuseActivationsPass : impl::FuseActivationsPassBase<FuseActivationsPass> {
  void runOnOperation() override {
    getOperation().walk([&](ActivationOp activation) {
      DenseOp dense = fusableProducer(activation);
      if (!dense)
        return;
      dense.setActivation(activation.getKind());
      activation.getResult(0).replaceAllUsesWith(dense.getResult(0));
      activation.erase();
      ++numActivationsFused;
    });
  }
};

} // namespace
} // namespace keratin
