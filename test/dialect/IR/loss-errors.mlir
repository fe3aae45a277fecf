// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @sparse_labels_are_integers(%p: tensor<?x3xf32>, %y: tensor<?xf32>) {
  // expected-error @below {{expects integer labels, got 'tensor<?xf32>'}}
  %l = keratin.loss <sparse_categorical_crossentropy> %p, %y : (tensor<?x3xf32>, tensor<?xf32>) -> tensor<f32>
  return
}

// -----

func.func @sparse_labels_have_one_dimension_less(%p: tensor<?x3xf32>, %y: tensor<?x1xi32>) {
  // expected-error @below {{expects targets of rank 1, got 2}}
  %l = keratin.loss <sparse_categorical_crossentropy> %p, %y : (tensor<?x3xf32>, tensor<?x1xi32>) -> tensor<f32>
  return
}

// -----

func.func @targets_are_floats(%p: tensor<?x3xf32>, %y: tensor<?x3xi32>) {
  // expected-error @below {{expects floating-point targets, got 'tensor<?x3xi32>'}}
  %l = keratin.loss <binary_crossentropy> %p, %y : (tensor<?x3xf32>, tensor<?x3xi32>) -> tensor<f32>
  return
}

// -----

func.func @gradients_check_targets_too(%p: tensor<?x3xf32>, %y: tensor<?xf32>) {
  // expected-error @below {{expects targets of rank 2, got 1}}
  %l = keratin.loss_grad <categorical_crossentropy> %p, %y : (tensor<?x3xf32>, tensor<?xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @errors_have_no_logits(%p: tensor<?x3xf32>) {
  // expected-error @below {{has no logits to start from}}
  %l = keratin.loss <mean_squared_error> %p, %p {from_logits} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @totals_weight_each_loss(%p: tensor<?x3xf32>) {
  %l = keratin.loss <mean_squared_error> %p, %p : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32>
  // expected-error @below {{expects a weight for each of its losses, got 2 for 1}}
  %t = keratin.total_loss %l {weights = array<f64: 1.0, 0.5>} : (tensor<f32>) -> tensor<f32>
  return
}
