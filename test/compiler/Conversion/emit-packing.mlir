// RUN: keratin-opt %s -keratin-emit-packing | FileCheck %s

module attributes {keratin.machine = #keratin.machine<lanes = 8, registers = 16, fma = true>} {
  keratin.param @kernel : tensor<3x20xf32> {gates = 4 : i64, layout = #keratin.layout<gates = 4, lanes = 8, panel = 32>}
}

// Padding is cleared first.
// CHECK-LABEL: func.func private @pack_kernel(%{{.*}}: memref<?xf32>, %{{.*}}: memref<?xi8>)
// CHECK-SAME: keratin.packing = "pack"
// CHECK: vector.store %cst
// CHECK: %[[W:.*]] = memref.load %arg0
// CHECK: memref.store %[[W]], %{{.*}} : memref<1x3x32xf32>

// CHECK-LABEL: func.func private @unpack_kernel
// CHECK: %[[W:.*]] = memref.load %{{.*}} : memref<1x3x32xf32>
// CHECK: memref.store %[[W]], %arg0
