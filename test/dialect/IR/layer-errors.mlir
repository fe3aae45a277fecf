// RUN: keratin-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{expects a static vector or matrix, got 'tensor<?x4xf32>'}}
keratin.param @w : tensor<?x4xf32>

// -----

keratin.param @w : tensor<2x3x4xf32>
func.func @reads_with_more_than_two_dimensions() {
  // expected-error @below {{expects type 'tensor<6x4xf32>' of @w, got 'tensor<2x3x4xf32>'}}
  %w = keratin.read_param @w : tensor<2x3x4xf32>
  return
}

// -----

// expected-error @below {{expects a multiple of 4 columns, got 6}}
keratin.param @w : tensor<3x6xf32> {gates = 4 : i64}

// -----

func.func @reads_no_parameter() {
  // expected-error @below {{refers to @w, which is no parameter}}
  %w = keratin.read_param @w : tensor<4xf32>
  return
}

// -----

keratin.param @w : tensor<4xf32>
func.func @reads_with_another_type() {
  // expected-error @below {{expects type 'tensor<4xf32>' of @w, got 'tensor<5xf32>'}}
  %w = keratin.read_param @w : tensor<5xf32>
  return
}

// -----

func.func @embedding_indices(%x: tensor<?x?x2xi32>, %e: tensor<5x4xf32>) {
  // expected-error @below {{expects indices of rank 1 to 2, got 'tensor<?x?x2xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.embedding %x, %e : (tensor<?x?x2xi32>, tensor<5x4xf32>) -> tensor<?x?x2x4xf32>
  return
}

// -----

func.func @embedding_table(%x: tensor<?xi32>, %e: tensor<5xf32>) {
  // expected-error @below {{expects a table of rank 2, got 'tensor<5xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.embedding %x, %e : (tensor<?xi32>, tensor<5xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @embedding_result(%x: tensor<?xi32>, %e: tensor<5x4xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<?x4xf32>' are incompatible with return type(s) of operation 'tensor<?x5xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.embedding %x, %e : (tensor<?xi32>, tensor<5x4xf32>) -> tensor<?x5xf32>
  return
}

// -----

func.func @mask_of_a_vector(%x: tensor<?xi32>) {
  // expected-error @below {{expects indices of rank 2, got 'tensor<?xi32>'}}
  // expected-error @below {{failed to infer returned types}}
  %m = keratin.compute_mask %x : (tensor<?xi32>) -> tensor<?xi1>
  return
}

// -----

func.func @dropout_of_everything(%x: tensor<?x4xf32>, %s: i64) {
  // expected-error @below {{expects a rate of at least 0 and below 1, got 1.000000e+00}}
  %y = keratin.dropout %x seed(%s, %s) {rate = 1.0 : f64, layer = 0 : i64, noise = #keratin.noise<elementwise>}
      : (tensor<?x4xf32>, i64, i64) -> tensor<?x4xf32>
  return
}

// -----

func.func @dropout_per_sequence_without_steps(%x: tensor<?x4xf32>, %s: i64) {
  // expected-error @below {{expects an input with steps of rank 3, got 'tensor<?x4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.dropout %x seed(%s, %s) {rate = 0.5 : f64, layer = 0 : i64, noise = #keratin.noise<per_sequence>}
      : (tensor<?x4xf32>, i64, i64) -> tensor<?x4xf32>
  return
}

// -----

func.func @dense_input(%x: tensor<4xf32>, %w: tensor<4x3xf32>) {
  // expected-error @below {{expects an input of rank 2 to 3, got 'tensor<4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.dense %x, %w : (tensor<4xf32>, tensor<4x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @dense_kernel(%x: tensor<?x4xf32>, %w: tensor<4xf32>) {
  // expected-error @below {{expects a kernel of rank 2, got 'tensor<4xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @dense_rows(%x: tensor<?x4xf32>, %w: tensor<5x3xf32>) {
  // expected-error @below {{expects 4 rows in kernel, got 5}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<5x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @dense_bias(%x: tensor<?x4xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects 3 elements in bias, got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.dense %x, %w bias(%b) : (tensor<?x4xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @add_types(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error @below {{expects operands of one type, got 'tensor<?x4xf32>' and 'tensor<?x5xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %s = keratin.add %x, %y : (tensor<?x4xf32>, tensor<?x5xf32>) -> tensor<?x4xf32>
  return
}

// -----

keratin.param @words : tensor<9x3xf32>
// expected-error @below {{expects a product of weights}}
keratin.param @product : tensor<9x4xf32> {product = #keratin.product<table = @words, kernel = @nothing>}

// -----

keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x4xf32>
// expected-error @below {{expects the shape and gates of @words times @kernel}}
keratin.param @product : tensor<9x5xf32> {product = #keratin.product<table = @words, kernel = @kernel>}

// -----

keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x4xf32> {gates = 2 : i64}
// expected-error @below {{expects the shape and gates of @words times @kernel}}
keratin.param @product : tensor<9x4xf32> {gates = 4 : i64, product = #keratin.product<table = @words, kernel = @kernel>}

// -----

keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x4xf32>
keratin.param @bias : tensor<2x4xf32>
// expected-error @below {{expects a bias of 4 columns}}
keratin.param @product : tensor<9x4xf32>
    {product = #keratin.product<table = @words, kernel = @kernel, bias = @bias, bias_row = 2>}
