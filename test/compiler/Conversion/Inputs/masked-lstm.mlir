keratin.param @emb : tensor<11x4xf32> {trainable}
keratin.param @k : tensor<4x20xf32> {gates = 4 : i64, trainable}
keratin.param @u : tensor<5x20xf32> {gates = 4 : i64, trainable}
keratin.param @b : tensor<20xf32> {gates = 4 : i64, trainable}
keratin.param @dk : tensor<5x1xf32> {trainable}
keratin.param @db : tensor<1xf32> {trainable}
func.func @predict(%x: tensor<?x?xi32> {keratin.role="input"}) -> tensor<?x1xf32> attributes {keratin.entry = "predict"} {
  %e = keratin.read_param @emb : tensor<11x4xf32>
  %k = keratin.read_param @k : tensor<4x20xf32>
  %u = keratin.read_param @u : tensor<5x20xf32>
  %b = keratin.read_param @b : tensor<20xf32>
  %dk = keratin.read_param @dk : tensor<5x1xf32>
  %db = keratin.read_param @db : tensor<1xf32>
  %0 = keratin.embedding %x, %e : (tensor<?x?xi32>, tensor<11x4xf32>) -> tensor<?x?x4xf32>
  %m = keratin.compute_mask %x : (tensor<?x?xi32>) -> tensor<?x?xi1>
  %h = keratin.lstm %0 kernel(%k) recurrent(%u) bias(%b) mask(%m) : (tensor<?x?x4xf32>, tensor<4x20xf32>, tensor<5x20xf32>, tensor<20xf32>, tensor<?x?xi1>) -> tensor<?x5xf32>
  %z = keratin.dense %h, %dk bias(%db) : (tensor<?x5xf32>, tensor<5x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %p = keratin.activation <sigmoid> %z : (tensor<?x1xf32>) -> tensor<?x1xf32>
  return %p : tensor<?x1xf32>
}
func.func @train_step(%x: tensor<?x?xi32> {keratin.role="input"}, %y: tensor<?x1xf32> {keratin.role="target"}, %sw: tensor<?xf32> {keratin.role="sample_weight"}, %seed: i64 {keratin.role="seed"}, %iter: i64 {keratin.role="iteration"}, %lr: f32 {keratin.role="learning_rate"}) attributes {keratin.entry = "train_step"} {
  %e = keratin.read_param @emb : tensor<11x4xf32>
  %k = keratin.read_param @k : tensor<4x20xf32>
  %u = keratin.read_param @u : tensor<5x20xf32>
  %b = keratin.read_param @b : tensor<20xf32>
  %dk = keratin.read_param @dk : tensor<5x1xf32>
  %db = keratin.read_param @db : tensor<1xf32>
  %0 = keratin.embedding %x, %e : (tensor<?x?xi32>, tensor<11x4xf32>) -> tensor<?x?x4xf32>
  %m = keratin.compute_mask %x : (tensor<?x?xi32>) -> tensor<?x?xi1>
  %d = keratin.dropout %0 seed(%seed, %iter) {rate = 0.2 : f64, layer = 1 : i64, noise = #keratin.noise<per_sequence>} : (tensor<?x?x4xf32>, i64, i64) -> tensor<?x?x4xf32>
  %h = keratin.lstm %d kernel(%k) recurrent(%u) bias(%b) mask(%m) : (tensor<?x?x4xf32>, tensor<4x20xf32>, tensor<5x20xf32>, tensor<20xf32>, tensor<?x?xi1>) -> tensor<?x5xf32>
  %z = keratin.dense %h, %dk bias(%db) : (tensor<?x5xf32>, tensor<5x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %p = keratin.activation <sigmoid> %z : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %l = keratin.loss <binary_crossentropy> %z, %y weight(%sw) {from_logits} : (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?xf32>) -> tensor<f32>
  %a = keratin.metric <binary_accuracy> %p, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<2xf32>
  keratin.record %l {slot = 0} : (tensor<f32>) -> ()
  keratin.record %a {slot = 1} : (tensor<2xf32>) -> ()
  keratin.minimize %l learning_rate(%lr : f32) iteration(%iter) {optimizer = #keratin.adam<beta_1 = 0.9 : f64, beta_2 = 0.999 : f64, epsilon = 1.0e-7 : f64, amsgrad = false>} : tensor<f32>
  return
}
