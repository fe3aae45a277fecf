// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @cell_is_elementwise(%z: tensor<?x?x4xf32>, %u: tensor<1x4xf32>) {
  // expected-error @+1 {{expects elementwise activations, got softmax}}
  %h = keratin.lstm %z recurrent(%u) {recurrent_activation = #keratin.activation<softmax>}
      : (tensor<?x?x4xf32>, tensor<1x4xf32>) -> tensor<?x1xf32>
  return
}

// -----

func.func @tape_gives_the_derivative(%z: tensor<?x?x4xf32>, %u: tensor<1x4xf32>) {
  // expected-error @+1 {{expects activations whose derivative follows from their result, got silu}}
  %h:3 = keratin.lstm %z recurrent(%u) {activation = #keratin.activation<silu>, return_sequences, tape}
      : (tensor<?x?x4xf32>, tensor<1x4xf32>) -> (tensor<?x?x1xf32>, tensor<?x?x4xf32>, tensor<?x?x1xf32>)
  return
}

// -----

func.func @gradient_reads_results(%dh: tensor<?x1xf32>, %u: tensor<1x4xf32>, %gates: tensor<?x?x4xf32>, %cells: tensor<?x?x1xf32>) {
  // expected-error @+1 {{expects activations whose derivative follows from their result, got silu}}
  %dz = keratin.lstm_grad %dh recurrent(%u) tape(%gates, %cells) {recurrent_activation = #keratin.activation<silu>}
      : (tensor<?x1xf32>, tensor<1x4xf32>, tensor<?x?x4xf32>, tensor<?x?x1xf32>) -> tensor<?x?x4xf32>
  return
}
