// RUN: keratin-opt %S/Inputs/masked-lstm.mlir -keratin-graph-pipeline -keratin-autodiff-pipeline -keratin-assign-layouts="lanes=8" \
// RUN:   -convert-keratin-to-buffers="max-batch=32 max-steps=80" | FileCheck %s

// CHECK-LABEL: func.func @predict
// CHECK-SAME: %[[WS:.*]]: memref<?xi8> {keratin.element = i8, keratin.role = "workspace"}
// CHECK-SAME: keratin.role = "rows"{{.*}}keratin.role = "steps"
// CHECK-SAME: keratin.max_batch = 32 : i64, keratin.max_steps = 80 : i64

// Indices are checked on the way in, and nothing else runs where one is wrong.
// CHECK: %[[STATUS:.*]] = keratin.import {{.*}} {error = 3 : i32, limit = 11 : i64, wrap}
// CHECK: scf.if
// Sequences are time-major, rows padded to whole vectors.
// CHECK: keratin.embedding {{.*}}-> ()
// CHECK: memref<32x80x4xf32, strided<[8, 256, 1]>>
// CHECK: keratin.export
// CHECK: return %[[STATUS]]

// CHECK-LABEL: func.func @train_step
// CHECK: keratin.dense %{{.*}} outs(%[[GATES:[a-z0-9_]*]]) {{.*}}gates = 4
// With a tape gates take the place of the hoisted product, and their gradient the place of the gates.
// CHECK: keratin.lstm %[[GATES]] {{.*}}outs(%{{.*}}, %{{.*}}, %[[GATES]], %[[CELLS:[^,]*]], {{.*}}{tape}
// CHECK: keratin.lstm_grad {{.*}}tape(%[[GATES]], %[[CELLS]]) {{.*}}outs(%[[GATES]],
// CHECK: keratin.update @emb, {{.*}}outs(%{{.*}}, %{{.*}}, %{{.*}})
// CHECK-NOT: tensor<?
