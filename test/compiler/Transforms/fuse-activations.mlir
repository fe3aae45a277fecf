// RUN: keratin-opt %s -keratin-fuse-activations | FileCheck %s

// CHECK-LABEL: @activates_in_the_product
// CHECK: %[[Y:.*]] = keratin.dense %{{.*}}, %{{.*}} bias(%{{.*}}) {activation = #keratin.activation<relu>}
// CHECK-NEXT: return %[[Y]]
func.func @activates_in_the_product(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %z = keratin.dense %x, %w bias(%b) : (tensor<?x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %y = keratin.activation <relu> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: @fuses_only_the_first_of_two_activations
// CHECK: %[[Y:.*]] = keratin.dense {{.*}} {activation = #keratin.activation<tanh>}
// CHECK: keratin.activation <sigmoid> %[[Y]]
func.func @fuses_only_the_first_of_two_activations(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>) -> tensor<?x3xf32> {
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %y = keratin.activation <tanh> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %s = keratin.activation <sigmoid> %y : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %s : tensor<?x3xf32>
}

// CHECK-LABEL: @keeps_logits_with_another_use
// CHECK: keratin.dense %{{.*}}, %{{.*}} : (
// CHECK: keratin.activation <sigmoid>
func.func @keeps_logits_with_another_use(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %y = keratin.activation <sigmoid> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %z, %y : tensor<?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: @keeps_softmax_apart
// CHECK: keratin.activation <softmax>
func.func @keeps_softmax_apart(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>) -> tensor<?x3xf32> {
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %y = keratin.activation <softmax> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: @needs_a_dense_before_it
// CHECK-NEXT: keratin.activation <relu>
func.func @needs_a_dense_before_it(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = keratin.activation <relu> %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
