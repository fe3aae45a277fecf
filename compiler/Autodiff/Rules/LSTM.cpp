// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradients of an LSTM layer and the tape they read.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

/// The tape among the results of an lstm that keeps one, see keratin.lstm.
struct Tape {
  explicit Tape(LSTMOp lstm)
      : hidden(lstm.getResult(lstm.getReturnSequences() ? 0 : 1)),
        gates(lstm.getResult(lstm.getNumResults() - 2)),
        cells(lstm.getResult(lstm.getNumResults() - 1)) {}
  Value hidden, gates, cells;
};

struct LSTMRule : DifferentiableOpInterface::ExternalModel<LSTMRule, LSTMOp> {
  Operation *recordTape(Operation *op, RewriterBase &rewriter) const {
    auto lstm = cast<LSTMOp>(op);
    if (lstm.getTape())
      return op;
    rewriter.setInsertionPoint(op);
    auto taped = LSTMOp::create(rewriter, op->getLoc(), lstm.getInput(), lstm.getKernel(),
                                lstm.getRecurrentKernel(), lstm.getBias(), lstm.getMask(),
                                lstm.getInitialH(), lstm.getInitialC(), lstm.getActivation(),
                                lstm.getRecurrentActivation(), lstm.getReturnSequences(),
                                lstm.getGoBackwards(), /*tape=*/true, ValueRange(), ValueRange());
    rewriter.replaceOp(op, taped.getResult(0));
    return taped;
  }

  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto lstm = cast<LSTMOp>(op);
    if (lstm.getKernel())
      return op->emitOpError("has a gradient only after keratin-hoist-input-products");
    for (Activation activation : {lstm.getActivation(), lstm.getRecurrentActivation()})
      if (activationGradReadsInput(activation))
        return op->emitOpError("has no gradient with activation ")
               << stringifyActivation(activation) << ", whose input is not kept";
    Tape tape(lstm);
    bool stateGrads =
        gradients.isNeeded(lstm.getInitialH()) || gradients.isNeeded(lstm.getInitialC());
    auto grad = LSTMGradOp::create(
        builder, resultGradient, lstm.getRecurrentKernel(), tape.gates, tape.cells, lstm.getMask(),
        lstm.getInitialC(), lstm.getActivation(), lstm.getRecurrentActivation(),
        lstm.getReturnSequences(), lstm.getGoBackwards(), stateGrads, ValueRange(), ValueRange());
    Value preactivation = grad.getResult(0);
    gradients.add(lstm.getInput(), preactivation);
    if (gradients.isNeeded(lstm.getRecurrentKernel()))
      gradients.add(lstm.getRecurrentKernel(),
                    RecurrentKernelGradOp::create(builder, tape.hidden, preactivation,
                                                  lstm.getInitialH(), lstm.getGoBackwards(),
                                                  ValueRange(), ValueRange())
                        .getResult(0));
    if (stateGrads) {
      gradients.add(lstm.getInitialH(), grad.getResult(1));
      gradients.add(lstm.getInitialC(), grad.getResult(2));
    }
    return success();
  }
};

} // namespace

void attachLSTMRules(MLIRContext &context) { LSTMOp::attachInterface<LSTMRule>(context); }

} // namespace keratin
