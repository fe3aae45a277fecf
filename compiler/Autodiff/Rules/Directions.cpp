// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of a parameter's row, of steps in reverse and of merged directions.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct RowRule : DifferentiableOpInterface::ExternalModel<RowRule, RowOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto row = cast<RowOp>(op);
    int64_t rows = cast<ShapedType>(row.getMatrix().getType()).getDimSize(0);
    gradients.add(row.getMatrix(), RowGradOp::create(builder, resultGradient, row.getRow(), rows,
                                                     ValueRange(), ValueRange())
                                       .getResult(0));
    return success();
  }
};

struct ReverseStepsRule
    : DifferentiableOpInterface::ExternalModel<ReverseStepsRule, ReverseStepsOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    gradients.add(
        cast<ReverseStepsOp>(op).getInput(),
        ReverseStepsOp::create(builder, resultGradient, ValueRange(), ValueRange()).getResult(0));
    return success();
  }
};

struct MergeDirectionsRule
    : DifferentiableOpInterface::ExternalModel<MergeDirectionsRule, MergeDirectionsOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto merge = cast<MergeDirectionsOp>(op);
    auto grad = MergeDirectionsGradOp::create(builder, resultGradient, merge.getForward(),
                                              merge.getBackward(), merge.getMode(), ValueRange(),
                                              ValueRange());
    gradients.add(merge.getForward(), grad.getResult(0));
    gradients.add(merge.getBackward(), grad.getResult(1));
    return success();
  }
};

} // namespace

void attachDirectionRules(MLIRContext &context) {
  RowOp::attachInterface<RowRule>(context);
  ReverseStepsOp::attachInterface<ReverseStepsRule>(context);
  MergeDirectionsOp::attachInterface<MergeDirectionsRule>(context);
}

} // namespace keratin
