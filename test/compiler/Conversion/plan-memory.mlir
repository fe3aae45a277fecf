// RUN: keratin-opt %s -keratin-plan-memory | FileCheck %s

// CHECK-LABEL: func.func @reuses_what_is_dead
// CHECK-SAME: keratin.workspace_bytes = 192
func.func @reuses_what_is_dead(%workspace: memref<?xi8>, %n: index) attributes {keratin.entry = "predict"} {
  // CHECK: %[[A:.*]] = keratin.buffer %{{.*}}[64] : memref<?xi8> to memref<4x4xf32, strided<[4, 1]>>
  %a = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  // CHECK: %[[B:.*]] = keratin.buffer %{{.*}}[128]
  %b = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  // CHECK: %[[C:.*]] = keratin.buffer %{{.*}}[64]
  %c = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  // CHECK: keratin.activation <relu> %[[A]] outs(%[[B]])
  keratin.activation <relu> %a outs(%b) extents(%n) : (memref<4x4xf32, strided<[4, 1]>>, memref<4x4xf32, strided<[4, 1]>>, index) -> ()
  // CHECK: keratin.activation <tanh> %[[B]] outs(%[[C]])
  keratin.activation <tanh> %b outs(%c) extents(%n) : (memref<4x4xf32, strided<[4, 1]>>, memref<4x4xf32, strided<[4, 1]>>, index) -> ()
  // CHECK-NOT: memref.alloc
  return
}

// CHECK-LABEL: func.func @keeps_apart_what_lives_together
// CHECK-SAME: keratin.workspace_bytes = 256
func.func @keeps_apart_what_lives_together(%workspace: memref<?xi8>, %n: index) attributes {keratin.entry = "predict"} {
  // CHECK-DAG: keratin.buffer %{{.*}}[64]
  // CHECK-DAG: keratin.buffer %{{.*}}[128]
  // CHECK-DAG: keratin.buffer %{{.*}}[192]
  %a = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  %b = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  %c = memref.alloc() : memref<4x4xf32, strided<[4, 1]>>
  keratin.add %a, %b outs(%c) extents(%n) : (memref<4x4xf32, strided<[4, 1]>>, memref<4x4xf32, strided<[4, 1]>>, memref<4x4xf32, strided<[4, 1]>>, index) -> ()
  return
}
