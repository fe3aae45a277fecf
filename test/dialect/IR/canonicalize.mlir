// RUN: keratin-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @removes_dropout_of_rate_zero
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>
// CHECK-NEXT: return %[[X]]
func.func @removes_dropout_of_rate_zero(%x: tensor<?x4xf32>, %s: i64) -> tensor<?x4xf32> {
  %y = keratin.dropout %x seed(%s, %s) {rate = 0.0 : f64, layer = 0 : i64, noise = #keratin.noise<elementwise>}
      : (tensor<?x4xf32>, i64, i64) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @keeps_dropout_of_other_rates
// CHECK: keratin.dropout
func.func @keeps_dropout_of_other_rates(%x: tensor<?x4xf32>, %s: i64) -> tensor<?x4xf32> {
  %y = keratin.dropout %x seed(%s, %s) {rate = 0.1 : f64, layer = 0 : i64, noise = #keratin.noise<elementwise>}
      : (tensor<?x4xf32>, i64, i64) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @removes_linear_activation
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>
// CHECK-NEXT: return %[[X]]
func.func @removes_linear_activation(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = keratin.activation <linear> %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @applies_relu_once
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[Y:.*]] = keratin.activation <relu> %[[X]]
// CHECK-NEXT: return %[[Y]]
func.func @applies_relu_once(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = keratin.activation <relu> %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %z = keratin.activation <relu> %y : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// CHECK-LABEL: @applies_tanh_twice
// CHECK-COUNT-2: keratin.activation <tanh>
func.func @applies_tanh_twice(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = keratin.activation <tanh> %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %z = keratin.activation <tanh> %y : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// CHECK-LABEL: @removes_what_nobody_reads
// CHECK-NEXT: return
func.func @removes_what_nobody_reads(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>) {
  %y = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  return
}

// CHECK-LABEL: @keeps_what_the_caller_sees
// CHECK: keratin.record
func.func @keeps_what_the_caller_sees(%l: tensor<f32>) {
  keratin.record %l {slot = 0 : i64} : (tensor<f32>) -> ()
  return
}
