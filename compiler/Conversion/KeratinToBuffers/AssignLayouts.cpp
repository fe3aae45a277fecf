// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-assign-layouts: the working layout of every parameter.
#include "compiler/Conversion/KeratinToBuffers/BufferTypes.h"
#include "compiler/Conversion/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

namespace keratin {
#define GEN_PASS_DEF_ASSIGNLAYOUTSPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

int64_t panelVectors(int64_t vectors, bool whole) {
  int64_t panel = std::min(vectors, maxPanelVectors);
  while (whole && vectors % panel != 0)
    --panel;
  return panel;
}

struct AssignLayoutsPass : impl::AssignLayoutsPassBase<AssignLayoutsPass> {
  using AssignLayoutsPassBase::AssignLayoutsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->setAttr(machineAttrName, MachineAttr::get(&getContext(), lanes, registers, fma));

    llvm::StringSet<> tables;
    module.walk([&](EmbeddingOp op) {
      if (auto read = op.getTable().getDefiningOp<ReadParamOp>())
        tables.insert(read.getParam());
    });
    // Packing a product reads its table row by row too.
    for (ParamOp param : module.getOps<ParamOp>())
      if (param.getProduct())
        tables.insert(param.getProduct()->getTable().getValue());
    // The loop over time works on whole panels, which rows of one gate are not padded to.
    llvm::StringSet<> wholePanels;
    module.walk([&](SimpleRNNOp op) {
      if (auto read = op.getRecurrentKernel().getDefiningOp<ReadParamOp>())
        wholePanels.insert(read.getParam());
    });
    for (ParamOp param : module.getOps<ParamOp>()) {
      int64_t gates = param.getGates();
      int64_t vectors = gates * llvm::divideCeil(param.getMatrixColumns() / gates, lanes);
      if (!tables.contains(param.getSymName()))
        vectors =
            gates > 1 ? gates : panelVectors(vectors, wholePanels.contains(param.getSymName()));
      param.setLayoutAttr(LayoutAttr::get(&getContext(), gates, lanes, vectors * lanes));
      ++numLayouts;
    }
  }
};

} // namespace
} // namespace keratin
