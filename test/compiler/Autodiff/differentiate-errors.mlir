// RUN: keratin-opt %s -split-input-file -verify-diagnostics -keratin-differentiate

keratin.param @kernel : tensor<3x8xf32> {gates = 4 : i64, trainable}
keratin.param @recurrent : tensor<2x8xf32> {gates = 4 : i64, trainable}
func.func @needs_hoisted_products(%x: tensor<?x?x3xf32>, %y: tensor<?x2xf32>) {
  %k = keratin.read_param @kernel : tensor<3x8xf32>
  %u = keratin.read_param @recurrent : tensor<2x8xf32>
  // expected-error @below {{has a gradient only after keratin-hoist-input-products}}
  %h = keratin.lstm %x kernel(%k) recurrent(%u) : (tensor<?x?x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  %l = keratin.loss <mean_squared_error> %h, %y : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @recurrent : tensor<2x8xf32> {gates = 4 : i64, trainable}
func.func @needs_cell_activations_with_a_derivative_of_their_result(%z: tensor<?x?x8xf32>, %y: tensor<?x2xf32>) {
  %u = keratin.read_param @recurrent : tensor<2x8xf32>
  // expected-error @below {{has no gradient with activation silu, whose input is not kept}}
  %h = keratin.lstm %z recurrent(%u) {activation = #keratin.activation<silu>} : (tensor<?x?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  %l = keratin.loss <mean_squared_error> %h, %y : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}
func.func @needs_the_input_of_silu(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  // expected-error @below {{has no gradient with activation silu, whose input is not kept; differentiate before keratin-fuse-activations}}
  %p = keratin.dense %x, %w {activation = #keratin.activation<silu>} : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %p, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}
func.func @names_the_op_without_gradient(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  // expected-error @below {{'keratin.dense_kernel_grad' op has no gradient}}
  %p = keratin.dense_kernel_grad %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %z = keratin.dense %x, %p : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

func.func @minimizes_once(%p: tensor<?x3xf32>, %y: tensor<?x3xf32>) {
  %l = keratin.loss <mean_squared_error> %p, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  // expected-error @below {{expects to be the only one of its function}}
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}
func.func @minimizes_a_loss_itself(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  %s = keratin.add %l, %l : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // expected-error @below {{expects the results of keratin.loss, keratin.total_loss and keratin.penalty}}
  keratin.minimize %s : tensor<f32>
  return
}

// -----

keratin.param @kernel : tensor<4x3xf32> {trainable}
func.func @trains_no_targets(%x: tensor<?x4xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32>
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  // expected-error @below {{has a gradient with respect to its prediction only}}
  %l = keratin.loss <mean_squared_error> %z, %z : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}
