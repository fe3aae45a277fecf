// RUN: keratin-opt %s -split-input-file -keratin-premultiply-tables=max-bytes=4096 | FileCheck %s
// RUN: keratin-opt %s -split-input-file -keratin-premultiply-tables | FileCheck %s --check-prefix=SMALL

// Without room for it the product stays.
// SMALL-LABEL: @looks_up_the_product
// SMALL: keratin.dense

keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x20xf32> {gates = 4 : i64}
keratin.param @bias : tensor<20xf32> {gates = 4 : i64}

// CHECK-LABEL: @looks_up_the_product(
// CHECK-SAME: %[[TOKENS:.*]]: tensor<?x?xi32>
// CHECK: %[[ROWS:.*]] = keratin.read_param @words_by_kernel : tensor<9x20xf32>
// CHECK: %[[Z:.*]] = keratin.embedding %[[TOKENS]], %[[ROWS]] {gates = 4 : i64} : {{.*}} -> tensor<?x?x20xf32>
// CHECK: return %[[Z]]
func.func @looks_up_the_product(%tokens: tensor<?x?xi32>) -> tensor<?x?x20xf32> {
  %words = keratin.read_param @words : tensor<9x3xf32>
  %kernel = keratin.read_param @kernel : tensor<3x20xf32>
  %bias = keratin.read_param @bias : tensor<20xf32>
  %x = keratin.embedding %tokens, %words : (tensor<?x?xi32>, tensor<9x3xf32>) -> tensor<?x?x3xf32>
  %z = keratin.dense %x, %kernel bias(%bias) {gates = 4 : i64}
      : (tensor<?x?x3xf32>, tensor<3x20xf32>, tensor<20xf32>) -> tensor<?x?x20xf32>
  return %z : tensor<?x?x20xf32>
}

// A second entry shares it.
// CHECK-LABEL: @shares_the_product(
// CHECK: keratin.read_param @words_by_kernel : tensor<9x20xf32>
func.func @shares_the_product(%tokens: tensor<?x4xi32>) -> tensor<?x4x20xf32> {
  %words = keratin.read_param @words : tensor<9x3xf32>
  %kernel = keratin.read_param @kernel : tensor<3x20xf32>
  %bias = keratin.read_param @bias : tensor<20xf32>
  %x = keratin.embedding %tokens, %words : (tensor<?x4xi32>, tensor<9x3xf32>) -> tensor<?x4x3xf32>
  %z = keratin.dense %x, %kernel bias(%bias) {gates = 4 : i64}
      : (tensor<?x4x3xf32>, tensor<3x20xf32>, tensor<20xf32>) -> tensor<?x4x20xf32>
  return %z : tensor<?x4x20xf32>
}

// CHECK: keratin.param @words_by_kernel : tensor<9x20xf32> {gates = 4 : i64, product = #keratin.product<table = @words, kernel = @kernel, bias = @bias>}
// CHECK-NOT: keratin.param
// CHECK: // -----

// -----

// Of the two biases of a GRU the first is the input's.
// CHECK-LABEL: @takes_a_row_as_bias
// CHECK-NOT: keratin.dense
// CHECK: product = #keratin.product<table = @words, kernel = @kernel, bias = @bias>
keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x6xf32> {gates = 3 : i64}
keratin.param @bias : tensor<2x6xf32> {gates = 3 : i64}
func.func @takes_a_row_as_bias(%tokens: tensor<?x?xi32>) -> tensor<?x?x6xf32> {
  %words = keratin.read_param @words : tensor<9x3xf32>
  %kernel = keratin.read_param @kernel : tensor<3x6xf32>
  %both = keratin.read_param @bias : tensor<2x6xf32>
  %bias = keratin.row %both {row = 0 : i64} : (tensor<2x6xf32>) -> tensor<6xf32>
  %x = keratin.embedding %tokens, %words : (tensor<?x?xi32>, tensor<9x3xf32>) -> tensor<?x?x3xf32>
  %z = keratin.dense %x, %kernel bias(%bias) {gates = 3 : i64}
      : (tensor<?x?x3xf32>, tensor<3x6xf32>, tensor<6xf32>) -> tensor<?x?x6xf32>
  return %z : tensor<?x?x6xf32>
}

// -----

// Weights that training changes have no product to look up, in no entry.
// CHECK-LABEL: @leaves_what_is_trained
// CHECK: keratin.dense
// CHECK-NOT: product
keratin.param @words : tensor<9x3xf32> {trainable}
keratin.param @kernel : tensor<3x2xf32> {trainable}
func.func @leaves_what_is_trained(%tokens: tensor<?xi32>) -> tensor<?x2xf32> {
  %words = keratin.read_param @words : tensor<9x3xf32>
  %kernel = keratin.read_param @kernel : tensor<3x2xf32>
  %x = keratin.embedding %tokens, %words : (tensor<?xi32>, tensor<9x3xf32>) -> tensor<?x3xf32>
  %z = keratin.dense %x, %kernel : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
func.func @trains(%loss: tensor<f32>) {
  keratin.minimize %loss : tensor<f32>
  return
}

// -----

// Other products are none of a table, or their factors are no weights.
// CHECK-LABEL: @leaves_others
// CHECK-COUNT-2: keratin.dense
// CHECK-NOT: product
keratin.param @words : tensor<9x3xf32>
keratin.param @kernel : tensor<3x2xf32>
func.func @leaves_others(%tokens: tensor<?xi32>, %x: tensor<?x3xf32>, %other: tensor<3x2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %words = keratin.read_param @words : tensor<9x3xf32>
  %kernel = keratin.read_param @kernel : tensor<3x2xf32>
  %y = keratin.embedding %tokens, %words : (tensor<?xi32>, tensor<9x3xf32>) -> tensor<?x3xf32>
  %a = keratin.dense %y, %other : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  %b = keratin.dense %x, %kernel : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  return %a, %b : tensor<?x2xf32>, tensor<?x2xf32>
}
