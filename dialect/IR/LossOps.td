// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses, metrics, and their record in the caller's accumulators.
#ifndef KERATIN_LOSS_OPS_TD
#define KERATIN_LOSS_OPS_TD

include "dialect/IR/KeratinBase.td"

defvar lossOperands = (ins Keratin_Floats:$prediction, Keratin_FloatsOrIntegers:$target,
    Optional<Keratin_Floats>:$sample_weight, Optional<Keratin_Mask>:$mask);
defvar lossAttributes = (ins Keratin_LossKindAttr:$kind, UnitAttr:$from_logits,
    DefaultValuedAttr<F64Attr, "0.0">:$label_smoothing,
    DefaultValuedAttr<Keratin_ReductionAttr, "::keratin::Reduction::sum_over_batch_size">:$reduction);
defvar lossFormat = [{$kind $prediction `,` $target (`weight` `(` $sample_weight^ `)`)? (`mask` `(` $mask^ `)`)?}];

def Keratin_LossOp : Keratin_InferredOp<"loss", !con(lossOperands, lossAttributes), lossFormat> {
  let summary = "the loss of a batch, one number";
  let description = [{
    Per sample the mean (for categorical crossentropies the sum) over the last axis; samples are then weighted and, with
    `sum_over_batch_size`, divided by their number, not by the sum of weights. A mask leaves samples out and the
    divisor counts those left. `from_logits` takes the values before sigmoid or softmax, where the loss
    neither saturates nor clips. Without it probabilities are clipped to [1e-7, 1 - 1e-7], rounded to the element type as
    Keras does: for f32 the upper bound is 0.99999988, whose distance to one is 1.19e-7.
    Sparse targets are i32 of one dimension less.

    ```mlir
    %l = keratin.loss <binary_crossentropy> %z, %y weight(%w) {from_logits}
        : (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?xf32>) -> tensor<f32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_LossGradOp : Keratin_InferredOp<"loss_grad",
    !con(lossOperands, lossAttributes, (ins DefaultValuedAttr<F64Attr, "1.0">:$loss_weight)), lossFormat> {
  let summary = "the gradient of a loss with respect to its prediction";
  let description = [{
    Multiplied by `loss_weight`, which is that of the loss in the total. Zero where a probability is clipped. For categorical targets that do not sum to one it is the true gradient,
    sum(target) * softmax(z) - target.

    ```mlir
    %dz = keratin.loss_grad <binary_crossentropy> %z, %y weight(%w) {from_logits}
        : (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?xf32>) -> tensor<?x1xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_TotalLossOp : Keratin_InferredOp<"total_loss",
    (ins Variadic<Keratin_Floats>:$losses, DenseF64ArrayAttr:$weights), "$losses"> {
  let summary = "the weighted sum of losses, which a step minimizes";
  let description = [{
    Of a model with several outputs, or with `loss_weights`. Gradients begin at the losses: each `keratin.loss_grad`
    has its loss's weight.

    ```mlir
    %total = keratin.total_loss %l0, %l1 {weights = array<f64: 1.0, 0.5>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_MetricOp : Keratin_InferredOp<"metric", !con(lossOperands, (ins Keratin_MetricKindAttr:$kind)),
                                          lossFormat> {
  let summary = "sum and weight of a metric over a batch";
  let description = [{
    Two numbers: the (weighted) sum over samples of the metric's value, a mean over the last axis, and the
    number (sum of weights) of samples. Binary accuracy counts prediction > 0.5; the others compare the first largest.

    ```mlir
    %m = keratin.metric <binary_accuracy> %p, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<2xf32>
    ```
  }];
}

def Keratin_RecordOp : Keratin_ComputeOp<"record", (ins Keratin_Floats:$value, I64Attr:$slot), "$value"> {
  let summary = "adds to one of the caller's accumulators";
  let description = [{
    A metric's {sum, weight} is added to accumulator `slot`; a loss is added as {loss * rows, rows}, so that an epoch's
    average weights a smaller last batch by its size.

    ```mlir
    keratin.record %loss {slot = 0 : i64} : (tensor<f32>) -> ()
    ```
  }];
}

#endif
