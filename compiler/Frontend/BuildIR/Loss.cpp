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

static Value emitLoss(EntryBuilder &builder, const CompileSpec &compile, const LossSpec &loss,
                      const TrainedOutput &output) {
  auto kind = symbolizeLossKind(loss.kind);
  auto reduction = symbolizeReduction(loss.reduction);
  if (!kind)
    throw UserError(compile.location, "loss \"" + loss.kind + "\" is not supported");
  if (!reduction)
    throw UserError(compile.location,
                    "reduction \"" + loss.reduction + "\" of a loss is not supported");
  bool crossentropy =
      *kind != LossKind::mean_squared_error && *kind != LossKind::mean_absolute_error;
  Value logits = crossentropy && !output.prediction.hidesLogits
                     ? logitsOf(output.prediction.value)
                     : Value();
  return LossOp::create(builder, logits ? logits : output.prediction.value, output.target,
                        output.sampleWeight, output.prediction.mask, *kind,
                        loss.fromLogits || logits,
                        builder.getF64FloatAttr(loss.labelSmoothing).getValue(), *reduction,
                        ValueRange(), ValueRange())
      .getResult(0);
}

static Value emitMetric(EntryBuilder &builder, const CompileSpec &compile, const MetricSpec &metric,
                        const LossSpec &loss, const TrainedOutput &output) {
  auto kind = symbolizeMetricKind(metric.kind);
  if (!kind)
    throw UserError(compile.location, "metric \"" + metric.name + "\" is not supported");
  if ((*kind == MetricKind::sparse_categorical_accuracy) != isSparse(loss))
    throw UserError(compile.location, "metric \"" + metric.name + "\" (" + metric.kind +
                                          ") expects other targets than loss " + loss.kind);
  return MetricOp::create(builder, output.prediction.value, output.target,
                          metric.weighted ? output.sampleWeight : Value(), output.prediction.mask,
                          *kind, ValueRange(), ValueRange())
      .getResult(0);
}

/// What the step minimizes. Of one loss that counts once it is that.
static Value emitTotal(EntryBuilder &builder, const CompileSpec &compile, ArrayRef<Value> losses) {
  SmallVector<double> weights;
  for (const LossSpec &loss : compile.losses)
    weights.push_back(loss.weight);
  if (losses.size() == 1 && weights.front() == 1)
    return losses.front();
  return TotalLossOp::create(builder, losses, builder.getDenseF64ArrayAttr(weights), ValueRange(),
                             ValueRange())
      .getResult(0);
}

Value emitLossAndMetrics(EntryBuilder &builder, const ModelSpec &model,
                         ArrayRef<TrainedOutput> outputs) {
  const CompileSpec &compile = *model.compile;
  auto enterLoss = [&] { builder.enter(compile.location, "loss"); };
  enterLoss();
  SmallVector<Value> losses;
  for (auto [loss, output] : llvm::zip_equal(compile.losses, outputs))
    losses.push_back(emitLoss(builder, compile, loss, output));
  Value total = emitTotal(builder, compile, losses);
  for (auto [slot, log] : llvm::enumerate(model.logs())) {
    Value value = log.output < 0 ? total : losses[log.output];
    if (log.metric >= 0) {
      builder.enter(compile.location, log.name);
      value = emitMetric(builder, compile, compile.metrics[log.output][log.metric],
                         compile.losses[log.output], outputs[log.output]);
    } else {
      enterLoss();
    }
    RecordOp::create(builder, TypeRange(), value, static_cast<int64_t>(slot), ValueRange(),
                     ValueRange());
  }
  enterLoss();
  return total;
}

} // namespace keratin
