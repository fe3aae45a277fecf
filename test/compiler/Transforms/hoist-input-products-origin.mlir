// RUN: keratin-opt %s -keratin-hoist-input-products --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// CHECK-LABEL: @product_belongs_to_the_layer
// CHECK: keratin.dense {{.*}} loc(fused<#keratin.origin<layer = "lstm", entry = "predict", backward = false>>["model.py":4:1])
func.func @product_belongs_to_the_layer(%x: tensor<?x?x3xf32>, %k: tensor<3x8xf32>, %u: tensor<2x8xf32>) -> tensor<?x2xf32> {
  %y = keratin.lstm %x kernel(%k) recurrent(%u) : (tensor<?x?x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
      loc(fused<#keratin.origin<layer = "lstm", entry = "predict", backward = false>>["model.py":4:1])
  return %y : tensor<?x2xf32>
}
