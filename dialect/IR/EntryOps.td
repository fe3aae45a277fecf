// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an entry of the artifact does besides computing: the floating-point mode that it sets and gives back.
#ifndef KERATIN_ENTRY_OPS_TD
#define KERATIN_ENTRY_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_FlushDenormalsOp : Keratin_Op<"flush_denormals"> {
  let summary = "makes denormal results and operands zero; returns the previous floating-point mode";
  let description = [{
    An entry begins with it: arithmetic on denormals, which decayed optimizer moments become, is up to a hundred
    times slower. Where the target has no such mode the op does nothing and returns zero.

    ```mlir
    %mode = keratin.flush_denormals : i32
    ```
  }];
  let results = (outs I32:$mode);
  let assemblyFormat = "attr-dict `:` type($mode)";
}

def Keratin_RestoreFpModeOp : Keratin_Op<"restore_fp_mode"> {
  let summary = "gives back the floating-point mode that keratin.flush_denormals returned";
  let description = [{
    ```mlir
    keratin.restore_fp_mode %mode
    ```
  }];
  let arguments = (ins I32:$mode);
  let assemblyFormat = "$mode attr-dict";
}

#endif
