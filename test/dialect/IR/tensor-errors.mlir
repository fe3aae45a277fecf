// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @window_with_too_few_dimensions(%x: tensor<?x6x4xf32>) {
  // expected-error @below {{expects a map from 3 dimensions to 3, got affine_map<(d0, d1) -> (d0, d1, 0)>}}
  %y = keratin.window <sum> %x {map = affine_map<(b, f) -> (b, f, 0)>,
      shape = array<i64: -9223372036854775808, 6>, window = array<i64: 4>,
      input_shape = array<i64: -9223372036854775808, 6, 4>} : (tensor<?x6x4xf32>) -> tensor<?x6xf32>
  return
}

// -----

func.func @window_of_another_input(%x: tensor<?x6x4xf32>) {
  // expected-error @below {{expects input_shape as of its input, 'tensor<?x6x4xf32>'}}
  %y = keratin.window <sum> %x {map = affine_map<(b, f) -> (b, f)>,
      shape = array<i64: -9223372036854775808, 4>, window = array<i64>,
      input_shape = array<i64: -9223372036854775808, 4>} : (tensor<?x6x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @open_window_of_nothing(%x: tensor<?x4xf32>) {
  // expected-error @below {{expects an open dimension of the window to be one of the input}}
  %y = keratin.window <sum> %x {map = affine_map<(b, f, j) -> (b, f)>,
      shape = array<i64: -9223372036854775808, 4>, window = array<i64: -9223372036854775808>,
      input_shape = array<i64: -9223372036854775808, 4>} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gradient_of_a_maximum(%dy: tensor<?x4xf32>) {
  // expected-error @below {{expects input and value for a maximum, and for nothing else}}
  %y = keratin.window_grad <maximum> %dy {map = affine_map<(b, f, j) -> (b, j, f)>,
      shape = array<i64: -9223372036854775808, 4>, window = array<i64: 6>,
      input_shape = array<i64: -9223372036854775808, 6, 4>} : (tensor<?x4xf32>) -> tensor<?x6x4xf32>
  return
}

// -----

func.func @combine_of_two_types(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error @below {{expects operands of one type, got 'tensor<?x4xf32>' and 'tensor<?x5xf32>'}}
  %z = keratin.combine <add> %x, %y : (tensor<?x4xf32>, tensor<?x5xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @combine_with_another_rank(%x: tensor<?x6x4xf32>, %y: tensor<4xf32>) {
  // expected-error @below {{expects a map from 3 dimensions to 1, got affine_map<(d0, d1, d2) -> (d1, d2)>}}
  %z = keratin.combine <add> %x, %y {rhs_map = affine_map<(b, t, f) -> (t, f)>}
      : (tensor<?x6x4xf32>, tensor<4xf32>) -> tensor<?x6x4xf32>
  return
}

// -----

func.func @contraction_of_rows(%x: tensor<?x4xf32>) {
  // expected-error @below {{expects lhs_map to select dimensions, the rows first, got affine_map<(d0, d1, d2) -> (d2, d0)>}}
  %y = keratin.contract %x, %x {lhs_map = affine_map<(b, i, j) -> (j, b)>,
      rhs_map = affine_map<(b, i, j) -> (b, j)>, shape = array<i64: -9223372036854775808, 1>,
      window = array<i64: 4>} : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x1xf32>
  return
}

// -----

func.func @mask_of_rows(%x: tensor<?x4xf32>) {
  // expected-error @below {{expects an input of rank 3, got 'tensor<?x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %m = "keratin.find_mask"(%x) {value = 0.0 : f64, operandSegmentSizes = array<i32: 1, 0, 0>}
      : (tensor<?x4xf32>) -> tensor<?xi1>
  return
}

// -----

func.func @activation_parameters(%x: tensor<?x4xf32>) {
  // expected-error @below {{expects 3 parameters of rectifier, got 1}}
  %y = keratin.activation <rectifier> %x {parameters = array<f64: 1.0>} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}
