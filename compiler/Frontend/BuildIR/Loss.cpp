// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses, with Keras's recovery of logits, and metrics.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

static bool isSparse(const std::string &kind) { return StringRef(kind).starts_with("sparse_"); }

RankedTensorType targetType(const LossSpec &loss, RankedTensorType prediction) {
  if (!isSparse(loss.kind))
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
  Value logits = hasLogits(*kind) && !output.prediction.hidesLogits
                     ? logitsOf(output.prediction.value)
                     : Value();
  return LossOp::create(
             builder, logits ? logits : output.prediction.value, output.target, output.sampleWeight,
             output.prediction.mask, *kind, loss.fromLogits || logits,
             builder.getF64FloatAttr(loss.labelSmoothing).getValue(),
             builder.getF64FloatAttr(loss.delta).getValue(), *reduction, ValueRange(), ValueRange())
      .getResult(0);
}

/// The loss that is a metric under a name of its own.
static std::optional<LossKind> lossOfMetric(StringRef kind) {
  if (kind == "root_mean_squared_error")
    return LossKind::mean_squared_error;
  if (kind == "log_cosh_error")
    return LossKind::log_cosh;
  return symbolizeLossKind(kind);
}

rt::MetricForm metricForm(const ModelSpec &model, const LogSpec &log) {
  if (log.metric < 0)
    return {"mean", 1};
  const MetricSpec &metric = model.compile->metrics[log.output][log.metric];
  if (metric.kind == "root_mean_squared_error")
    return {"root_mean", 1};
  std::optional<MetricKind> kind = symbolizeMetricKind(metric.kind);
  std::string result = "mean";
  if (kind == MetricKind::auc)
    result = "auc";
  else if (kind == MetricKind::r2_score)
    result = "r2_score";
  else if (kind && *kind >= MetricKind::true_positives && *kind <= MetricKind::false_negatives)
    result = "count";
  std::optional<bool> largerIsBetter = kind || metric.kind == "cosine_similarity";
  if (result == "count")
    largerIsBetter.reset();
  return {result,
          kind ? accumulatorPairs(*kind, model.shapeOf(model.outputs[log.output]).back()) : 1,
          largerIsBetter};
}

static Value emitMetric(EntryBuilder &builder, const CompileSpec &compile, const MetricSpec &metric,
                        const LossSpec &loss, const TrainedOutput &output) {
  if (isSparse(metric.kind) != isSparse(loss.kind))
    throw UserError(compile.location, "metric \"" + metric.name + "\" (" + metric.kind +
                                          ") expects other targets than loss " + loss.kind);
  const Json config = metric.config.is_object() ? metric.config : Json::object();
  auto number = [&](const char *key, double otherwise) {
    Json value = config.value(key, Json());
    return APFloat(value.is_number() ? value.get<double>() : otherwise);
  };
  const Tensor &prediction = output.prediction;
  Value weight = metric.weighted ? output.sampleWeight : Value();
  if (std::optional<MetricKind> kind = symbolizeMetricKind(metric.kind))
    return MetricOp::create(builder, prediction.value, output.target, weight, prediction.mask,
                            *kind, number("threshold", number("thresholds", 0.5).convertToDouble()),
                            config.value("k", int64_t{5}), ValueRange(), ValueRange())
        .getResult(0);
  std::optional<LossKind> kind = lossOfMetric(metric.kind);
  if (!kind)
    throw UserError(compile.location, "metric \"" + metric.name + "\" is not supported");
  Value logits = hasLogits(*kind) && !prediction.hidesLogits ? logitsOf(prediction.value) : Value();
  return LossMetricOp::create(builder, logits ? logits : prediction.value, output.target, weight,
                              prediction.mask, *kind, config.value("from_logits", false) || logits,
                              number("label_smoothing", 0), number("delta", 1), ValueRange(),
                              ValueRange())
      .getResult(0);
}

/// What the step minimizes, but for penalties. Of one loss that counts once it is that.
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

/// Keras does not spread a mask of steps over further dimensions of the losses, either.
static void checkMask(const CompileSpec &compile, const Tensor &prediction) {
  if (!prediction.mask)
    return;
  int64_t rank = prediction.type().getRank();
  if (cast<RankedTensorType>(prediction.mask.getType()).getRank() != rank - 1)
    throw UserError(compile.location,
                    "the loss of an output of rank " + std::to_string(rank) +
                        " cannot leave out masked steps",
                    "give the model an output of rank 3, (batch, steps, features)");
}

Value emitLossAndMetrics(EntryBuilder &builder, const ModelSpec &model,
                         ArrayRef<TrainedOutput> outputs) {
  const CompileSpec &compile = *model.compile;
  for (const TrainedOutput &output : outputs)
    checkMask(compile, output.prediction);
  builder.enter(compile.location, "loss");
  SmallVector<Value> losses;
  for (auto [loss, output] : llvm::zip_equal(compile.losses, outputs))
    losses.push_back(emitLoss(builder, compile, loss, output));
  Value total = emitTotal(builder, compile, losses);
  int64_t slot = 0;
  for (const LogSpec &log : model.logs()) {
    SmallVector<Value> values;
    if (log.metric >= 0) {
      builder.enter(compile.location, log.name);
      values = {emitMetric(builder, compile, compile.metrics[log.output][log.metric],
                           compile.losses[log.output], outputs[log.output])};
    } else {
      builder.enter(compile.location, "loss");
      values = {log.output < 0 ? total : losses[log.output]};
      if (log.output < 0)
        values.append(builder.penalties);
    }
    RecordOp::create(builder, TypeRange(), values, slot, ValueRange(), ValueRange());
    slot += metricForm(model, log).pairs;
  }
  builder.enter(compile.location, "loss");
  return total;
}

} // namespace keratin
