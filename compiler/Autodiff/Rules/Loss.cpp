// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of losses with respect to predictions, and of penalties, where the backward pass
// begins.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

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
        loss.getDeltaAttr(), loss.getReductionAttr(), ValueRange(), ValueRange());
    gradients.add(loss.getPrediction(), gradient.getResult(0));
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
  PenaltyOp::attachInterface<PenaltyRule>(context);
}

} // namespace keratin
