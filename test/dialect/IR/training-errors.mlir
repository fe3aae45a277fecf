// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @optimizer_without_learning_rate(%l: tensor<f32>) {
  // expected-error @below {{expects an optimizer and a learning rate together}}
  keratin.minimize %l {optimizer = #keratin.sgd<momentum = 0.0 : f64, nesterov = false>} : tensor<f32>
  return
}

// -----

func.func @learning_rate_without_optimizer(%l: tensor<f32>, %lr: f32, %t: i64) {
  // expected-error @below {{expects an optimizer and a learning rate together}}
  keratin.minimize %l learning_rate(%lr : f32) iteration(%t) : tensor<f32>
  return
}

// -----

func.func @activation_gradient(%y: tensor<?x4xf32>, %g: tensor<?x5xf32>) {
  // expected-error @below {{expects a gradient of type 'tensor<?x4xf32>', got 'tensor<?x5xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %d = keratin.activation_grad <relu> %y, %g : (tensor<?x4xf32>, tensor<?x5xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @dense_input_gradient(%g: tensor<?x4xf32>, %w: tensor<3x5xf32>) {
  // expected-error @below {{expects 4 columns in kernel, got 5}}
  // expected-error @below {{failed to infer returned types}}
  %d = keratin.dense_input_grad %g, %w : (tensor<?x4xf32>, tensor<3x5xf32>) -> tensor<?x3xf32>
  return
}
