// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way from the flat form to C++.
#ifndef KERATIN_FLAT_TO_EMITC_PASSES_TD
#define KERATIN_FLAT_TO_EMITC_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFlatToEmitCPass : Pass<"convert-flat-to-emitc", "::mlir::ModuleOp"> {
  let summary = "turn the flat form into EmitC ops that print as standalone C++";
  let description = [{
    Every function of the flat form becomes an `emitc.func`; the module begins with what its functions need:
    pragmas, the typedefs of the vectors that occur, macros. Vectors become GCC/Clang vector extensions, pointers
    become pointers to the type that is read through them, values that are used once become part of their user's
    expression.

    ```mlir
    %0 = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %1 = llvm.load %0 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %2 = vector.fma %1, %w, %acc : vector<8xf32>
    ```

    is printed as

    ```c++
    v8 = LOAD(f32x8_u, x + i) * w + acc;
    ```
  }];
  let dependentDialects = ["::mlir::emitc::EmitCDialect"];
}

def VerifyFlatPass : Pass<"keratin-verify-flat", "::mlir::ModuleOp"> {
  let summary = "check that a module is in the flat form, the only input of both printers";
  let description = [{
    The flat form is functions over index, i1, i8, i32, i64, f32, f64, `!llvm.ptr` and one-dimensional vectors of
    f32, f64, i32, i64 and i1 whose number of lanes is a power of two; `scf.for`, `scf.if`; arithmetic of `arith`,
    `math.fma`, `math.sqrt`, `math.absf`; `vector.broadcast` of a scalar, `extract` and `insert` at constant
    positions, `shuffle`; `llvm.getelementptr` with one index, `llvm.load`, `llvm.store`, null pointers and their
    comparison, prefetches. Vectors of i1 are made by comparisons, read by selects, and never in memory.

    ```mlir
    func.func private @scale(%x: !llvm.ptr {llvm.noalias}, %n: index, %factor: f32) {
      %c0 = arith.constant 0 : index
      %c8 = arith.constant 8 : index
      %f = vector.broadcast %factor : f32 to vector<8xf32>
      scf.for %i = %c0 to %n step %c8 {
        %k = arith.index_cast %i : index to i64
        %p = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %v = llvm.load %p {alignment = 32 : i64} : !llvm.ptr -> vector<8xf32>
        %w = arith.mulf %v, %f : vector<8xf32>
        llvm.store %w, %p {alignment = 32 : i64} : vector<8xf32>, !llvm.ptr
      }
      return
    }
    ```
  }];
}

#endif
