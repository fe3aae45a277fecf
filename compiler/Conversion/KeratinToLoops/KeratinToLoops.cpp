// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// convert-keratin-to-loops: every op on buffers becomes its loops.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace keratin {
#define GEN_PASS_DEF_KERATINTOLOOPSPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// The floating-point type that an op computes in.
FloatType elementOf(Operation *op) {
  for (Type type : op->getOperandTypes())
    if (auto buffer = dyn_cast<MemRefType>(type))
      if (auto element = dyn_cast<FloatType>(buffer.getElementType()))
        return element;
  return Float32Type::get(op->getContext());
}

struct KeratinToLoopsPass : impl::KeratinToLoopsPassBase<KeratinToLoopsPass> {
  void runOnOperation() override {
    auto machine = getOperation()->getAttrOfType<MachineAttr>(machineAttrName);
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      bool computes = isa<ComputeOpInterface>(op) && cast<ComputeOpInterface>(op).isBufferForm();
      if (computes || isa<ImportOp, ExportOp>(op))
        ops.push_back(op);
    });
    if (!machine && !ops.empty()) {
      getOperation().emitError("expects a machine: run keratin-assign-layouts first");
      return signalPassFailure();
    }
    for (Operation *op : ops) {
      OpBuilder builder(op);
      KernelBuilder k(builder, op->getLoc(), machine, elementOf(op));
      k.setInsertionPoint(op);
      llvm::TypeSwitch<Operation *>(op)
          .Case<DenseOp, DenseInputGradOp, DenseKernelGradOp, BiasGradOp, EmbeddingOp,
                EmbeddingGradOp, ComputeMaskOp, ActivationOp, ActivationGradOp, AddOp, DropoutOp,
                NormalNoiseOp, WindowOp, WindowGradOp, ContractOp, CombineOp, FindMaskOp,
                MaskValuesOp, MoveAverageOp, LossOp, LossGradOp, TotalLossOp, LossMetricOp,
                MetricOp, RecordOp, PenaltyOp, PenaltyGradOp, NormOp, UpdateOp, ConstrainOp,
                WriteGradientOp, ImportOp, ExportOp,
                // recurrent layers
                LSTMOp, LSTMGradOp, GRUOp, GRUGradOp, SimpleRNNOp, SimpleRNNGradOp,
                RecurrentKernelGradOp, DropoutFactorsOp, GatedDenseOp, GatedKernelGradOp,
                GatedInputGradOp, RowOp, RowGradOp, ReverseStepsOp, MergeDirectionsOp,
                MergeDirectionsGradOp>([&](auto concrete) { lower(k, concrete); });
      op->erase();
      ++numLowered;
    }
  }
};

} // namespace
} // namespace keratin
