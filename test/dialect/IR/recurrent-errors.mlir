// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @input(%x: tensor<?x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects an input of rank 3, got 'tensor<?x8xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @recurrent_kernel(%x: tensor<?x?x8xf32>, %u: tensor<8xf32>) {
  // expected-error @below {{expects a recurrent kernel of rank 2, got 'tensor<8xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @recurrent_columns(%x: tensor<?x?x8xf32>, %u: tensor<2x6xf32>) {
  // expected-error @below {{expects 8 columns in recurrent kernel (4*units), got 6}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) : (tensor<?x?x8xf32>, tensor<2x6xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @kernel(%x: tensor<?x?x3xf32>, %k: tensor<3xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects a kernel of rank 2, got 'tensor<3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x kernel(%k) recurrent(%u) : (tensor<?x?x3xf32>, tensor<3xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @kernel_columns(%x: tensor<?x?x3xf32>, %k: tensor<3x7xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects 8 columns in kernel (4*units), got 7}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x kernel(%k) recurrent(%u) : (tensor<?x?x3xf32>, tensor<3x7xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @kernel_rows(%x: tensor<?x?x3xf32>, %k: tensor<4x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects 3 rows in kernel, got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x kernel(%k) recurrent(%u) : (tensor<?x?x3xf32>, tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @bias_without_kernel(%x: tensor<?x?x8xf32>, %u: tensor<2x8xf32>, %b: tensor<8xf32>) {
  // expected-error @below {{expects no bias without a kernel}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) bias(%b) : (tensor<?x?x8xf32>, tensor<2x8xf32>, tensor<8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @hoisted_input(%x: tensor<?x?x7xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{expects 8 features in a hoisted input (4*units), got 7}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) : (tensor<?x?x7xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x?x3xf32>, %k: tensor<3x8xf32>, %u: tensor<2x8xf32>, %b: tensor<6xf32>) {
  // expected-error @below {{expects 8 elements in bias (4*units), got 6}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x kernel(%k) recurrent(%u) bias(%b) : (tensor<?x?x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>, tensor<6xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @mask(%x: tensor<?x5x8xf32>, %u: tensor<2x8xf32>, %m: tensor<?x4xi1>) {
  // expected-error @below {{expects a mask of the input's rows and steps, got 'tensor<?x4xi1>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) mask(%m) : (tensor<?x5x8xf32>, tensor<2x8xf32>, tensor<?x4xi1>) -> tensor<?x2xf32>
  return
}

// -----

func.func @state(%x: tensor<?x?x8xf32>, %u: tensor<2x8xf32>, %h: tensor<2xf32>) {
  // expected-error @below {{expects an initial state of rank 2, got 'tensor<2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) initial(%h, %h) : (tensor<?x?x8xf32>, tensor<2x8xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @state_units(%x: tensor<?x?x8xf32>, %u: tensor<2x8xf32>, %h: tensor<?x3xf32>) {
  // expected-error @below {{expects 2 units in an initial state, got 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) initial(%h, %h) : (tensor<?x?x8xf32>, tensor<2x8xf32>, tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @tape_adds_results(%x: tensor<?x5x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<?x2xf32>', 'tensor<?x5x2xf32>', 'tensor<?x5x8xf32>', 'tensor<?x5x2xf32>' are incompatible with return type(s) of operation 'tensor<?x2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = keratin.lstm %x recurrent(%u) {tape} : (tensor<?x5x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @grad_of_last_output(%dy: tensor<?x5x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x8xf32>, %c: tensor<?x5x2xf32>) {
  // expected-error @below {{expects a gradient of the output of rank 2, got 'tensor<?x5x2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g, %c)
      : (tensor<?x5x2xf32>, tensor<2x8xf32>, tensor<?x5x8xf32>, tensor<?x5x2xf32>) -> tensor<?x5x8xf32>
  return
}

// -----

func.func @grad_of_sequence(%dy: tensor<?x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x8xf32>, %c: tensor<?x5x2xf32>) {
  // expected-error @below {{expects a gradient of the output of rank 3, got 'tensor<?x2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g, %c) {return_sequences}
      : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x5x8xf32>, tensor<?x5x2xf32>) -> tensor<?x5x8xf32>
  return
}

// -----

func.func @grad_gates(%dy: tensor<?x2xf32>, %u: tensor<2x8xf32>, %g: tensor<?x5x6xf32>, %c: tensor<?x5x2xf32>) {
  // expected-error @below {{expects 8 columns in gates (4*units), got 6}}
  // expected-error @below {{failed to infer returned types}}
  %dz = keratin.lstm_grad %dy recurrent(%u) tape(%g, %c)
      : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x5x6xf32>, tensor<?x5x2xf32>) -> tensor<?x5x6xf32>
  return
}
