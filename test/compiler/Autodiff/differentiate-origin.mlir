// RUN: keratin-opt %s -keratin-differentiate --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

keratin.param @kernel : tensor<4x3xf32> {trainable}

#dense = loc(fused<#keratin.origin<layer = "dense", entry = "gradients", backward = false>>["model.py":4:1])
#loss = loc(fused<#keratin.origin<layer = "loss", entry = "gradients", backward = false>>["model.py":9:1])

// CHECK-LABEL: @gradients_belong_to_their_layer
// CHECK: keratin.loss_grad {{.*}} loc(fused<#keratin.origin<layer = "loss", entry = "gradients", backward = true>>["model.py":9:1])
// CHECK: keratin.dense_kernel_grad {{.*}} loc(fused<#keratin.origin<layer = "dense", entry = "gradients", backward = true>>["model.py":4:1])
// CHECK: keratin.write_gradient {{.*}} loc(fused<#keratin.origin<layer = "dense", entry = "gradients", backward = true>>["model.py":4:1])
func.func @gradients_belong_to_their_layer(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  %w = keratin.read_param @kernel : tensor<4x3xf32> loc(#dense)
  %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32> loc(#dense)
  %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<f32> loc(#loss)
  keratin.minimize %l : tensor<f32> loc(#loss)
  return
}
