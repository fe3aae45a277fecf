// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses, metrics, and their record in the caller's accumulators.
#ifndef KERATIN_LOSS_OPS_TD
#define KERATIN_LOSS_OPS_TD

include "dialect/IR/KeratinBase.td"

defvar lossOperands = (ins Keratin_Floats:$prediction, Keratin_FloatsOrIntegers:$target,
    Optional<Keratin_Floats>:$sample_weight, Optional<Keratin_Mask>:$mask);
defvar sampleLossAttributes = (ins Keratin_LossKindAttr:$kind, UnitAttr:$from_logits,
    DefaultValuedAttr<F64Attr, "0.0">:$label_smoothing, DefaultValuedAttr<F64Attr, "1.0">:$delta);
defvar lossAttributes = (ins
    DefaultValuedAttr<Keratin_ReductionAttr, "::keratin::Reduction::sum_over_batch_size">:$reduction);
defvar lossFormat = [{$kind $prediction `,` $target (`weight` `(` $sample_weight^ `)`)? (`mask` `(` $mask^ `)`)?}];

def Keratin_LossOp : Keratin_InferredOp<"loss", !con(lossOperands, sampleLossAttributes, lossAttributes),
                                        lossFormat> {
  let summary = "the loss of a batch, one number";
  let description = [{
    Per sample the mean (for categorical crossentropies the sum) over the last axis; samples are then weighted and, with
    `sum_over_batch_size`, divided by their number, not by the sum of weights. A mask leaves samples out and the
    divisor counts those left. `from_logits` takes the values before sigmoid or softmax, where the loss
    neither saturates nor clips. Without it probabilities are clipped to [1e-7, 1 - 1e-7], rounded to the element type as
    Keras does: for f32 the upper bound is 0.99999988, whose distance to one is 1.19e-7.
    Sparse targets are i32 of one dimension less. `delta` is Huber's. Labels of the hinge losses that are all 0 or 1
    are taken for -1 and 1.

    ```mlir
    %l = keratin.loss <binary_crossentropy> %z, %y weight(%w) {from_logits}
        : (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?xf32>) -> tensor<f32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_LossGradOp : Keratin_InferredOp<"loss_grad",
    !con(lossOperands, sampleLossAttributes, lossAttributes,
         (ins DefaultValuedAttr<F64Attr, "1.0">:$loss_weight)), lossFormat> {
  let summary = "the gradient of a loss with respect to its prediction";
  let description = [{
    Multiplied by `loss_weight`, which is that of the loss in the total. Zero where a probability is clipped. For
    categorical targets that do not sum to one it is the true gradient, sum(target) * softmax(z) - target.

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

def Keratin_LossMetricOp : Keratin_InferredOp<"loss_metric", !con(lossOperands, sampleLossAttributes), lossFormat> {
  let summary = "sum and weight of a loss over the samples of a batch, as a metric";
  let description = [{
    Two numbers: the (weighted) sum of the samples' losses and the number (sum of weights) of samples. As a metric
    cosine similarity is not negated.

    ```mlir
    %m = keratin.loss_metric <mean_squared_error> %p, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<2xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_MetricOp : Keratin_InferredOp<"metric", !con(lossOperands, (ins Keratin_MetricKindAttr:$kind,
    DefaultValuedAttr<F64Attr, "0.5">:$threshold, DefaultValuedAttr<I64Attr, "5">:$k)), lossFormat> {
  let summary = "what a metric accumulates over a batch";
  let description = [{
    Pairs of numbers that add up over batches; masked samples count for nothing, others with their weight w.

    - Accuracies: the sum of w times the metric of each sample, a mean over the last axis, and the sum of w. Binary
      accuracy counts prediction > threshold; the others compare the first largest, or look for it among the k largest.
    - `precision`, `recall`: true positives, and the sum that they are divided by; the counts: the count, and 0.
      Every element is a prediction of its own, positive above threshold; a label is true unless 0.
    - `auc`: for 200 thresholds i/199 the weight of true labels whose prediction lies in (i/199, (i+1)/199], then of
      false ones. Predictions are clipped to [0, 1]; 0 counts for the first.
    - `r2_score`: sums of w*y^2, w*y, w*(y-p)^2 and w for each column.

    ```mlir
    %m = keratin.metric <binary_accuracy> %p, %y : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<2xf32>
    ```
  }];
}

def Keratin_PenaltyOp : Keratin_InferredOp<"penalty",
    (ins Keratin_Floats:$value, F64Attr:$l1, F64Attr:$l2, UnitAttr:$per_row), "$value"> {
  let summary = "a regularizer's part of the loss: l1 * sum |x| + l2 * sum x^2";
  let description = [{
    Of a weight; with `per_row` of a layer's output, divided by the number of rows.

    ```mlir
    %p = keratin.penalty %kernel {l1 = 0.0 : f64, l2 = 0.01 : f64} : (tensor<128x512xf32>) -> tensor<f32>
    ```
  }];
}

def Keratin_PenaltyGradOp : Keratin_InferredOp<"penalty_grad",
    (ins Keratin_Floats:$value, F64Attr:$l1, F64Attr:$l2, UnitAttr:$per_row), "$value"> {
  let summary = "the gradient of a penalty: l1 * sign(x) + 2 * l2 * x";
  let description = [{
    ```mlir
    %g = keratin.penalty_grad %kernel {l1 = 0.0 : f64, l2 = 0.01 : f64} : (tensor<128x512xf32>) -> tensor<128x512xf32>
    ```
  }];
}

def Keratin_RecordOp : Keratin_ComputeOp<"record", (ins Variadic<Keratin_Floats>:$values, I64Attr:$slot), "$values"> {
  let summary = "adds to the caller's accumulators";
  let description = [{
    What a metric accumulates is added to pairs `slot` and following. Losses and penalties are added as
    {sum * rows, rows}, so that an epoch's average weights a smaller last batch by its size.

    ```mlir
    keratin.record %loss, %penalty {slot = 0 : i64} : (tensor<f32>, tensor<f32>) -> ()
    ```
  }];
}

#endif
