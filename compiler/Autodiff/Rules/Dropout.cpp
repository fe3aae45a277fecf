// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of dropout, which is the same dropout: the mask is drawn again, not kept.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct DropoutRule : DifferentiableOpInterface::ExternalModel<DropoutRule, DropoutOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto dropout = cast<DropoutOp>(op);
    auto gradient = DropoutOp::create(
        builder, resultGradient, dropout.getSeed(), dropout.getIteration(), dropout.getRateAttr(),
        dropout.getLayerAttr(), dropout.getNoiseAttr(), ValueRange(), ValueRange());
    gradients.add(dropout.getInput(), gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachDropoutRules(MLIRContext &context) { DropoutOp::attachInterface<DropoutRule>(context); }

} // namespace keratin
