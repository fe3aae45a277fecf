// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of a dense layer: of its input, kernel and bias.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct DenseRule : DifferentiableOpInterface::ExternalModel<DenseRule, DenseOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto dense = cast<DenseOp>(op);
    Value gradient = resultGradient; // with respect to the pre-activation
    if (dense.getActivation() != Activation::linear) {
      if (activationGradReadsInput(dense.getActivation()))
        return op->emitOpError("has no gradient with activation ")
               << stringifyActivation(dense.getActivation())
               << ", whose input is not kept; differentiate before keratin-fuse-activations";
      gradient = ActivationGradOp::create(builder, dense.getResult(0), gradient,
                                          dense.getActivation(), ValueRange(), ValueRange())
                     .getResult(0);
    }
    if (gradients.isNeeded(dense.getKernel()))
      gradients.add(
          dense.getKernel(),
          DenseKernelGradOp::create(builder, dense.getInput(), gradient, ValueRange(), ValueRange())
              .getResult(0));
    if (gradients.isNeeded(dense.getBias()))
      gradients.add(dense.getBias(),
                    BiasGradOp::create(builder, gradient, ValueRange(), ValueRange()).getResult(0));
    if (gradients.isNeeded(dense.getInput()))
      gradients.add(dense.getInput(),
                    DenseInputGradOp::create(builder, gradient, dense.getKernel(), dense.getGates(),
                                             ValueRange(), ValueRange())
                        .getResult(0));
    return success();
  }
};

} // namespace

void attachDenseRules(MLIRContext &context) { DenseOp::attachInterface<DenseRule>(context); }

} // namespace keratin
