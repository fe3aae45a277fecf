// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect itself, and the base class of its ops.
#ifndef KERATIN_DIALECT_TD
#define KERATIN_DIALECT_TD

include "mlir/IR/OpBase.td"

def Keratin_Dialect : Dialect {
  let name = "keratin";
  let cppNamespace = "::keratin";
  let summary = "Recurrent and dense Keras models, their losses, gradients and updates";
  let description = [{
    An op of this dialect is a layer of a Keras model, or what training adds to one: a loss, a metric, a
    gradient, an update. Every compute op has two forms with the same meaning:

    - the *tensor form*, in which operands and results are tensors and the op is pure; a leading dimension `?`
      is the batch, a second dimension `?` the time steps;
    - the *buffer form*, in which operands are memrefs of the compiled maxima, results are written to `outs`, and
      `extents` holds the number of rows (and steps) that this call really has.

    `convert-keratin-to-buffers` leads from the first to the second.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect"];
}

class Keratin_Op<string mnemonic, list<Trait> traits = []> : Op<Keratin_Dialect, mnemonic, traits>;

#endif
