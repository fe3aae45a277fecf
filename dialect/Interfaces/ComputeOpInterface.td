// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two forms, tensor and buffer, that all compute ops share.
#ifndef KERATIN_COMPUTE_OP_INTERFACE_TD
#define KERATIN_COMPUTE_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def ComputeOpInterface : OpInterface<"ComputeOpInterface"> {
  let cppNamespace = "::keratin";
  let description = [{
    An op with a tensor form (results, no `outs`) and a buffer form (`outs`, no results). See the dialect.
  }];
  let methods = [
    InterfaceMethod<"The buffers written, one a result of the tensor form.",
                    "::mlir::OperandRange", "getOuts">,
    InterfaceMethod<"The same, to change.", "::mlir::MutableOperandRange", "getOutsMutable">,
    InterfaceMethod<"Rows, then steps, of this call.", "::mlir::OperandRange", "getExtents">,
    InterfaceMethod<"The same, to change.", "::mlir::MutableOperandRange", "getExtentsMutable">,
    InterfaceMethod<[{
        The operand whose buffer result number `result` may take over (it is not read afterwards by the op
        itself), or none.
      }], "::mlir::OpOperand *", "getReusableOperand", (ins "unsigned":$result), "", "return nullptr;">
  ];
  let extraSharedClassDeclaration = [{
    /// Whether this op has been given buffers.
    bool isBufferForm() { return !$_op.getOuts().empty(); }
    /// The number of rows of this call; buffer form only.
    ::mlir::Value getRows() { return $_op.getExtents()[0]; }
    /// The number of steps of this call; buffer form of ops on sequences only.
    ::mlir::Value getSteps() { return $_op.getExtents()[1]; }
  }];
  let verify = "return ::keratin::detail::verifyForm($_op);";
}

#endif
