// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pass that turns a loss into gradients and updates.
#ifndef KERATIN_AUTODIFF_PASSES_TD
#define KERATIN_AUTODIFF_PASSES_TD

include "mlir/Pass/PassBase.td"

def DifferentiatePass : Pass<"keratin-differentiate", "::mlir::ModuleOp"> {
  let summary = "replace keratin.minimize by the backward pass and the updates";
  let description = [{
    Walks from the loss of each `keratin.minimize` back to the trainable parameters and asks every op on the way
    (`DifferentiableOpInterface`) first to keep its tape, then for its gradient. Gradients of a value with several
    uses are added up; only those on a way to a trainable parameter are computed. Gradient ops stand where
    `keratin.minimize` stood and carry the origin of their layer with `backward = true`.

    Last of all come a `keratin.update` for each trainable parameter in the order of the module, or a
    `keratin.write_gradient` where `keratin.minimize` has no optimizer.

    Recurrent ops must have been through `keratin-hoist-input-products`.

    ```mlir
    %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x1xf32>) -> tensor<?x1xf32>
    %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<f32>
    keratin.minimize %l : tensor<f32>
    ```

    becomes

    ```mlir
    %z = keratin.dense %x, %w : (tensor<?x4xf32>, tensor<4x1xf32>) -> tensor<?x1xf32>
    %l = keratin.loss <mean_squared_error> %z, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<f32>
    %dz = keratin.loss_grad <mean_squared_error> %z, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
    %dw = keratin.dense_kernel_grad %x, %dz : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<4x1xf32>
    keratin.write_gradient @w, %dw : (tensor<4x1xf32>) -> ()
    ```
  }];
  let statistics = [
    Statistic<"numOpsDifferentiated", "num-ops-differentiated", "Ops whose gradient was built">
  ];
}

#endif
