// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every optimizer attribute can say of itself.
#ifndef KERATIN_OPTIMIZER_ATTR_INTERFACE_TD
#define KERATIN_OPTIMIZER_ATTR_INTERFACE_TD

include "mlir/IR/OpBase.td"

def OptimizerAttrInterface : AttrInterface<"OptimizerAttrInterface"> {
  let cppNamespace = "::keratin";
  let description = [{An optimizer: its hyperparameters (the learning rate is an argument of the step) and slots.}];
  let methods = [
    InterfaceMethod<"Names of the arrays kept for each weight, in the order of the optimizer block.",
                    "::llvm::SmallVector<::llvm::StringRef>", "getSlotNames">
  ];
}

#endif
