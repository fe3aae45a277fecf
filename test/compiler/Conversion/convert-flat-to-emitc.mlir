// RUN: keratin-opt %s -keratin-verify-flat -convert-flat-to-emitc -o %t.mlir
// RUN: mlir-translate --mlir-to-cpp %t.mlir > %t.cpp
// RUN: FileCheck %s < %t.cpp
// RUN: %clangxx -std=c++17 -O2 -Wall -Wextra -Wconversion -Werror -c %t.cpp -o %t.o
// RUN: g++ -std=c++17 -O2 -Wall -Wextra -Wconversion -Werror -c %t.cpp -o %t.o

// CHECK: #include <stdint.h>
// CHECK: extern "C" void scale(
// CHECK: for (
func.func @scale(%p: !llvm.ptr, %factor: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %n step %c8 {
    %k = arith.index_cast %i : index to i64
    %a = llvm.getelementptr %p[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %a : !llvm.ptr -> vector<8xf32>
    %f = vector.broadcast %factor : f32 to vector<8xf32>
    %r = vector.fma %v, %f, %v : vector<8xf32>
    llvm.store %r, %a : vector<8xf32>, !llvm.ptr
  }
  return
}
