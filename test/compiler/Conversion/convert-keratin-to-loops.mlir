// RUN: keratin-opt %S/Inputs/masked-lstm.mlir -keratin-graph-pipeline -keratin-autodiff-pipeline \
// RUN:   -keratin-buffers-pipeline="lanes=8 max-batch=2 max-steps=80" -o %t.buffers.mlir
// RUN: keratin-opt %t.buffers.mlir -convert-keratin-to-loops -canonicalize -cse -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=NEVER < %t.mlir

// Nothing is allocated or copied once buffers are planned.
// NEVER-NOT: memref.alloc
// NEVER-NOT: memref.alloca
// NEVER-NOT: memref.copy
// NEVER-NOT: linalg.fill

// CHECK-LABEL: func.func @predict
// CHECK-SAME: %[[STEPS:[a-z0-9]*]]: index {keratin.role = "steps"}
// One loop over time; within it the recurrent product, four vectors of gates a row, in registers.
// CHECK: keratin.buffer {{.*}}memref<2x2x5xf32
// CHECK: scf.for %[[STEP:[a-z0-9]*]] = %c0{{.*}} to %[[STEPS]] step %c1
// CHECK-NEXT: arith.andi %[[STEP]], %c1
// CHECK: scf.for {{.*}}iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
// CHECK-COUNT-4: vector.fma
// CHECK: scf.yield
// Gates follow in the same tile: what is stored next is a state after activation and mask, never a pre-activation.
// CHECK-NOT: vector.store
// CHECK: arith.divf
// CHECK: arith.select
// CHECK: vector.store
