// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of a sum.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct AddRule : DifferentiableOpInterface::ExternalModel<AddRule, AddOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &, Value resultGradient,
                              OperandGradients &gradients) const {
    auto add = cast<AddOp>(op);
    gradients.add(add.getLhs(), resultGradient);
    gradients.add(add.getRhs(), resultGradient);
    return success();
  }
};

} // namespace

void attachAddRules(MLIRContext &context) { AddOp::attachInterface<AddRule>(context); }

} // namespace keratin
