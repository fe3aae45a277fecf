// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes from keratin to keratin in tensor form.
//
//   keratin-hoist-input-products   takes x·W out of the recurrence; before keratin-differentiate
//   keratin-premultiply-tables     replaces a product with rows of a table; after keratin-hoist-input-products
//   keratin-fuse-activations       puts an activation into the product before it; after keratin-differentiate
#ifndef KERATIN_TRANSFORMS_PASSES_TD
#define KERATIN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def HoistInputProductsPass : Pass<"keratin-hoist-input-products", "::mlir::func::FuncOp"> {
  let summary = "take the product of inputs and kernel out of recurrent layers";
  let description = [{
    The product of a recurrent layer's input with its kernel does not depend on the state. It becomes a
    `keratin.dense` over the whole sequence, one large product instead of a small one a step; its gradient is
    then the gradient of a dense layer.

    ```mlir
    %h = keratin.lstm %x kernel(%w) recurrent(%u) bias(%b)
        : (tensor<?x?x8xf32>, tensor<8x20xf32>, tensor<5x20xf32>, tensor<20xf32>) -> tensor<?x5xf32>
    ```

    becomes

    ```mlir
    %z = keratin.dense %x, %w bias(%b) {gates = 4 : i64}
        : (tensor<?x?x8xf32>, tensor<8x20xf32>, tensor<20xf32>) -> tensor<?x?x20xf32>
    %h = keratin.lstm %z recurrent(%u) : (tensor<?x?x20xf32>, tensor<5x20xf32>) -> tensor<?x5xf32>
    ```
  }];
  let statistics = [
    Statistic<"numProductsHoisted", "num-products-hoisted", "Products taken out of recurrent layers">
  ];
}

def PremultiplyTablesPass : Pass<"keratin-premultiply-tables", "::mlir::ModuleOp"> {
  let summary = "multiply tables with the kernels of the layers behind, once";
  let description = [{
    Where no entry trains, the weights do not change from call to call, and the row of a table times a kernel can be
    looked up instead of computed: the product becomes a parameter of its own, which packing computes. Products take
    memory, vocabulary times columns, `max-bytes` of it in all; larger ones stay in the entries.

    ```mlir
    keratin.param @words : tensor<10000x128xf32>
    keratin.param @kernel : tensor<128x512xf32> {gates = 4 : i64}
    %x = keratin.embedding %tokens, %words : (tensor<?x?xi32>, tensor<10000x128xf32>) -> tensor<?x?x128xf32>
    %z = keratin.dense %x, %kernel {gates = 4 : i64}
        : (tensor<?x?x128xf32>, tensor<128x512xf32>) -> tensor<?x?x512xf32>
    ```

    becomes

    ```mlir
    keratin.param @words_by_kernel : tensor<10000x512xf32>
        {gates = 4 : i64, product = #keratin.product<table = @words, kernel = @kernel>}
    %z = keratin.embedding %tokens, %words_by_kernel {gates = 4 : i64}
        : (tensor<?x?xi32>, tensor<10000x512xf32>) -> tensor<?x?x512xf32>
    ```
  }];
  let options = [
    Option<"maxBytes", "max-bytes", "int64_t", "0", "Bytes that products may take in all">
  ];
  let statistics = [
    Statistic<"numProducts", "num-products", "Products replaced with rows of a table">
  ];
}

def FuseActivationsPass : Pass<"keratin-fuse-activations", "::mlir::func::FuncOp"> {
  let summary = "compute an activation where its input is produced";
  let description = [{
    An activation whose input is the otherwise unused result of a linear `keratin.dense` becomes that op's
    `activation`, so that the product is never stored without it. Softmax needs whole rows and stays apart.

    After `keratin-differentiate` a pre-activation that the backward pass reads has a second use and is left
    alone; the derivatives of relu, sigmoid, tanh and their like read the result only.

    ```mlir
    %z = keratin.dense %x, %w : (tensor<?x100xf32>, tensor<100x64xf32>) -> tensor<?x64xf32>
    %y = keratin.activation <relu> %z : (tensor<?x64xf32>) -> tensor<?x64xf32>
    ```

    becomes

    ```mlir
    %y = keratin.dense %x, %w {activation = #keratin.activation<relu>}
        : (tensor<?x100xf32>, tensor<100x64xf32>) -> tensor<?x64xf32>
    ```
  }];
  let statistics = [
    Statistic<"numActivationsFused", "num-activations-fused", "Activations computed by a dense op">
  ];
}

#endif
