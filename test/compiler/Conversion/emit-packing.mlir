// RUN: keratin-opt %s -keratin-emit-packing | FileCheck %s

module attributes {keratin.machine = #keratin.machine<lanes = 8, registers = 16, fma = true>} {
  keratin.param @kernel : tensor<3x20xf32> {gates = 4 : i64, layout = #keratin.layout<gates = 4, lanes = 8, panel = 32>}
  keratin.param @words : tensor<9x3xf32> {layout = #keratin.layout<gates = 1, lanes = 8, panel = 8>}
  keratin.param @product : tensor<9x20xf32> {gates = 4 : i64, layout = #keratin.layout<gates = 4, lanes = 8, panel = 32>,
      product = #keratin.product<table = @words, kernel = @kernel>}
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

// A product is none of the weights that are packed or unpacked; it is computed from them.
// CHECK-NOT: func.func private @{{(un)?}}pack_product
// CHECK-LABEL: func.func private @product_product(%{{.*}}: memref<?xi8>)
// CHECK-SAME: keratin.packing = "product"
// CHECK: vector.fma
// CHECK: vector.store %{{.*}} : memref<9x32xf32>, vector<8xf32>
