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
  Value logits = hasLogits(*kind) ? logitsOf(prediction.value) : Value();
  return LossOp::create(builder, logits ? logits : prediction.value, target, sampleWeight,
                        prediction.mask, *kind, loss.fromLogits || logits,
                        builder.getF64FloatAttr(loss.labelSmoothing).getValue(),
                        builder.getF64FloatAttr(loss.delta).getValue(), *reduction, ValueRange(),
                        ValueRange())
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

MetricForm metricForm(const CompileSpec &compile, const MetricSpec &metric, int64_t columns) {
  if (metric.kind == "root_mean_squared_error")
    return {"root_mean", 1};
  std::optional<MetricKind> kind = symbolizeMetricKind(metric.kind);
  if (!kind && !lossOfMetric(metric.kind))
    throw UserError(compile.location, "metric \"" + metric.name + "\" is not supported");
  const char *result = "mean";
  if (kind == MetricKind::auc)
    result = "auc";
  else if (kind == MetricKind::r2_score)
    result = "r2_score";
  else if (kind && *kind >= MetricKind::true_positives && *kind <= MetricKind::false_negatives)
    result = "count";
  bool countsMistakes = kind == MetricKind::false_positives || kind == MetricKind::false_negatives;
  return {result, kind ? accumulatorPairs(*kind, columns) : 1,
          kind ? !countsMistakes : metric.kind == "cosine_similarity"};
}

static Value emitMetric(EntryBuilder &builder, const CompileSpec &compile, const MetricSpec &metric,
                        const Tensor &prediction, Value target, Value sampleWeight) {
  const LossSpec &loss = compile.losses.front();
  if (isSparse(metric.kind) != isSparse(loss.kind))
    throw UserError(compile.location, "metric \"" + metric.name + "\" (" + metric.kind +
                                          ") expects other targets than loss " + loss.kind);
  const Json config = metric.config.is_object() ? metric.config : Json::object();
  auto number = [&](const char *key, double otherwise) {
    Json value = config.value(key, Json());
    return APFloat(value.is_number() ? value.get<double>() : otherwise);
  };
  Value weight = metric.weighted ? sampleWeight : Value();
  if (std::optional<MetricKind> kind = symbolizeMetricKind(metric.kind))
    return MetricOp::create(builder, prediction.value, target, weight, prediction.mask, *kind,
                            number("threshold", number("thresholds", 0.5).convertToDouble()),
                            config.value("k", int64_t{5}), ValueRange(), ValueRange())
        .getResult(0);
  LossKind kind = *lossOfMetric(metric.kind);
  Value logits = hasLogits(kind) ? logitsOf(prediction.value) : Value();
  return LossMetricOp::create(builder, logits ? logits : prediction.value, target, weight,
                              prediction.mask, kind, config.value("from_logits", false) || logits,
                              number("label_smoothing", 0), number("delta", 1), ValueRange(),
                              ValueRange())
      .getResult(0);
}

Value emitLossAndMetrics(EntryBuilder &builder, const CompileSpec &compile,
                         const Tensor &prediction, Value target, Value sampleWeight,
                         ArrayRef<Value> penalties) {
  builder.enter(compile.location, "loss");
  Value loss = emitLoss(builder, compile, prediction, target, sampleWeight);
  SmallVector<Value> parts{loss};
  parts.append(penalties.begin(), penalties.end());
  RecordOp::create(builder, TypeRange(), parts, /*slot=*/0, ValueRange(), ValueRange());
  int64_t slot = 1;
  for (const std::vector<MetricSpec> &metrics : compile.metrics)
    for (const MetricSpec &metric : metrics) {
      builder.enter(compile.location, metric.name);
      int64_t pairs = metricForm(compile, metric, prediction.type().getShape().back()).pairs;
      Value value = emitMetric(builder, compile, metric, prediction, target, sampleWeight);
      RecordOp::create(builder, TypeRange(), value, slot, ValueRange(), ValueRange());
      slot += pairs;
    }
  builder.enter(compile.location, "loss");
  return loss;
}

} // namespace keratin
