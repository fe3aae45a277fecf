// RUN: keratin-opt %S/Inputs/masked-lstm.mlir -keratin-graph-pipeline -keratin-autodiff-pipeline \
// RUN:   -keratin-buffers-pipeline="lanes=8 max-batch=16 max-steps=80" -keratin-loops-pipeline -keratin-flat-pipeline="name=imdb" \
// RUN:   | FileCheck %s

// CHECK: func.func private @imdb_predict_body
// CHECK: func.func @imdb_init(%{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr) -> i32
// CHECK: func.func @imdb_pack(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// CHECK: func.func @imdb_unpack
// CHECK-LABEL: func.func @imdb_predict(
// CHECK-SAME: %[[WS:[a-z0-9]*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[ROWS:[a-z0-9]*]]: i32, %[[STEPS:[a-z0-9]*]]: i32, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// Pointers first, then the workspace, then rows and steps against the maxima.
// CHECK: llvm.icmp "eq" %[[WS]]
// CHECK: arith.cmpi sgt, %[[STEPS]], %c80_i32
// CHECK: arith.cmpi sgt, %[[ROWS]], %c16_i32
// CHECK: keratin.flush_denormals
// CHECK: call @imdb_predict_body
// CHECK: keratin.restore_fp_mode
// CHECK-LABEL: func.func @imdb_train_step(
// The optimizer's count of updates grows by one where the step went well.
// CHECK: call @imdb_train_step_body
// CHECK: arith.addi
// CHECK: llvm.store
