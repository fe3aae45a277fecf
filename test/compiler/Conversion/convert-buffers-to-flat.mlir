// RUN: keratin-opt %s -convert-buffers-to-flat -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @linear_index_of_static_strides
// CHECK-SAME: (%[[P:.*]]: !llvm.ptr {llvm.noalias}, %[[I:.*]]: index, %[[J:.*]]: index)
func.func @linear_index_of_static_strides(%block: memref<?xi8>, %i: index, %j: index) {
  // CHECK: %[[BASE:.*]] = llvm.getelementptr %[[P]][128] : (!llvm.ptr) -> !llvm.ptr, i8
  %buffer = keratin.buffer %block[128] : memref<?xi8> to memref<4x6x8xf32, strided<[8, 32, 1]>>
  // CHECK: arith.muli %[[I]], %c8
  // CHECK: arith.muli %[[J]], %c32
  // CHECK: llvm.getelementptr %[[BASE]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  // CHECK: %[[V:.*]] = llvm.load {{.*}} -> vector<8xf32>
  %c0 = arith.constant 0 : index
  %v = vector.load %buffer[%i, %j, %c0] : memref<4x6x8xf32, strided<[8, 32, 1]>>, vector<8xf32>
  // CHECK: llvm.store %[[V]]
  vector.store %v, %buffer[%j, %i, %c0] : memref<4x6x8xf32, strided<[8, 32, 1]>>, vector<8xf32>
  return
}

// CHECK-LABEL: func.func @masks_are_bytes
func.func @masks_are_bytes(%mask: memref<?xi1>, %i: index) {
  // CHECK: %[[B:.*]] = llvm.load {{.*}} -> i8
  %m = memref.load %mask[%i] : memref<?xi1>
  %c0 = arith.constant 0 : index
  // CHECK: llvm.store {{.*}} : i8
  memref.store %m, %mask[%c0] : memref<?xi1>
  return
}
