// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of activation functions.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct ActivationRule : DifferentiableOpInterface::ExternalModel<ActivationRule, ActivationOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto activation = cast<ActivationOp>(op);
    Value value = activationGradReadsInput(activation.getKind()) ? activation.getInput()
                                                                 : activation.getResult(0);
    auto gradient =
        ActivationGradOp::create(builder, value, resultGradient, activation.getKind(),
                                 activation.getParameters(), ValueRange(), ValueRange());
    gradients.add(activation.getInput(), gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachActivationRules(MLIRContext &context) {
  ActivationOp::attachInterface<ActivationRule>(context);
}

} // namespace keratin
