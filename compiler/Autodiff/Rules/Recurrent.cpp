// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of recurrent layers, of their input products and of the tape they read.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

/// What the gradient op of each layer gets.
struct GradOperands {
  Value output, finalH, finalC;
  Value gatesTape, stateTape, innerTape, initialState;
  bool stateGrads;
};

Operation *createGrad(ImplicitLocOpBuilder &builder, LSTMOp op, const GradOperands &in) {
  return LSTMGradOp::create(
      builder, in.output, in.finalH, in.finalC, op.getRecurrentKernel(), in.gatesTape, in.stateTape,
      in.innerTape, op.getMask(), in.initialState, op.getRecurrentFactors(), op.getActivation(),
      op.getRecurrentActivation(), op.getReturnSequences(), op.getGoBackwards(),
      op.getZeroOutputForMask(), in.stateGrads, ValueRange(), ValueRange());
}

Operation *createGrad(ImplicitLocOpBuilder &builder, GRUOp op, const GradOperands &in) {
  return GRUGradOp::create(
      builder, in.output, in.finalH, in.finalC, op.getRecurrentKernel(), in.gatesTape, in.stateTape,
      in.innerTape, op.getMask(), in.initialState, op.getRecurrentFactors(), op.getActivation(),
      op.getRecurrentActivation(), op.getResetAfter(), op.getReturnSequences(), op.getGoBackwards(),
      op.getZeroOutputForMask(), in.stateGrads, ValueRange(), ValueRange());
}

Operation *createGrad(ImplicitLocOpBuilder &builder, SimpleRNNOp op, const GradOperands &in) {
  return SimpleRNNGradOp::create(
      builder, in.output, in.finalH, in.finalC, op.getRecurrentKernel(), in.gatesTape, in.stateTape,
      in.innerTape, op.getMask(), in.initialState, op.getRecurrentFactors(), op.getActivation(),
      op.getReturnSequences(), op.getGoBackwards(), op.getZeroOutputForMask(), in.stateGrads,
      ValueRange(), ValueRange());
}

template <typename Layer>
struct RecurrentRule : DifferentiableOpInterface::ExternalModel<RecurrentRule<Layer>, Layer> {
  Operation *recordTape(Operation *op, RewriterBase &rewriter) const {
    auto layer = cast<Layer>(op);
    if (layer.getTape())
      return op;
    rewriter.setInsertionPoint(op);
    typename Layer::Properties properties = layer.getProperties();
    properties.tape = rewriter.getUnitAttr();
    auto taped = Layer::create(rewriter, op->getLoc(), op->getOperands(), properties);
    rewriter.replaceOp(op, taped.getResults().take_front(op->getNumResults()));
    return taped;
  }

  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto concrete = cast<Layer>(op);
    RecurrentOpInterface layer = concrete;
    if (layer.getKernel())
      return op->emitOpError("has a gradient only after keratin-hoist-input-products");
    for (Activation activation : {layer.getActivation(), layer.getRecurrentActivation()})
      if (!slopeFollowsFromResult(activation))
        return op->emitOpError("has no gradient with activation ")
               << stringifyActivation(activation) << ", whose input is not kept";

    Value hidden = op->getResult(layer.getHiddenResult());
    Value inner = layer.hasInnerTape() ? op->getResult(layer.getInnerResult()) : Value();
    OperandRange initial = layer.getInitialStates();
    GradOperands in;
    in.output = resultGradient;
    if (layer.getReturnState()) {
      in.finalH = gradients.lookup(op->getResult(1));
      if (layer.hasCellState())
        in.finalC = gradients.lookup(op->getResult(2));
    }
    in.gatesTape = op->getResult(layer.getGatesResult());
    if (layer.hasInnerTape()) // LSTM and GRU read a state elementwise
      in.stateTape = layer.hasCellState() ? inner : hidden;
    if (!layer.hasCellState() && !layer.resetsBeforeProduct())
      in.innerTape = inner;
    if (!initial.empty())
      in.initialState = initial[layer.hasCellState() ? 1 : 0];
    in.stateGrads = llvm::any_of(initial, [&](Value state) { return gradients.isNeeded(state); });

    Operation *grad = createGrad(builder, concrete, in);
    bool apart = cast<RecurrentGradOpInterface>(grad).hasRecurrentGrad();
    Value dq = grad->getResult(apart ? 1 : 0);
    gradients.add(layer.getInput(), grad->getResult(0));
    if (gradients.isNeeded(layer.getRecurrentKernel()))
      gradients.add(layer.getRecurrentKernel(),
                    RecurrentKernelGradOp::create(
                        builder, hidden, dq, initial.empty() ? Value() : initial[0],
                        layer.resetsBeforeProduct() ? inner : Value(), layer.getRecurrentFactors(),
                        layer.getGoBackwards(), ValueRange(), ValueRange())
                        .getResult(0));
    if (gradients.isNeeded(layer.getRecurrentBias()))
      gradients.add(layer.getRecurrentBias(),
                    BiasGradOp::create(builder, dq, ValueRange(), ValueRange()).getResult(0));
    if (in.stateGrads)
      for (auto [i, state] : llvm::enumerate(initial))
        gradients.add(state, grad->getResult((apart ? 2 : 1) + i));
    return success();
  }
};

struct GatedDenseRule : DifferentiableOpInterface::ExternalModel<GatedDenseRule, GatedDenseOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value dz,
                              OperandGradients &gradients) const {
    auto dense = cast<GatedDenseOp>(op);
    Value factors = dense.getFactors();
    if (gradients.isNeeded(dense.getKernel()))
      gradients.add(dense.getKernel(),
                    GatedKernelGradOp::create(builder, dense.getInput(), dz, factors, ValueRange(),
                                              ValueRange())
                        .getResult(0));
    if (gradients.isNeeded(dense.getBias()))
      gradients.add(dense.getBias(),
                    BiasGradOp::create(builder, dz, ValueRange(), ValueRange()).getResult(0));
    if (gradients.isNeeded(dense.getInput()))
      gradients.add(dense.getInput(), GatedInputGradOp::create(builder, dz, dense.getKernel(),
                                                               factors, ValueRange(), ValueRange())
                                          .getResult(0));
    return success();
  }
};

/// Of the input only the number of rows is used.
struct DropoutFactorsRule
    : DifferentiableOpInterface::ExternalModel<DropoutFactorsRule, DropoutFactorsOp> {
  LogicalResult buildGradient(Operation *, ImplicitLocOpBuilder &, Value,
                              OperandGradients &) const {
    return success();
  }
};

} // namespace

void attachRecurrentRules(MLIRContext &context) {
  LSTMOp::attachInterface<RecurrentRule<LSTMOp>>(context);
  GRUOp::attachInterface<RecurrentRule<GRUOp>>(context);
  SimpleRNNOp::attachInterface<RecurrentRule<SimpleRNNOp>>(context);
  GatedDenseOp::attachInterface<GatedDenseRule>(context);
  DropoutFactorsOp::attachInterface<DropoutFactorsRule>(context);
}

} // namespace keratin
