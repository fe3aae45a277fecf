// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How an op contributes to the backward pass.
#ifndef KERATIN_DIFFERENTIABLE_OP_INTERFACE_TD
#define KERATIN_DIFFERENTIABLE_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::keratin";
  let description = [{
    Implemented by external models in `compiler/Autodiff/Rules`, so that the dialect knows no gradients.
  }];
  let methods = [
    InterfaceMethod<[{
        Replaces the op by one that also keeps what its gradient reads (its tape), and returns that; the op
        itself where its operands and results suffice.
      }], "::mlir::Operation *", "recordTape", (ins "::mlir::RewriterBase &":$rewriter), "", "return $_op;">,
    InterfaceMethod<[{
        Adds to `gradients` the gradient with respect to every operand that is needed. `resultGradient` is the
        gradient with respect to the first result; for a loss it is null, which stands for one.
        `builder` makes ops with the location of this op's backward pass. Fails with a message.
      }], "::llvm::LogicalResult", "buildGradient",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder, "::mlir::Value":$resultGradient,
           "::keratin::OperandGradients &":$gradients)>
  ];
}

#endif
