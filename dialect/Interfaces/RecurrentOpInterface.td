// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What LSTM, GRU and SimpleRNN have in common, and what their gradients have.
#ifndef KERATIN_RECURRENT_OP_INTERFACE_TD
#define KERATIN_RECURRENT_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def RecurrentOpInterface : OpInterface<"RecurrentOpInterface"> {
  let cppNamespace = "::keratin";
  let description = [{
    A layer that runs a cell over time: `z(t) = x(t) W + b`, then a cell body of z(t), h(t-1) U and the states.
    The product with W does not depend on the state: `keratin-hoist-input-products` takes it out of the loop,
    after which `kernel`, `bias` and `input_factors` are absent and `input` holds z.
  }];
  let methods = [
    InterfaceMethod<"Gates side by side in the weights: 4 for LSTM.", "int64_t", "getGates">,
    InterfaceMethod<"", "::mlir::Value", "getInput">,
    InterfaceMethod<"Null once hoisted.", "::mlir::Value", "getKernel">,
    InterfaceMethod<"", "::mlir::Value", "getRecurrentKernel">,
    InterfaceMethod<"Null without bias, or once hoisted.", "::mlir::Value", "getBias">,
    InterfaceMethod<"Null without one of its own for h(t-1) U.", "::mlir::Value", "getRecurrentBias">,
    InterfaceMethod<"Null without mask.", "::mlir::Value", "getMask">,
    InterfaceMethod<"h, and c of an LSTM; or none.", "::mlir::OperandRange", "getInitialStates">,
    InterfaceMethod<"Null without dropout, or once hoisted.", "::mlir::Value", "getInputFactors">,
    InterfaceMethod<"Null without dropout.", "::mlir::Value", "getRecurrentFactors">,
    InterfaceMethod<"", "::keratin::Activation", "getActivation">,
    InterfaceMethod<"", "::keratin::Activation", "getRecurrentActivation">,
    InterfaceMethod<"", "bool", "getReturnSequences">,
    InterfaceMethod<"", "bool", "getReturnState">,
    InterfaceMethod<"", "bool", "getGoBackwards">,
    InterfaceMethod<"", "bool", "getZeroOutputForMask">,
    InterfaceMethod<"", "bool", "getTape">,
    InterfaceMethod<"Whether there is a state c beside h.", "bool", "hasCellState", (ins), "", "return false;">,
    InterfaceMethod<"Whether the tape has more than hidden states and gates.", "bool", "hasInnerTape", (ins), "",
                    "return false;">,
    InterfaceMethod<"Whether the last gate's columns are multiplied with r h(t-1), a product that waits for the gate r.",
                    "bool", "resetsBeforeProduct", (ins), "", "return false;">,
    InterfaceMethod<"Takes `product`, which is z, as the input; kernel, bias and factors become absent.",
                    "void", "hoistInput", (ins "::mlir::Value":$product), "", [{
      $_op.getInputMutable().set(product);
      $_op.getKernelMutable().clear();
      $_op.getBiasMutable().clear();
      $_op.getInputFactorsMutable().clear();
    }]>
  ];
  let extraSharedClassDeclaration = [{
    int64_t getUnits() {
      auto type = ::llvm::cast<::mlir::ShapedType>($_op.getRecurrentKernel().getType());
      // In the working form a panel holds the gates of some units: [panels, units, columns].
      return type.getDimSize(type.getRank() == 3 ? 1 : 0);
    }
    unsigned getNumStates() { return $_op.hasCellState() ? 2 : 1; }
    /// Whether masked steps put out something else than the hidden state: zero, where h starts from a state.
    bool outputsDifferFromStates() {
      return $_op.getMask() && ($_op.getZeroOutputForMask() || !$_op.getInitialStates().empty());
    }
    /// Whether the output is the hidden states of all steps.
    bool putsOutHiddenStates() { return $_op.getReturnSequences() && !outputsDifferFromStates(); }
    /// Numbers of results, or of outs: the tape follows output and states.
    unsigned getHiddenResult() {
      return putsOutHiddenStates() ? 0 : 1 + ($_op.getReturnState() ? getNumStates() : 0);
    }
    unsigned getGatesResult() {
      return 1 + ($_op.getReturnState() ? getNumStates() : 0) + (putsOutHiddenStates() ? 0 : 1);
    }
    unsigned getInnerResult() { return getGatesResult() + 1; }
    unsigned getNumOutputs() {
      unsigned outputs = 1 + ($_op.getReturnState() ? getNumStates() : 0);
      return $_op.getTape() ? getGatesResult() + ($_op.hasInnerTape() ? 2 : 1) : outputs;
    }
  }];
}

def RecurrentGradOpInterface : OpInterface<"RecurrentGradOpInterface"> {
  let cppNamespace = "::keratin";
  let description = [{
    The gradient of a recurrent layer through all steps, from its tape.
  }];
  let methods = [
    InterfaceMethod<"", "int64_t", "getGates">,
    InterfaceMethod<"Null where it is not used.", "::mlir::Value", "getOutputGrad">,
    InterfaceMethod<"Null where it is not used.", "::mlir::Value", "getFinalHGrad">,
    InterfaceMethod<"Null where it is not used.", "::mlir::Value", "getFinalCGrad">,
    InterfaceMethod<"", "::mlir::Value", "getRecurrentKernel">,
    InterfaceMethod<"", "::mlir::Value", "getGatesTape">,
    InterfaceMethod<"States that the cell reads elementwise; null if it does not.", "::mlir::Value", "getStateTape">,
    InterfaceMethod<"", "::mlir::Value", "getInnerTape">,
    InterfaceMethod<"Null without mask.", "::mlir::Value", "getMask">,
    InterfaceMethod<"The first of the states in the state tape; null for zeros.", "::mlir::Value", "getInitialState">,
    InterfaceMethod<"Null without dropout.", "::mlir::Value", "getRecurrentFactors">,
    InterfaceMethod<"", "::keratin::Activation", "getActivation">,
    InterfaceMethod<"", "::keratin::Activation", "getRecurrentActivation">,
    InterfaceMethod<"", "bool", "getReturnSequences">,
    InterfaceMethod<"", "bool", "getGoBackwards">,
    InterfaceMethod<"", "bool", "getZeroOutputForMask">,
    InterfaceMethod<"", "bool", "getStateGrads">,
    InterfaceMethod<"Whether there is a state c beside h.", "bool", "hasCellState", (ins), "", "return false;">,
    InterfaceMethod<"Whether the gradient of h(t-1) U is a result of its own.", "bool", "hasRecurrentGrad", (ins), "",
                    "return false;">,
    InterfaceMethod<"See RecurrentOpInterface.", "bool", "resetsBeforeProduct", (ins), "", "return false;">
  ];
  let extraSharedClassDeclaration = [{
    /// See RecurrentOpInterface.
    bool outputsDifferFromStates() {
      return $_op.getMask() && ($_op.getZeroOutputForMask() || $_op.getInitialState());
    }
  }];
}

#endif
