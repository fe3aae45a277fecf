// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses, with Keras's recovery of logits, and metrics.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

static bool isSparse(const LossSpec &loss) {
  return loss.kind == "sparse_categorical_crossentropy";
}

RankedTensorType targetType(const LossSpec &loss, RankedTensorType prediction) {
  if (!isSparse(loss))
    return prediction;
  return RankedTensorType::get(prediction.getShape().drop_back(),
                               IntegerType::get(prediction.getContext(), 32));
}

RankedTensorType sampleWeightType(RankedTensorType prediction) {
  return RankedTensorType::get(prediction.getShape().drop_back(), prediction.getElementType());
}

/// The values before a sigmoid or softmax that is the last op of the prediction, or null. Keras
/// keeps them with the tensor, so layers that hand it on unchanged do not matter, dropout in
/// training does; nor does it matter whether the activation suits the loss.
static Value logitsOf(Value prediction) {
  auto activation = prediction.getDefiningOp<ActivationOp>();
  if (!activation ||
      (activation.getKind() != Activation::sigmoid && activation.getKind() != Activation::softmax))
    return {};
  return activation.getInput();
}

static Value emitLoss(EntryBuilder &builder, const CompileSpec &compile, const Tensor &prediction,
                      Value target, Value sampleWeight) {
  const LossSpec &loss = compile.losses.front();
  auto kind = symbolizeLossKind(loss.kind);
  auto reduction = symbolizeReduction(loss.reduction);
  if (!kind)
    throw UserError(compile.location, "loss \"" + loss.kind + "\" is not supported");
  if (!reduction)
    throw UserError(compile.location,
                    "reduction \"" + loss.reduction + "\" of a loss is not supported");
  bool crossentropy =
      *kind != LossKind::mean_squared_error && *kind != LossKind::mean_absolute_error;
  Value logits = crossentropy && !prediction.hidesLogits ? logitsOf(prediction.value) : Value();
  return LossOp::create(builder, logits ? logits : prediction.value, target, sampleWeight,
                        prediction.mask, *kind, loss.fromLogits || logits,
                        builder.getF64FloatAttr(loss.labelSmoothing).getValue(), *reduction,
                        ValueRange(), ValueRange())
      .getResult(0);
}

static Value emitMetric(EntryBuilder &builder, const CompileSpec &compile, const MetricSpec &metric,
                        const Tensor &prediction, Value target, Value sampleWeight) {
  auto kind = symbolizeMetricKind(metric.kind);
  if (!kind)
    throw UserError(compile.location, "metric \"" + metric.name + "\" is not supported");
  const LossSpec &loss = compile.losses.front();
  if ((*kind == MetricKind::sparse_categorical_accuracy) != isSparse(loss))
    throw UserError(compile.location, "metric \"" + metric.name + "\" (" + metric.kind +
                                          ") expects other targets than loss " + loss.kind);
  return MetricOp::create(builder, prediction.value, target,
                          metric.weighted ? sampleWeight : Value(), prediction.mask, *kind,
                          ValueRange(), ValueRange())
      .getResult(0);
}

Value emitLossAndMetrics(EntryBuilder &builder, const CompileSpec &compile,
                         const Tensor &prediction, Value target, Value sampleWeight) {
  builder.enter(compile.location, "loss");
  Value loss = emitLoss(builder, compile, prediction, target, sampleWeight);
  RecordOp::create(builder, TypeRange(), loss, /*slot=*/0, ValueRange(), ValueRange());
  int64_t slot = 1;
  for (const std::vector<MetricSpec> &metrics : compile.metrics)
    for (const MetricSpec &metric : metrics) {
      builder.enter(compile.location, metric.name);
      Value value = emitMetric(builder, compile, metric, prediction, target, sampleWeight);
      RecordOp::create(builder, TypeRange(), value, slot++, ValueRange(), ValueRange());
    }
  builder.enter(compile.location, "loss");
  return loss;
}

} // namespace keratin
