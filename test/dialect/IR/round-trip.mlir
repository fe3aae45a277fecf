// RUN: keratin-opt %s --mlir-print-debuginfo --mlir-print-local-scope | keratin-opt --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// CHECK: keratin.param @table : tensor<11x4xf32> {layout = #keratin.layout<gates = 1, lanes = 8, panel = 16>, trainable}
keratin.param @table : tensor<11x4xf32> {trainable, layout = #keratin.layout<gates = 1, lanes = 8, panel = 16>}
// CHECK: keratin.param @recurrent : tensor<5x20xf64> {gates = 4 : i64}
keratin.param @recurrent : tensor<5x20xf64> {gates = 4 : i64}

// CHECK-LABEL: @layers
func.func @layers(%tokens: tensor<?x?xi32>, %w: tensor<4x3xf32>, %b: tensor<3xf32>, %seed: i64, %step: i64) {
  // CHECK: keratin.read_param @table : tensor<11x4xf32>
  %table = keratin.read_param @table : tensor<11x4xf32>
  // CHECK: keratin.embedding %{{.*}}, %{{.*}} : (tensor<?x?xi32>, tensor<11x4xf32>) -> tensor<?x?x4xf32>
  %e = keratin.embedding %tokens, %table : (tensor<?x?xi32>, tensor<11x4xf32>) -> tensor<?x?x4xf32>
  // CHECK: keratin.compute_mask %{{.*}} : (tensor<?x?xi32>) -> tensor<?x?xi1>
  %m = keratin.compute_mask %tokens : (tensor<?x?xi32>) -> tensor<?x?xi1>
  // CHECK: keratin.dropout %{{.*}} seed(%{{.*}}, %{{.*}}) {layer = 1 : i64, noise = #keratin.noise<per_sequence>, rate = 2.500000e-01 : f64}
  %d = keratin.dropout %e seed(%seed, %step) {rate = 0.25 : f64, layer = 1 : i64, noise = #keratin.noise<per_sequence>}
      : (tensor<?x?x4xf32>, i64, i64) -> tensor<?x?x4xf32>
  // CHECK: keratin.dense %{{.*}}, %{{.*}} bias(%{{.*}}) {activation = #keratin.activation<tanh>, gates = 3 : i64}
  %y = keratin.dense %d, %w bias(%b) {activation = #keratin.activation<tanh>, gates = 3 : i64}
      : (tensor<?x?x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<?x?x3xf32>
  // CHECK: keratin.activation <hard_sigmoid_keras2> %{{.*}} : (tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  %a = keratin.activation <hard_sigmoid_keras2> %y : (tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  // CHECK: keratin.add %{{.*}}, %{{.*}} : (tensor<?x?x3xf32>, tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  %s = keratin.add %y, %a : (tensor<?x?x3xf32>, tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  return
}

// CHECK-LABEL: @other_cells
func.func @other_cells(%z: tensor<?x7x6xf32>, %u: tensor<2x6xf32>, %d: tensor<6xf32>, %x: tensor<?x7x2xf32>, %v: tensor<2x2xf32>,
                       %m: tensor<?x7xi1>, %f: tensor<?x3x2xf32>, %b: tensor<2x6xf32>, %seed: i64, %step: i64) {
  // CHECK: keratin.gru %{{.*}} recurrent(%{{.*}}) recurrent_bias(%{{.*}}) mask(%{{.*}}) recurrent_factors(%{{.*}}) {reset_after, return_state, tape, zero_output_for_mask}
  %0:5 = keratin.gru %z recurrent(%u) recurrent_bias(%d) mask(%m) recurrent_factors(%f) {reset_after, return_state, zero_output_for_mask, tape}
      : (tensor<?x7x6xf32>, tensor<2x6xf32>, tensor<6xf32>, tensor<?x7xi1>, tensor<?x3x2xf32>)
      -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x7x2xf32>, tensor<?x7x6xf32>, tensor<?x7x2xf32>)
  // CHECK: keratin.gru_grad final_h(%{{.*}}) recurrent(%{{.*}}) tape(%{{.*}}, %{{.*}}) inner(%{{.*}}) recurrent_factors(%{{.*}}) {reset_after}
  %1:2 = keratin.gru_grad final_h(%0#1) recurrent(%u) tape(%0#3, %0#2) inner(%0#4) recurrent_factors(%f) {reset_after}
      : (tensor<?x2xf32>, tensor<2x6xf32>, tensor<?x7x6xf32>, tensor<?x7x2xf32>, tensor<?x7x2xf32>, tensor<?x3x2xf32>)
      -> (tensor<?x7x6xf32>, tensor<?x7x6xf32>)
  // CHECK: keratin.recurrent_kernel_grad %{{.*}}, %{{.*}} candidate(%{{.*}}) factors(%{{.*}})
  %2 = keratin.recurrent_kernel_grad %0#2, %1#1 candidate(%0#4) factors(%f)
      : (tensor<?x7x2xf32>, tensor<?x7x6xf32>, tensor<?x7x2xf32>, tensor<?x3x2xf32>) -> tensor<2x6xf32>
  // CHECK: keratin.simple_rnn %{{.*}} recurrent(%{{.*}}) {return_sequences, tape}
  %3:2 = keratin.simple_rnn %x recurrent(%v) {return_sequences, tape} : (tensor<?x7x2xf32>, tensor<2x2xf32>) -> (tensor<?x7x2xf32>, tensor<?x7x2xf32>)
  // CHECK: keratin.simple_rnn_grad %{{.*}} recurrent(%{{.*}}) tape(%{{.*}}) {return_sequences}
  %4 = keratin.simple_rnn_grad %3#0 recurrent(%v) tape(%3#1) {return_sequences} : (tensor<?x7x2xf32>, tensor<2x2xf32>, tensor<?x7x2xf32>) -> tensor<?x7x2xf32>
  // CHECK: keratin.dropout_factors %{{.*}} seed(%{{.*}}, %{{.*}}) {features = 2 : i64, gates = 3 : i64, layer = 1 : i64, rate = 5.000000e-01 : f64}
  %5 = keratin.dropout_factors %x seed(%seed, %step) {rate = 0.5 : f64, layer = 1 : i64, gates = 3 : i64, features = 2 : i64}
      : (tensor<?x7x2xf32>, i64, i64) -> tensor<?x3x2xf32>
  // CHECK: keratin.gated_dense %{{.*}}, %{{.*}} factors(%{{.*}}) bias(%{{.*}})
  %6 = keratin.gated_dense %x, %b factors(%5) bias(%d) : (tensor<?x7x2xf32>, tensor<2x6xf32>, tensor<?x3x2xf32>, tensor<6xf32>) -> tensor<?x7x6xf32>
  // CHECK: keratin.gated_kernel_grad %{{.*}}, %{{.*}} factors(%{{.*}})
  %7 = keratin.gated_kernel_grad %x, %6 factors(%5) : (tensor<?x7x2xf32>, tensor<?x7x6xf32>, tensor<?x3x2xf32>) -> tensor<2x6xf32>
  // CHECK: keratin.gated_input_grad %{{.*}}, %{{.*}} factors(%{{.*}})
  %8 = keratin.gated_input_grad %6, %b factors(%5) : (tensor<?x7x6xf32>, tensor<2x6xf32>, tensor<?x3x2xf32>) -> tensor<?x7x2xf32>
  // CHECK: keratin.row %{{.*}} {row = 1 : i64} : (tensor<2x6xf32>) -> tensor<6xf32>
  %9 = keratin.row %b {row = 1 : i64} : (tensor<2x6xf32>) -> tensor<6xf32>
  // CHECK: keratin.row_grad %{{.*}} {row = 1 : i64, rows = 2 : i64} : (tensor<6xf32>) -> tensor<2x6xf32>
  %10 = keratin.row_grad %9 {row = 1 : i64, rows = 2 : i64} : (tensor<6xf32>) -> tensor<2x6xf32>
  // CHECK: keratin.reverse_steps %{{.*}} : (tensor<?x7x2xf32>) -> tensor<?x7x2xf32>
  %11 = keratin.reverse_steps %x : (tensor<?x7x2xf32>) -> tensor<?x7x2xf32>
  // CHECK: keratin.merge_directions <concat> %{{.*}}, %{{.*}} : (tensor<?x7x2xf32>, tensor<?x7x2xf32>) -> tensor<?x7x4xf32>
  %12 = keratin.merge_directions <concat> %x, %11 : (tensor<?x7x2xf32>, tensor<?x7x2xf32>) -> tensor<?x7x4xf32>
  // CHECK: keratin.merge_directions_grad <concat> %{{.*}}, %{{.*}}, %{{.*}}
  %13:2 = keratin.merge_directions_grad <concat> %12, %x, %11 : (tensor<?x7x4xf32>, tensor<?x7x2xf32>, tensor<?x7x2xf32>) -> (tensor<?x7x2xf32>, tensor<?x7x2xf32>)
  return
}

// CHECK-LABEL: @recurrent_layers
func.func @recurrent_layers(%x: tensor<?x7x3xf32>, %k: tensor<3x8xf32>, %u: tensor<2x8xf32>, %b: tensor<8xf32>,
                            %m: tensor<?x7xi1>, %h: tensor<?x2xf32>, %z: tensor<?x7x8xf32>) {
  // CHECK: keratin.lstm %{{.*}} kernel(%{{.*}}) recurrent(%{{.*}}) bias(%{{.*}}) mask(%{{.*}}) initial(%{{.*}}, %{{.*}}) {activation = #keratin.activation<relu>, go_backwards, return_sequences}
  %0 = keratin.lstm %x kernel(%k) recurrent(%u) bias(%b) mask(%m) initial(%h, %h)
      {activation = #keratin.activation<relu>, go_backwards, return_sequences}
      : (tensor<?x7x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>, tensor<8xf32>, tensor<?x7xi1>, tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x7x2xf32>
  // CHECK: keratin.lstm %{{.*}} recurrent(%{{.*}}) {recurrent_activation = #keratin.activation<hard_sigmoid>, tape}
  %1:4 = keratin.lstm %z recurrent(%u) {tape, recurrent_activation = #keratin.activation<hard_sigmoid>}
      : (tensor<?x7x8xf32>, tensor<2x8xf32>) -> (tensor<?x2xf32>, tensor<?x7x2xf32>, tensor<?x7x8xf32>, tensor<?x7x2xf32>)
  // CHECK: keratin.lstm_grad %{{.*}} recurrent(%{{.*}}) tape(%{{.*}}, %{{.*}}) mask(%{{.*}}) initial(%{{.*}}) {state_grads}
  %2:3 = keratin.lstm_grad %1#0 recurrent(%u) tape(%1#2, %1#3) mask(%m) initial(%h) {state_grads}
      : (tensor<?x2xf32>, tensor<2x8xf32>, tensor<?x7x8xf32>, tensor<?x7x2xf32>, tensor<?x7xi1>, tensor<?x2xf32>)
      -> (tensor<?x7x8xf32>, tensor<?x2xf32>, tensor<?x2xf32>)
  // CHECK: keratin.recurrent_kernel_grad %{{.*}}, %{{.*}} initial(%{{.*}}) {go_backwards}
  %3 = keratin.recurrent_kernel_grad %1#1, %2#0 initial(%h) {go_backwards}
      : (tensor<?x7x2xf32>, tensor<?x7x8xf32>, tensor<?x2xf32>) -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: @losses
func.func @losses(%p: tensor<?x7x3xf32>, %y: tensor<?x7xi32>, %t: tensor<?x7x3xf32>, %w: tensor<?x7xf32>, %m: tensor<?x7xi1>) {
  // CHECK: keratin.loss <sparse_categorical_crossentropy> %{{.*}}, %{{.*}} weight(%{{.*}}) mask(%{{.*}}) {from_logits, reduction = #keratin.reduction<sum>}
  %l = keratin.loss <sparse_categorical_crossentropy> %p, %y weight(%w) mask(%m) {from_logits, reduction = #keratin.reduction<sum>}
      : (tensor<?x7x3xf32>, tensor<?x7xi32>, tensor<?x7xf32>, tensor<?x7xi1>) -> tensor<f32>
  // CHECK: keratin.loss_grad <categorical_crossentropy> %{{.*}}, %{{.*}} mask(%{{.*}}) {label_smoothing = 1.000000e-01 : f64}
  %g = keratin.loss_grad <categorical_crossentropy> %p, %t mask(%m) {label_smoothing = 0.1 : f64}
      : (tensor<?x7x3xf32>, tensor<?x7x3xf32>, tensor<?x7xi1>) -> tensor<?x7x3xf32>
  // CHECK: keratin.total_loss %{{.*}}, %{{.*}} {weights = array<f64: 1.000000e+00, 5.000000e-01>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %s = keratin.total_loss %l, %l {weights = array<f64: 1.0, 0.5>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // CHECK: keratin.metric <sparse_categorical_accuracy> %{{.*}}, %{{.*}} weight(%{{.*}}) :
  %a = keratin.metric <sparse_categorical_accuracy> %p, %y weight(%w)
      : (tensor<?x7x3xf32>, tensor<?x7xi32>, tensor<?x7xf32>) -> tensor<2xf32>
  // CHECK: keratin.metric <auc> %{{.*}}, %{{.*}} : (tensor<?x7x3xf32>, tensor<?x7x3xf32>) -> tensor<400xf32>
  %auc = keratin.metric <auc> %p, %t : (tensor<?x7x3xf32>, tensor<?x7x3xf32>) -> tensor<400xf32>
  // CHECK: keratin.loss_metric <huber> %{{.*}}, %{{.*}} {delta = 5.000000e-01 : f64} : (tensor<?x7x3xf32>, tensor<?x7x3xf32>) -> tensor<2xf32>
  %h = keratin.loss_metric <huber> %p, %t {delta = 0.5 : f64} : (tensor<?x7x3xf32>, tensor<?x7x3xf32>) -> tensor<2xf32>
  // CHECK: keratin.record %{{.*}} {slot = 1 : i64} : (tensor<2xf32>) -> ()
  keratin.record %a {slot = 1 : i64} : (tensor<2xf32>) -> ()
  return
}

// CHECK-LABEL: @training
func.func @training(%x: tensor<?x4xf32>, %z: tensor<?x3xf32>, %w: tensor<4x3xf32>, %i: tensor<?xi32>, %l: tensor<f32>, %lr: f32, %t: i64) {
  // CHECK: keratin.minimize %{{.*}} learning_rate(%{{.*}} : f32) iteration(%{{.*}}) {optimizer = #keratin.rmsprop<rho = 9.000000e-01 : f64, momentum = 0.000000e+00 : f64, epsilon = {{.*}} : f64, centered = true>} : tensor<f32>
  keratin.minimize %l learning_rate(%lr : f32) iteration(%t)
      {optimizer = #keratin.rmsprop<rho = 0.9 : f64, momentum = 0.0 : f64, epsilon = 1.0e-7 : f64, centered = true>} : tensor<f32>
  // CHECK: %[[P:.*]] = keratin.penalty %{{.*}} {l1 = 1.000000e-01 : f64, l2 = 0.000000e+00 : f64, per_row} : (tensor<{{.*}}>) -> tensor<f32>
  %penalty = keratin.penalty %z {l1 = 0.1 : f64, l2 = 0.0 : f64, per_row} : (tensor<?x3xf32>) -> tensor<f32>
  // CHECK: keratin.minimize %{{.*}}, %[[P]] : tensor<f32>, tensor<f32>
  keratin.minimize %l, %penalty : tensor<f32>, tensor<f32>
  // CHECK: keratin.penalty_grad %{{.*}} {l1 = 0.000000e+00 : f64, l2 = 5.000000e-01 : f64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %pg = keratin.penalty_grad %w {l1 = 0.0 : f64, l2 = 0.5 : f64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK: %[[N:.*]] = keratin.norm %{{.*}}, %{{.*}} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  %n = keratin.norm %w, %pg : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: keratin.update @kernel, %{{.*}} learning_rate(%{{.*}}) iteration(%{{.*}}) norm(%[[N]]) {clip_norm = 1.000000e+00 : f64, optimizer = #keratin.adagrad<initial_accumulator_value = 1.000000e-01 : f64, epsilon = {{.*}} : f64>, weight_decay = 5.000000e-01 : f64}
  keratin.update @kernel, %pg learning_rate(%lr) iteration(%t) norm(%n)
      {clip_norm = 1.0 : f64, weight_decay = 0.5 : f64,
       optimizer = #keratin.adagrad<initial_accumulator_value = 0.1 : f64, epsilon = 1.0e-7 : f64>}
      : (tensor<4x3xf32>, f32, i64, tensor<f32>) -> ()
  // CHECK: keratin.constrain @kernel {constraint = #keratin.norm_constraint<min = 0.000000e+00 : f64, max = 2.000000e+00 : f64, rate = 1.000000e+00 : f64, over_rows = true, over_columns = false>} : () -> ()
  keratin.constrain @kernel
      {constraint = #keratin.norm_constraint<min = 0.0 : f64, max = 2.0 : f64, rate = 1.0 : f64, over_rows = true, over_columns = false>}
      : () -> ()
  // CHECK: keratin.constrain @kernel {constraint = #keratin.non_neg} : () -> ()
  keratin.constrain @kernel {constraint = #keratin.non_neg} : () -> ()
  // CHECK: keratin.activation_grad <relu> %{{.*}}, %{{.*}} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %0 = keratin.activation_grad <relu> %z, %z : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  // CHECK: keratin.dense_kernel_grad %{{.*}}, %{{.*}} : (tensor<?x4xf32>, tensor<?x3xf32>) -> tensor<4x3xf32>
  %1 = keratin.dense_kernel_grad %x, %z : (tensor<?x4xf32>, tensor<?x3xf32>) -> tensor<4x3xf32>
  // CHECK: keratin.bias_grad %{{.*}} : (tensor<?x3xf32>) -> tensor<3xf32>
  %2 = keratin.bias_grad %z : (tensor<?x3xf32>) -> tensor<3xf32>
  // CHECK: keratin.dense_input_grad %{{.*}}, %{{.*}} : (tensor<?x3xf32>, tensor<4x3xf32>) -> tensor<?x4xf32>
  %3 = keratin.dense_input_grad %z, %w : (tensor<?x3xf32>, tensor<4x3xf32>) -> tensor<?x4xf32>
  // CHECK: keratin.embedding_grad %{{.*}}, %{{.*}} : (tensor<?xi32>, tensor<?x4xf32>) -> tensor<11x4xf32>
  %4 = keratin.embedding_grad %i, %x : (tensor<?xi32>, tensor<?x4xf32>) -> tensor<11x4xf32>
  // CHECK: keratin.update @table, %{{.*}} learning_rate(%{{.*}}) iteration(%{{.*}}) {optimizer = #keratin.adam<beta_1 = 9.000000e-01 : f64, beta_2 = {{.*}} : f64, epsilon = {{.*}} : f64, amsgrad = false>} : (tensor<11x4xf32>, f32, i64) -> ()
  keratin.update @table, %4 learning_rate(%lr) iteration(%t)
      {optimizer = #keratin.adam<beta_1 = 0.9 : f64, beta_2 = 0.999 : f64, epsilon = 1.0e-7 : f64, amsgrad = false>}
      : (tensor<11x4xf32>, f32, i64) -> ()
  // CHECK: keratin.write_gradient @table, %{{.*}} : (tensor<11x4xf32>) -> ()
  keratin.write_gradient @table, %4 : (tensor<11x4xf32>) -> ()
  return
}

// CHECK-LABEL: @tensors
func.func @tensors(%x: tensor<?x6x4xf32>, %gamma: tensor<4xf32>, %seed: i64, %t: i64) {
  // CHECK: keratin.window <maximum> %{{.*}} {input_shape = array<i64: -9223372036854775808, 6, 4>, map = affine_map<{{.*}}>, shape = array<i64: -9223372036854775808, 3, 4>, window = array<i64: 2>}
  %y = keratin.window <maximum> %x {map = affine_map<(b, t, f, j) -> (b, t * 2 + j, f)>,
      shape = array<i64: -9223372036854775808, 3, 4>, window = array<i64: 2>,
      input_shape = array<i64: -9223372036854775808, 6, 4>} : (tensor<?x6x4xf32>) -> tensor<?x3x4xf32>
  // CHECK: keratin.window_grad <maximum> %{{.*}} input(%{{.*}}) value(%{{.*}})
  %g = keratin.window_grad <maximum> %y input(%x) value(%y) {map = affine_map<(b, t, f, j) -> (b, t * 2 + j, f)>,
      shape = array<i64: -9223372036854775808, 3, 4>, window = array<i64: 2>,
      input_shape = array<i64: -9223372036854775808, 6, 4>}
      : (tensor<?x3x4xf32>, tensor<?x6x4xf32>, tensor<?x3x4xf32>) -> tensor<?x6x4xf32>
  // CHECK: keratin.combine <multiply> %{{.*}}, %{{.*}} {rhs_map = affine_map<{{.*}}>} :
  %s = keratin.combine <multiply> %x, %gamma {rhs_map = affine_map<(b, t, f) -> (f)>}
      : (tensor<?x6x4xf32>, tensor<4xf32>) -> tensor<?x6x4xf32>
  // CHECK: keratin.contract %{{.*}}, %{{.*}} {lhs_map = affine_map<{{.*}}>, rhs_map = affine_map<{{.*}}>, shape = array<i64: -9223372036854775808, 6, 6>, window = array<i64: 4>}
  %c = keratin.contract %x, %s {lhs_map = affine_map<(b, i, j, f) -> (b, i, f)>,
      rhs_map = affine_map<(b, i, j, f) -> (b, j, f)>, shape = array<i64: -9223372036854775808, 6, 6>,
      window = array<i64: 4>} : (tensor<?x6x4xf32>, tensor<?x6x4xf32>) -> tensor<?x6x6xf32>
  // CHECK: keratin.find_mask %{{.*}} {value = 0.000000e+00 : f64}
  %m = keratin.find_mask %x {value = 0.0 : f64} : (tensor<?x6x4xf32>) -> tensor<?x6xi1>
  // CHECK: keratin.mask_values %{{.*}} : (tensor<?x6xi1>) -> tensor<?x6x1xf32>
  %v = keratin.mask_values %m : (tensor<?x6xi1>) -> tensor<?x6x1xf32>
  // CHECK: keratin.normal_noise %{{.*}} seed(%{{.*}}, %{{.*}}) {layer = 2 : i64}
  %n = keratin.normal_noise %x seed(%seed, %t) {layer = 2 : i64} : (tensor<?x6x4xf32>, i64, i64) -> tensor<?x6x4xf32>
  // CHECK: keratin.move_average @mean, %{{.*}} {momentum = 5.000000e-01 : f64}
  keratin.move_average @mean, %gamma {momentum = 0.5 : f64} : (tensor<4xf32>) -> ()
  // CHECK: keratin.activation <elu> %{{.*}} {parameters = array<f64: 5.000000e-01>}
  %e = keratin.activation <elu> %x {parameters = array<f64: 0.5>} : (tensor<?x6x4xf32>) -> tensor<?x6x4xf32>
  return
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<32x4xf32>, %w: memref<1x4x16xf32>, %y: memref<32x16xf32, strided<[16, 1]>>, %rows: index) {
  // CHECK: keratin.dense %{{.*}}, %{{.*}} outs(%{{.*}}) extents(%{{.*}}) :
  keratin.dense %x, %w outs(%y) extents(%rows)
      : (memref<32x4xf32>, memref<1x4x16xf32>, memref<32x16xf32, strided<[16, 1]>>, index) -> ()
  return
}

// CHECK-LABEL: @origins
func.func @origins(%x: tensor<?x4xf32>) {
  // CHECK: keratin.activation <relu> {{.*}} loc(fused<#keratin.origin<layer = "re_lu", entry = "predict", backward = false>>["model.py":3:7])
  %y = keratin.activation <relu> %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
      loc(fused<#keratin.origin<layer = "re_lu", entry = "predict", backward = false>>["model.py":3:7])
  return
}
