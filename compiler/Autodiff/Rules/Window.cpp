// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of windows and of contractions.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct WindowRule : DifferentiableOpInterface::ExternalModel<WindowRule, WindowOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto window = cast<WindowOp>(op);
    bool reads = window.getKind() == Fold::maximum;
    auto gradient = WindowGradOp::create(
        builder, resultGradient, reads ? window.getInput() : Value(),
        reads ? Value(window.getResult(0)) : Value(), window.getKind(), window.getMap(),
        window.getShape(), window.getWindow(), window.getInputShape(), ValueRange(), ValueRange());
    gradients.add(window.getInput(), gradient.getResult(0));
    return success();
  }
};

/// The gradient of one operand is the contraction of the result's with the other operand over what
/// the operand does not have.
struct ContractRule : DifferentiableOpInterface::ExternalModel<ContractRule, ContractOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto contract = cast<ContractOp>(op);
    add(contract, builder, resultGradient, gradients, contract.getLhs(), contract.getLhsMap(),
        contract.getRhs(), contract.getRhsMap());
    add(contract, builder, resultGradient, gradients, contract.getRhs(), contract.getRhsMap(),
        contract.getLhs(), contract.getLhsMap());
    return success();
  }

  static void add(ContractOp op, ImplicitLocOpBuilder &builder, Value resultGradient,
                  OperandGradients &gradients, Value operand, AffineMap map, Value other,
                  AffineMap otherMap) {
    if (!gradients.isNeeded(operand))
      return;
    SmallVector<int64_t> sizes(op.getShape());
    llvm::append_range(sizes, op.getWindow());
    // The dimensions of the operand come first, then the others.
    auto type = cast<RankedTensorType>(operand.getType());
    SmallVector<AffineExpr> renamed(sizes.size());
    for (unsigned i = 0; i < map.getNumResults(); ++i)
      renamed[map.getDimPosition(i)] = builder.getAffineDimExpr(i);
    SmallVector<int64_t> window;
    for (auto [dim, name] : llvm::enumerate(renamed))
      if (!name) {
        name = builder.getAffineDimExpr(type.getRank() + window.size());
        window.push_back(sizes[dim]);
      }
    auto rename = AffineMap::get(sizes.size(), 0, renamed, builder.getContext());
    SmallVector<AffineExpr> result(renamed.begin(), renamed.begin() + op.getShape().size());
    auto resultMap = AffineMap::get(sizes.size(), 0, result, builder.getContext());
    auto gradient =
        ContractOp::create(builder, resultGradient, other, resultMap, otherMap.compose(rename),
                           type.getShape(), window, ValueRange(), ValueRange());
    gradients.add(operand, gradient.getResult(0));
  }
};

} // namespace

void attachWindowRules(MLIRContext &context) {
  WindowOp::attachInterface<WindowRule>(context);
  ContractOp::attachInterface<ContractRule>(context);
}

} // namespace keratin
