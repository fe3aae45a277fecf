// RUN: keratin-opt %s -keratin-assign-layouts="lanes=8" -convert-keratin-to-buffers="max-batch=4 max-steps=1" | FileCheck %s

keratin.param @large : tensor<11x4xf32> {trainable}
keratin.param @small : tensor<7x4xf32> {trainable}

// One check serves both tables, so it is the smaller one's; and -1 would mean another row in each.
// CHECK-LABEL: func.func @predict
// CHECK: keratin.import
// CHECK-SAME: {error = 3 : i32, limit = 7 : i64}
func.func @predict(%x: tensor<?xi32> {keratin.role="input"}) -> tensor<?x4xf32> attributes {keratin.entry = "predict"} {
  %large = keratin.read_param @large : tensor<11x4xf32>
  %small = keratin.read_param @small : tensor<7x4xf32>
  %a = keratin.embedding %x, %large : (tensor<?xi32>, tensor<11x4xf32>) -> tensor<?x4xf32>
  %b = keratin.embedding %x, %small : (tensor<?xi32>, tensor<7x4xf32>) -> tensor<?x4xf32>
  %sum = keratin.add %a, %b : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %sum : tensor<?x4xf32>
}
