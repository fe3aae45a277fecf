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
        Builds the gradient with respect to every operand for which `needed` is set. `resultGradient` is the
        gradient with respect to the first result. Sets `operandGradients[i]`, of the operand's type, or
        leaves it null where the operand has no influence.
      }], "::llvm::LogicalResult", "buildGradient",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Value":$resultGradient,
           "::llvm::ArrayRef<bool>":$needed,
           "::llvm::MutableArrayRef<::mlir::Value>":$operandGradients)>
  ];
}

#endif
