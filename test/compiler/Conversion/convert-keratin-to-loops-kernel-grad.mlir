// RUN: keratin-opt %s -convert-keratin-to-loops -canonicalize -cse | FileCheck %s

// Seventeen columns are five vectors of four in a row of the gradient, and two panels of four vectors in the kernel:
// behind the fifth one stands the next row, which must not count.
module attributes {keratin.machine = #keratin.machine<lanes = 4, registers = 16, fma = false>} {
  // CHECK-LABEL: func.func @kernel_grad
  // CHECK: scf.for {{.*}} iter_args
  // CHECK-COUNT-4: vector.load %arg1
  // CHECK-NOT: vector.load %arg1
  // CHECK: scf.yield
  // CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>)
  // CHECK: vector.load %arg1{{.*}}%c16
  // CHECK-NOT: vector.load %arg1
  // CHECK: scf.yield
  func.func @kernel_grad(%input: memref<8x2xf32, strided<[4, 1]>>, %gradient: memref<8x17xf32, strided<[20, 1]>>, %kernel: memref<2x2x16xf32>, %rows: index) {
    keratin.dense_kernel_grad %input, %gradient outs(%kernel) extents(%rows) : (memref<8x2xf32, strided<[4, 1]>>, memref<8x17xf32, strided<[20, 1]>>, memref<2x2x16xf32>, index) -> ()
    return
  }
}
