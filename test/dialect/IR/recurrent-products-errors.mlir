// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @grad_cells(%dy: tensor<?x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x8xf32>, %c: tensor<?x5x3xf32>) {
  // expected-error @below {{expects 2 columns in states, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g, %c)
      : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x5x8xf32>, tensor<?x5x3xf32>) -> tensor<?x5x8xf32>
  return
}

// -----

func.func @cell_is_elementwise(%z: tensor<?x5x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects elementwise activations, got softmax}}
  %y = keratin.lstm %z recurrent(%u) {recurrent_activation = #keratin.activation<softmax>}
      : (tensor<?x5x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @tape_keeps_results_only(%z: tensor<?x5x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects activations whose gradient reads their result, got silu}}
  %y:3 = keratin.lstm %z recurrent(%u) {activation = #keratin.activation<silu>, return_sequences, tape}
      : (tensor<?x5x8xf32>, tensor<2x8xf32>) -> (tensor<?x5x2xf32>, tensor<?x5x8xf32>, tensor<?x5x2xf32>)
  return
}

// -----

func.func @grad_reads_results_only(%dy: tensor<?x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x8xf32>, %c: tensor<?x5x2xf32>) {
  // expected-error @below {{expects activations whose gradient reads their result, got silu}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g, %c) {activation = #keratin.activation<silu>}
      : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x5x8xf32>, tensor<?x5x2xf32>) -> tensor<?x5x8xf32>
  return
}

// -----

func.func @number_of_states(%z: tensor<?x?x6xf32>, %u: tensor<2x6xf32>, %h: tensor<?x2xf32>) {
  // expected-error @below {{expects 1 initial states or none, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.gru %z recurrent(%u) initial(%h, %h) : (tensor<?x?x6xf32>, tensor<2x6xf32>, tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @gates_in_factors(%z: tensor<?x?x6xf32>, %u: tensor<2x6xf32>, %f: tensor<?x4x2xf32>) {
  // expected-error @below {{expects 3 gates in factors, got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.gru %z recurrent(%u) recurrent_factors(%f) : (tensor<?x?x6xf32>, tensor<2x6xf32>, tensor<?x4x2xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @features_in_factors(%z: tensor<?x?x6xf32>, %u: tensor<2x6xf32>, %f: tensor<?x3x1xf32>) {
  // expected-error @below {{expects 2 features in factors, got 1}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.gru %z recurrent(%u) recurrent_factors(%f) : (tensor<?x?x6xf32>, tensor<2x6xf32>, tensor<?x3x1xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @rank_of_factors(%z: tensor<?x?x6xf32>, %u: tensor<2x6xf32>, %f: tensor<?x6xf32>) {
  // expected-error @below {{expects factors of rank 3, got 'tensor<?x6xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.gru %z recurrent(%u) recurrent_factors(%f) : (tensor<?x?x6xf32>, tensor<2x6xf32>, tensor<?x6xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @grad_state_tape(%dy: tensor<?x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x8xf32>) {
  // expected-error @below {{expects a state tape}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g) : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x5x8xf32>) -> tensor<?x5x8xf32>
  return
}

// -----

func.func @grad_no_state_tape(%dy: tensor<?x2xf32>, %u: tensor<2x2xf32>, %g: tensor<?x5x2xf32>) {
  // expected-error @below {{expects no state tape}}
  %dz = keratin.simple_rnn_grad %dy recurrent(%u) tape(%g, %g) : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<?x5x2xf32>, tensor<?x5x2xf32>) -> tensor<?x5x2xf32>
  return
}

// -----

func.func @grad_inner_tape(%dy: tensor<?x2xf32>, %u: tensor<2x6xf32>, %g: tensor<?x5x6xf32>, %h: tensor<?x5x2xf32>) {
  // expected-error @below {{expects an inner tape}}
  %dz:2 = keratin.gru_grad %dy recurrent(%u) tape(%g, %h) {reset_after}
      : (tensor<?x2xf32>, tensor<2x6xf32>, tensor<?x5x6xf32>, tensor<?x5x2xf32>) -> (tensor<?x5x6xf32>, tensor<?x5x6xf32>)
  return
}

// -----

func.func @grad_no_inner_tape(%dy: tensor<?x2xf32>, %u: tensor<2x6xf32>, %g: tensor<?x5x6xf32>, %h: tensor<?x5x2xf32>) {
  // expected-error @below {{expects no inner tape}}
  %dz = keratin.gru_grad %dy recurrent(%u) tape(%g, %h) inner(%h)
      : (tensor<?x2xf32>, tensor<2x6xf32>, tensor<?x5x6xf32>, tensor<?x5x2xf32>, tensor<?x5x2xf32>) -> tensor<?x5x6xf32>
  return
}

// -----

func.func @row(%b: tensor<2x6xf32>) {
  // expected-error @below {{expects a row below 2, got 2}}
  // expected-error @below {{failed to infer returned types}}
  %d = keratin.row %b {row = 2 : i64} : (tensor<2x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @row_of_vector(%b: tensor<6xf32>) {
  // expected-error @below {{expects a matrix of rank 2, got 'tensor<6xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %d = keratin.row %b {row = 0 : i64} : (tensor<6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reverse(%x: tensor<?x6xf32>) {
  // expected-error @below {{expects an input with steps of rank 3, got 'tensor<?x6xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.reverse_steps %x : (tensor<?x6xf32>) -> tensor<?x6xf32>
  return
}

// -----

func.func @directions(%f: tensor<?x5x2xf32>, %b: tensor<?x4x2xf32>) {
  // expected-error @below {{expects directions of the same rows and steps, got 'tensor<?x5x2xf32>' and 'tensor<?x4x2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.merge_directions <sum> %f, %b : (tensor<?x5x2xf32>, tensor<?x4x2xf32>) -> tensor<?x5x2xf32>
  return
}

// -----

func.func @units_of_directions(%f: tensor<?x2xf32>, %b: tensor<?x3xf32>) {
  // expected-error @below {{expects 2 units backward, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.merge_directions <mul> %f, %b : (tensor<?x2xf32>, tensor<?x3xf32>) -> tensor<?x2xf32>
  return
}
