// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of activation functions.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {

bool hasDerivativeOfResult(Activation kind) {
  switch (kind) {
  case Activation::linear:
  case Activation::relu:
  case Activation::sigmoid:
  case Activation::tanh:
  case Activation::softmax:
  case Activation::hard_sigmoid:
  case Activation::hard_sigmoid_keras2:
  case Activation::exponential:
  case Activation::leaky_relu:
  case Activation::relu6:
    return true;
  case Activation::elu:
  case Activation::selu:
  case Activation::softplus:
  case Activation::softsign:
  case Activation::silu:
    return false;
  }
  llvm_unreachable("unknown activation");
}

namespace {

struct ActivationRule : DifferentiableOpInterface::ExternalModel<ActivationRule, ActivationOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto activation = cast<ActivationOp>(op);
    Value value = hasDerivativeOfResult(activation.getKind()) ? activation.getResult(0)
                                                              : activation.getInput();
    auto gradient = ActivationGradOp::create(builder, value, resultGradient, activation.getKind(),
                                             ValueRange(), ValueRange());
    gradients.add(activation.getInput(), gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachActivationRules(MLIRContext &context) {
  ActivationOp::attachInterface<ActivationRule>(context);
}

} // namespace keratin
