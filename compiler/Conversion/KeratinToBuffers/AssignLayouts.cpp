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
    for (ParamOp param : module.getOps<ParamOp>()) {
      int64_t gates = param.getGates();
      int64_t vectors = llvm::divideCeil(param.getMatrixColumns(), lanes);
      if (!tables.contains(param.getSymName()))
        vectors = gates > 1 ? gates : std::min(vectors, maxPanelVectors);
      param.setLayoutAttr(LayoutAttr::get(&getContext(), gates, lanes, vectors * lanes));
      ++numLayouts;
    }
  }
};

} // namespace
} // namespace keratin
