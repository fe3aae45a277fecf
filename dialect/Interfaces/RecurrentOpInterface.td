// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What LSTM, GRU and SimpleRNN have in common.
#ifndef KERATIN_RECURRENT_OP_INTERFACE_TD
#define KERATIN_RECURRENT_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def RecurrentOpInterface : OpInterface<"RecurrentOpInterface"> {
  let cppNamespace = "::keratin";
  let description = [{
    A layer that runs a cell over time: `z(t) = x(t) W + b`, then a cell body of z(t), h(t-1) U and the states.
    The product with W does not depend on the state: `keratin-hoist-input-products` takes it out of the loop,
    after which `kernel` and `bias` are absent and `input` holds z.
  }];
  let methods = [
    InterfaceMethod<"Gates side by side in the weights: 4 for LSTM.", "int64_t", "getGates">,
    InterfaceMethod<"", "int64_t", "getUnits">,
    InterfaceMethod<"", "::mlir::Value", "getInput">,
    InterfaceMethod<"Null once hoisted.", "::mlir::Value", "getKernel">,
    InterfaceMethod<"", "::mlir::Value", "getRecurrentKernel">,
    InterfaceMethod<"Null without bias, or once hoisted.", "::mlir::Value", "getBias">,
    InterfaceMethod<"Null without mask.", "::mlir::Value", "getMask">,
    InterfaceMethod<"", "bool", "getReturnSequences">,
    InterfaceMethod<"", "bool", "getGoBackwards">,
    InterfaceMethod<"Takes `product`, which is z, as the input; kernel and bias become absent.",
                    "void", "hoistInput", (ins "::mlir::Value":$product), "", [{
      $_op.getInputMutable().set(product);
      $_op.getKernelMutable().clear();
      $_op.getBiasMutable().clear();
    }]>
  ];
}

#endif
