// RUN: keratin-opt %s -split-input-file -keratin-differentiate | FileCheck %s

keratin.param @kernel : tensor<4x3xf32> {trainable}
keratin.param @bias : tensor<3xf32> {trainable}

// CHECK-LABEL: @updates_dense_parameters
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: {{.*}}, %[[LR:[^:]*]]: f32, %[[T:[^:]*]]: i64
// CHECK: %[[Z:.*]] = keratin.dense
// CHECK: %[[P:.*]] = keratin.activation <relu> %[[Z]]
// CHECK: keratin.loss <mean_squared_error> %[[P]], %[[Y]]
// CHECK: %[[DP:.*]] = keratin.loss_grad <mean_squared_error> %[[P]], %[[Y]]
// CHECK: %[[DZ:.*]] = keratin.activation_grad <relu> %[[P]], %[[DP]]
// CHECK: %[[DW:.*]] = keratin.dense_kernel_grad %[[X]], %[[DZ]]
// CHECK: %[[DB:.*]] = keratin.bias_grad %[[DZ]]
// CHECK-NOT: keratin.dense_input_grad
// CHECK: keratin.update @kernel, %[[DW]] learning_rate(%[[LR]]) iteration(%[[T]]) {optimizer = #keratin.sgd
// CHECK-NEXT: keratin.update @bias, %[[DB]]
// CHECK-NEXT: return
func.func @updates_dense_parameters(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>, %lr: f32, %t: i64) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %b = keratin.read_param @bias : tensor<3xf32>
  %z = keratin.dense %x, %w bias(%b) : (tensor<?x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %p = keratin.activation <relu> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %p, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l learning_rate(%lr : f32) iteration(%t) {optimizer = #keratin.sgd<momentum = 0.0 : f64, nesterov = false>} : tensor<f32>
  return
}

// -----

keratin.param @frozen : tensor<4x3xf32>
keratin.param @between : tensor<3x3xf32> {trainable}
keratin.param @last : tensor<3x1xf32>

// CHECK-LABEL: @computes_only_what_is_needed
// CHECK: %[[H:.*]] = keratin.dense
// CHECK: %[[DZ:.*]] = keratin.loss_grad
// CHECK-NEXT: %[[DH:.*]] = keratin.dense_input_grad %[[DZ]]
// CHECK-NEXT: %[[DW:.*]] = keratin.dense_kernel_grad %[[H]], %[[DH]]
// CHECK-NEXT: keratin.write_gradient @between, %[[DW]]
// CHECK-NEXT: return
func.func @computes_only_what_is_needed(%x: tensor<?x4xf32>, %y: tensor<?x1xf32>) {
  %0 = keratin.read_param @frozen : tensor<4x3xf32>
  %1 = keratin.read_param @between : tensor<3x3xf32>
  %2 = keratin.read_param @last : tensor<3x1xf32>
  %h = keratin.dense %x, %0 : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %g = keratin.dense %h, %1 : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>
  %z = keratin.dense %g, %2 : (tensor<?x3xf32>, tensor<3x1xf32>) -> tensor<?x1xf32>
  %l = keratin.loss <mean_absolute_error> %z, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @shared : tensor<3x3xf32> {trainable}

// CHECK-LABEL: @adds_the_gradients_of_all_uses
// CHECK: %[[H:.*]] = keratin.dense
// CHECK: %[[S:.*]] = keratin.add %[[H]],
// CHECK: %[[DS:.*]] = keratin.loss_grad <mean_squared_error> %[[S]]
// CHECK: %[[DW1:.*]] = keratin.dense_kernel_grad %[[H]], %[[DS]]
// CHECK: %[[DH1:.*]] = keratin.dense_input_grad %[[DS]]
// CHECK: %[[DH:.*]] = keratin.add %[[DS]], %[[DH1]]
// CHECK: %[[DW2:.*]] = keratin.dense_kernel_grad %{{.*}}, %[[DH]]
// CHECK: %[[DW:.*]] = keratin.add %[[DW2]], %[[DW1]]
// CHECK: keratin.write_gradient @shared, %[[DW]]
func.func @adds_the_gradients_of_all_uses(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>) {
  %w0 = keratin.read_param @shared : tensor<3x3xf32>
  %w1 = keratin.read_param @shared : tensor<3x3xf32>
  %h = keratin.dense %x, %w0 : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>
  %g = keratin.dense %h, %w1 : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>
  %s = keratin.add %h, %g : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %s, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}

// CHECK-LABEL: @reads_the_input_of_softplus
// CHECK: %[[Z:.*]] = keratin.dense
// CHECK: keratin.activation_grad <softplus> %[[Z]],
func.func @reads_the_input_of_softplus(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %p = keratin.activation <softplus> %z : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %p, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// CHECK-LABEL: @reads_the_result_of_a_fused_activation
// CHECK: %[[P:.*]] = keratin.dense
// CHECK: %[[DZ:.*]] = keratin.activation_grad <tanh> %[[P]],
// CHECK: keratin.dense_kernel_grad %{{.*}}, %[[DZ]]
func.func @reads_the_result_of_a_fused_activation(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %p = keratin.dense %x, %w {activation = #keratin.activation<tanh>} : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %p, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @frozen : tensor<4x3xf32>

// CHECK-LABEL: @does_nothing_where_all_is_frozen
// CHECK: keratin.loss
// CHECK-NEXT: keratin.record
// CHECK-NEXT: return
func.func @does_nothing_where_all_is_frozen(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @frozen : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.record %l {slot = 0 : i64} : (tensor<f32>) -> ()
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}

// CHECK-LABEL: @updates_after_everything_else
// CHECK: keratin.loss_grad <categorical_crossentropy> %{{.*}}, %{{.*}} weight(%{{.*}}) mask(%{{.*}}) {from_logits, label_smoothing = 1.000000e-01 : f64, reduction = #keratin.reduction<sum>}
// CHECK: keratin.dense_kernel_grad
// CHECK: keratin.record
// CHECK-NEXT: keratin.write_gradient
// CHECK-NEXT: return
func.func @updates_after_everything_else(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>, %w: tensor<?xf32>, %m: tensor<?xi1>) {
  %k = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %k : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <categorical_crossentropy> %z, %y weight(%w) mask(%m) {from_logits, label_smoothing = 0.1 : f64, reduction = #keratin.reduction<sum>}
      : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?xf32>, tensor<?xi1>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  keratin.record %l {slot = 0 : i64} : (tensor<f32>) -> ()
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}
keratin.param @unused : tensor<3xf32> {trainable}

// CHECK-LABEL: @leaves_parameters_alone_that_the_loss_does_not_read
// CHECK: keratin.write_gradient @kernel
// CHECK-NEXT: return
func.func @leaves_parameters_alone_that_the_loss_does_not_read(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}

// CHECK-LABEL: @weights_each_loss_of_a_total
// CHECK: %[[D1:.*]] = keratin.loss_grad <mean_absolute_error> {{.*}} {loss_weight = 5.000000e-01 : f64}
// CHECK: %[[D0:.*]] = keratin.loss_grad <mean_squared_error>
// CHECK-NOT: loss_weight
// CHECK: %[[D:.*]] = keratin.add %[[D1]], %[[D0]]
// CHECK: keratin.dense_kernel_grad %{{.*}}, %[[D]]
func.func @weights_each_loss_of_a_total(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l0 = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  %l1 = keratin.loss <mean_absolute_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  %total = keratin.total_loss %l0, %l1 {weights = array<f64: 1.0, 0.5>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
  keratin.minimize %total : tensor<f32>
  return
}
