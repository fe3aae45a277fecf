// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of losses with respect to predictions, and of penalties, where the backward pass
// begins.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

/// What a loss counts for in the total, if there is one.
double weightInTotal(LossOp loss) {
  for (OpOperand &use : loss->getUses())
    if (auto total = dyn_cast<TotalLossOp>(use.getOwner()))
      return total.getWeights()[use.getOperandNumber()];
  return 1;
}

struct LossRule : DifferentiableOpInterface::ExternalModel<LossRule, LossOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto loss = cast<LossOp>(op);
    assert(!resultGradient && "a loss is where the walk begins");
    if (gradients.isNeeded(loss.getTarget()) || gradients.isNeeded(loss.getSampleWeight()))
      return op->emitOpError("has a gradient with respect to its prediction only");
    auto gradient = LossGradOp::create(
        builder, loss.getPrediction(), loss.getTarget(), loss.getSampleWeight(), loss.getMask(),
        loss.getKindAttr(), loss.getFromLogitsAttr(), loss.getLabelSmoothingAttr(),
        loss.getDeltaAttr(), loss.getReductionAttr(), builder.getF64FloatAttr(weightInTotal(loss)),
        ValueRange(), ValueRange());
    gradients.add(loss.getPrediction(), gradient.getResult(0));
    return success();
  }
};

/// Losses know their weights.
struct TotalLossRule : DifferentiableOpInterface::ExternalModel<TotalLossRule, TotalLossOp> {
  LogicalResult buildGradient(Operation *, ImplicitLocOpBuilder &, Value,
                              OperandGradients &) const {
    return success();
  }
};

struct PenaltyRule : DifferentiableOpInterface::ExternalModel<PenaltyRule, PenaltyOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto penalty = cast<PenaltyOp>(op);
    assert(!resultGradient && "a penalty is where the walk begins");
    auto gradient =
        PenaltyGradOp::create(builder, penalty.getValue(), penalty.getL1Attr(), penalty.getL2Attr(),
                              penalty.getPerRowAttr(), ValueRange(), ValueRange());
    gradients.add(penalty.getValue(), gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachLossRules(MLIRContext &context) {
  LossOp::attachInterface<LossRule>(context);
  TotalLossOp::attachInterface<TotalLossRule>(context);
  PenaltyOp::attachInterface<PenaltyRule>(context);
}

} // namespace keratin
