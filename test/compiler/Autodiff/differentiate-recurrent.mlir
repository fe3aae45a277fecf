// RUN: keratin-opt %s -split-input-file -keratin-differentiate | FileCheck %s

keratin.param @table : tensor<11x4xf32> {trainable}
keratin.param @kernel : tensor<4x8xf32> {gates = 4 : i64, trainable}
keratin.param @recurrent : tensor<2x8xf32> {gates = 4 : i64, trainable}
keratin.param @bias : tensor<8xf32> {gates = 4 : i64, trainable}

// CHECK-LABEL: @goes_back_through_lstm_dropout_and_embedding
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xi32>, %[[Y:[^:]*]]: {{.*}}, %[[SEED:[^:]*]]: i64, %[[T:[^:]*]]: i64
// CHECK: %[[M:.*]] = keratin.compute_mask
// CHECK: %[[D:.*]] = keratin.dropout
// CHECK: %[[Z:.*]] = keratin.dense %[[D]]
// CHECK: %[[R:.*]]:4 = keratin.lstm %[[Z]] recurrent(%[[U:.*]]) mask(%[[M]]) {tape}
// CHECK: %[[DY:.*]] = keratin.loss_grad <mean_squared_error> %[[R]]#0
// CHECK: %[[DZ:.*]] = keratin.lstm_grad %[[DY]] recurrent(%[[U]]) tape(%[[R]]#2, %[[R]]#3) mask(%[[M]]) :
// CHECK: %[[DU:.*]] = keratin.recurrent_kernel_grad %[[R]]#1, %[[DZ]]
// CHECK: %[[DK:.*]] = keratin.dense_kernel_grad %[[D]], %[[DZ]]
// CHECK: %[[DB:.*]] = keratin.bias_grad %[[DZ]]
// CHECK: %[[DD:.*]] = keratin.dense_input_grad %[[DZ]], %{{.*}} {gates = 4 : i64}
// CHECK: %[[DE:.*]] = keratin.dropout %[[DD]] seed(%[[SEED]], %[[T]]) {layer = 2 : i64, noise = #keratin.noise<per_sequence>, rate = 2.500000e-01 : f64}
// CHECK: %[[DT:.*]] = keratin.embedding_grad %[[X]], %[[DE]] : {{.*}} -> tensor<11x4xf32>
// CHECK: keratin.write_gradient @table, %[[DT]]
// CHECK-NEXT: keratin.write_gradient @kernel, %[[DK]]
// CHECK-NEXT: keratin.write_gradient @recurrent, %[[DU]]
// CHECK-NEXT: keratin.write_gradient @bias, %[[DB]]
func.func @goes_back_through_lstm_dropout_and_embedding(%x: tensor<?x?xi32>, %y: tensor<?x2xf32>, %seed: i64, %t: i64) {
  %0 = keratin.read_param @table : tensor<11x4xf32>
  %1 = keratin.read_param @kernel : tensor<4x8xf32>
  %2 = keratin.read_param @recurrent : tensor<2x8xf32>
  %3 = keratin.read_param @bias : tensor<8xf32>
  %e = keratin.embedding %x, %0 : (tensor<?x?xi32>, tensor<11x4xf32>) -> tensor<?x?x4xf32>
  %m = keratin.compute_mask %x : (tensor<?x?xi32>) -> tensor<?x?xi1>
  %d = keratin.dropout %e seed(%seed, %t) {rate = 0.25 : f64, layer = 2 : i64, noise = #keratin.noise<per_sequence>}
      : (tensor<?x?x4xf32>, i64, i64) -> tensor<?x?x4xf32>
  %z = keratin.dense %d, %1 bias(%3) {gates = 4 : i64} : (tensor<?x?x4xf32>, tensor<4x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  %h = keratin.lstm %z recurrent(%2) mask(%m) : (tensor<?x?x8xf32>, tensor<2x8xf32>, tensor<?x?xi1>) -> tensor<?x2xf32>
  %l = keratin.loss <mean_squared_error> %h, %y : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}

// -----

keratin.param @state : tensor<3x2xf32> {trainable}
keratin.param @first : tensor<2x8xf32> {gates = 4 : i64, trainable}
keratin.param @kernel : tensor<2x8xf32> {gates = 4 : i64, trainable}
keratin.param @second : tensor<2x8xf32> {gates = 4 : i64}

// CHECK-LABEL: @goes_back_through_stacked_layers_into_initial_states
// CHECK: %[[S:.*]] = keratin.dense
// CHECK: %[[R1:.*]]:3 = keratin.lstm %{{.*}} initial(%[[S]], %[[S]]) {go_backwards, recurrent_activation = #keratin.activation<hard_sigmoid>, return_sequences, tape}
// CHECK: %[[R2:.*]]:4 = keratin.lstm %{{.*}} {tape}
// CHECK: %[[DZ2:.*]] = keratin.lstm_grad %{{.*}} tape(%[[R2]]#2, %[[R2]]#3) :
// CHECK-NOT: keratin.recurrent_kernel_grad %[[R2]]
// CHECK: %[[DH1:.*]] = keratin.dense_input_grad %[[DZ2]]
// CHECK: %[[G1:.*]]:3 = keratin.lstm_grad %[[DH1]] recurrent(%{{.*}}) tape(%[[R1]]#1, %[[R1]]#2) initial(%[[S]]) {go_backwards, recurrent_activation = #keratin.activation<hard_sigmoid>, return_sequences, state_grads}
// CHECK: keratin.recurrent_kernel_grad %[[R1]]#0, %[[G1]]#0 initial(%[[S]]) {go_backwards}
// CHECK: %[[DS:.*]] = keratin.add %[[G1]]#1, %[[G1]]#2
// CHECK: keratin.dense_kernel_grad %{{.*}}, %[[DS]]
func.func @goes_back_through_stacked_layers_into_initial_states(%z: tensor<?x5x8xf32>, %v: tensor<?x3xf32>, %y: tensor<?x2xf32>) {
  %0 = keratin.read_param @state : tensor<3x2xf32>
  %1 = keratin.read_param @first : tensor<2x8xf32>
  %2 = keratin.read_param @kernel : tensor<2x8xf32>
  %3 = keratin.read_param @second : tensor<2x8xf32>
  %s = keratin.dense %v, %0 : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  %h1 = keratin.lstm %z recurrent(%1) initial(%s, %s)
      {return_sequences, go_backwards, recurrent_activation = #keratin.activation<hard_sigmoid>}
      : (tensor<?x5x8xf32>, tensor<2x8xf32>, tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x5x2xf32>
  %z2 = keratin.dense %h1, %2 {gates = 4 : i64} : (tensor<?x5x2xf32>, tensor<2x8xf32>) -> tensor<?x5x8xf32>
  %h2 = keratin.lstm %z2 recurrent(%3) : (tensor<?x5x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  %l = keratin.loss <mean_squared_error> %h2, %y : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32>
  keratin.minimize %l : tensor<f32>
  return
}
