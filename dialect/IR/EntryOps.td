// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What surrounds the work of an entry: the floating-point mode.
#ifndef KERATIN_ENTRY_OPS_TD
#define KERATIN_ENTRY_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_FlushDenormalsOp : Keratin_Op<"flush_denormals"> {
  let summary = "makes denormal numbers flush to zero, and returns the mode before";
  let description = [{
    Where the target has such a mode; elsewhere nothing happens.

    ```mlir
    %mode = keratin.flush_denormals : i32
    ```
  }];
  let results = (outs I32:$mode);
  let assemblyFormat = "attr-dict `:` type($mode)";
}

def Keratin_RestoreFpModeOp : Keratin_Op<"restore_fp_mode"> {
  let summary = "sets the floating-point mode to one that keratin.flush_denormals returned";
  let description = [{
    ```mlir
    keratin.restore_fp_mode %mode
    ```
  }];
  let arguments = (ins I32:$mode);
  let assemblyFormat = "$mode attr-dict";
}

#endif
