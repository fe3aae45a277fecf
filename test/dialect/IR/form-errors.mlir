// RUN: keratin-opt %s -split-input-file -verify-diagnostics

func.func @has_both_forms(%x: tensor<8x4xf32>, %out: memref<8x4xf32>, %n: index) {
  // expected-error @below {{has both results and outs}}
  %y = keratin.activation <relu> %x outs(%out) extents(%n)
      : (tensor<8x4xf32>, memref<8x4xf32>, index) -> tensor<8x4xf32>
  return
}

// -----

func.func @does_not_know_its_rows(%x: memref<8x4xf32>, %out: memref<8x4xf32>) {
  // expected-error @below {{expects the number of rows in extents}}
  keratin.activation <relu> %x outs(%out) : (memref<8x4xf32>, memref<8x4xf32>) -> ()
  return
}

// -----

func.func @has_too_many_extents(%x: memref<8x4xf32>, %out: memref<8x4xf32>, %n: index) {
  // expected-error @below {{expects rows and steps in extents, got 3 values}}
  keratin.activation <relu> %x outs(%out) extents(%n, %n, %n)
      : (memref<8x4xf32>, memref<8x4xf32>, index, index, index) -> ()
  return
}

// -----

func.func @mixes_a_tensor_into_buffers(%x: tensor<8x4xf32>, %out: memref<8x4xf32>, %n: index) {
  // expected-error @below {{expects buffers as operands, got 'tensor<8x4xf32>'}}
  keratin.activation <relu> %x outs(%out) extents(%n) : (tensor<8x4xf32>, memref<8x4xf32>, index) -> ()
  return
}

// -----

func.func @mixes_a_buffer_into_tensors(%x: tensor<8x4xf32>, %y: memref<8x4xf32>) {
  // expected-error @below {{expects outs for its buffers}}
  %g = keratin.dense_kernel_grad %x, %y : (tensor<8x4xf32>, memref<8x4xf32>) -> tensor<4x4xf32>
  return
}
