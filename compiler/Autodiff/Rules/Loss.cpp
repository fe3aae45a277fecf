// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of a loss with respect to the prediction, where the backward pass begins.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct LossRule : DifferentiableOpInterface::ExternalModel<LossRule, LossOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto loss = cast<LossOp>(op);
    if (resultGradient)
      return op->emitOpError("has a gradient only where it is what keratin.minimize minimizes");
    auto gradient = LossGradOp::create(builder, loss.getPrediction(), loss.getTarget(),
                                       loss.getSampleWeight(), loss.getMask(), loss.getKindAttr(),
                                       loss.getFromLogitsAttr(), loss.getLabelSmoothingAttr(),
                                       loss.getReductionAttr(), ValueRange(), ValueRange());
    gradients.add(loss.getPrediction(), gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachLossRules(MLIRContext &context) { LossOp::attachInterface<LossRule>(context); }

} // namespace keratin
