// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of metrics, and of their record in the caller's accumulators.
#include "compiler/Conversion/KeratinToLoops/Samples.h"

#include <limits>

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

/// The first position of the largest of `values(c)`.
Value emitArgmax(KernelBuilder &k, Value classes, function_ref<Value(Value)> values) {
  double lowest = -std::numeric_limits<float>::infinity();
  return k.loop(
      k.index(0), classes, 1, {k.index(0), k.scalar(lowest)}, [&](Value c, ValueRange best) {
        Value value = values(c);
        Value larger = k.compare(Predicate::OGT, value, best[1]);
        return SmallVector<Value>{k.select(larger, c, best[0]), k.select(larger, value, best[1])};
      })[0];
}

Value oneIf(KernelBuilder &k, Value condition) {
  return k.select(condition, k.scalar(1), k.scalar(0));
}

/// Whether a class's prediction is among the k largest: ties count for it.
Value emitInTopK(KernelBuilder &k, Samples<MetricOp> &samples, int64_t places,
                 ArrayRef<Value> sample, Value label) {
  Value own = samples.prediction(sample, label);
  Value above = samples.sumClasses([&](Value c) {
    return oneIf(k, k.compare(Predicate::OGT, samples.prediction(sample, c), own));
  });
  return oneIf(k, k.compare(Predicate::OLT, above, k.scalar(static_cast<double>(places))));
}

/// An accuracy of one sample.
Value emitAccuracy(KernelBuilder &k, Samples<MetricOp> &samples, ArrayRef<Value> sample) {
  MetricOp op = samples.op;
  Value classes = k.index(samples.classes());
  Value threshold = k.scalar(op.getThreshold().convertToDouble());
  auto predicted = [&](Value c) { return samples.prediction(sample, c); };
  auto wanted = [&](Value c) { return samples.target(sample, c); };
  auto places = static_cast<int64_t>(op.getK());
  switch (op.getKind()) {
  case MetricKind::categorical_accuracy:
    return oneIf(k, k.equal(emitArgmax(k, classes, predicted), emitArgmax(k, classes, wanted)));
  case MetricKind::sparse_categorical_accuracy: {
    Value label = samples.label(sample);
    return oneIf(k, k.equal(emitArgmax(k, classes, predicted), label));
  }
  case MetricKind::top_k_categorical_accuracy:
    return emitInTopK(k, samples, places, sample, emitArgmax(k, classes, wanted));
  case MetricKind::sparse_top_k_categorical_accuracy:
    return emitInTopK(k, samples, places, sample, samples.label(sample));
  default: { // binary_accuracy
    Value hits = samples.sumClasses([&](Value c) {
      Value rounded = oneIf(k, k.compare(Predicate::OGT, predicted(c), threshold));
      return oneIf(k, k.compare(Predicate::OEQ, rounded, wanted(c)));
    });
    return k.mul(hits, 1.0 / static_cast<double>(samples.classes()));
  }
  }
}

Value isTrue(KernelBuilder &k, Samples<MetricOp> &samples, ArrayRef<Value> sample, Value c) {
  return k.compare(Predicate::UNE, samples.target(sample, c), k.scalar(0));
}

/// The two counts of one sample that precision, recall and the counts of a confusion matrix add
/// up.
SmallVector<Value> emitCounts(KernelBuilder &k, Samples<MetricOp> &samples,
                              ArrayRef<Value> sample) {
  MetricOp op = samples.op;
  Value threshold = k.scalar(op.getThreshold().convertToDouble());
  Value yes = arith::ConstantIntOp::create(k, 1, 1);
  auto positive = [&](Value c) {
    return k.compare(Predicate::OGT, samples.prediction(sample, c), threshold);
  };
  auto isNot = [&](Value condition) -> Value { return arith::XOrIOp::create(k, condition, yes); };
  auto count = [&](function_ref<Value(Value)> condition) {
    return samples.sumClasses([&](Value c) { return oneIf(k, condition(c)); });
  };
  auto countBoth = [&](bool predicted, bool wanted) {
    return count([&](Value c) -> Value {
      Value p = positive(c), y = isTrue(k, samples, sample, c);
      return arith::AndIOp::create(k, predicted ? p : isNot(p), wanted ? y : isNot(y));
    });
  };
  switch (op.getKind()) {
  case MetricKind::precision:
    return {countBoth(true, true), count(positive)};
  case MetricKind::recall:
    return {countBoth(true, true), count([&](Value c) { return isTrue(k, samples, sample, c); })};
  case MetricKind::true_positives:
    return {countBoth(true, true), k.scalar(0)};
  case MetricKind::true_negatives:
    return {countBoth(false, false), k.scalar(0)};
  case MetricKind::false_positives:
    return {countBoth(true, false), k.scalar(0)};
  default: // false_negatives
    return {countBoth(false, true), k.scalar(0)};
  }
}

void addTo(KernelBuilder &k, Value amount, Value out, Value at) {
  k.storeScalar(k.add(k.loadScalar(out, {at}), amount), out, {at});
}

void fillZero(KernelBuilder &k, Value out) {
  k.loop(k.index(bufferType(out).getNumElements()),
         [&](Value i) { k.storeScalar(k.scalar(0), out, {i}); });
}

/// The weight of predictions in each interval between thresholds, true labels first.
void emitAreaUnderCurve(KernelBuilder &k, Samples<MetricOp> &samples, Value out) {
  fillZero(k, out);
  samples.forEach([&](ArrayRef<Value> sample) {
    Value weight = samples.weight(sample);
    k.loop(k.index(samples.classes()), [&](Value c) {
      Value p = samples.prediction(sample, c);
      p = k.select(k.compare(Predicate::OGT, p, k.scalar(0)), p, k.scalar(0)); // NaN: 0
      Value scaled = k.mul(k.minimum(p, k.scalar(1)), static_cast<double>(aucThresholds - 1));
      Value floor = arith::FPToSIOp::create(k, k.getI32Type(), scaled);
      Value whole = arith::SIToFPOp::create(k, k.element, floor);
      // The ceiling less one, and 0 for 0.
      Value isWhole = k.compare(Predicate::OEQ, whole, scaled);
      Value below = k.select(isWhole, arith::SubIOp::create(k, floor, k.i32(1)), floor);
      Value interval = k.select(k.compare(Predicate::OEQ, scaled, k.scalar(0)), k.i32(0), below);
      Value first = k.select(isTrue(k, samples, sample, c), k.i32(0), k.i32(aucThresholds));
      Value at = arith::AddIOp::create(k, interval, first);
      addTo(k, weight, out, arith::IndexCastOp::create(k, k.getIndexType(), at));
    });
  });
}

/// Four sums for each column.
void emitSquareSums(KernelBuilder &k, Samples<MetricOp> &samples, Value out) {
  fillZero(k, out);
  samples.forEach([&](ArrayRef<Value> sample) {
    Value weight = samples.weight(sample);
    k.loop(k.index(samples.classes()), [&](Value c) {
      Value y = samples.target(sample, c), error = k.sub(y, samples.prediction(sample, c));
      Value weighted = k.mul(weight, y), at = k.times(c, 4);
      Value sums[] = {k.mul(weighted, y), weighted, k.mul(weight, k.mul(error, error)), weight};
      for (auto [i, sum] : llvm::enumerate(sums))
        addTo(k, sum, out, k.plus(at, static_cast<int64_t>(i)));
    });
  });
}

} // namespace

void lower(KernelBuilder &k, MetricOp op) {
  Samples<MetricOp> samples(k, op);
  Value out = op.getOuts().front();
  if (op.getKind() == MetricKind::auc)
    return emitAreaUnderCurve(k, samples, out);
  if (op.getKind() == MetricKind::r2_score)
    return emitSquareSums(k, samples, out);
  bool isAccuracy = op.getKind() < MetricKind::precision;
  SmallVector<Value> sums = samples.sum(2, [&](ArrayRef<Value> sample) {
    Value weight = samples.weight(sample);
    if (isAccuracy)
      return SmallVector<Value>{k.mul(weight, emitAccuracy(k, samples, sample)), weight};
    SmallVector<Value> counts = emitCounts(k, samples, sample);
    return SmallVector<Value>{k.mul(weight, counts[0]), k.mul(weight, counts[1])};
  });
  for (auto [i, sum] : llvm::enumerate(sums))
    k.storeScalar(sum, out, {k.index(i)});
}

void lower(KernelBuilder &k, RecordOp op) {
  Value accumulators = op.getOuts().front(), slot = k.index(2 * op.getSlot());
  Value first = op.getValues().front();
  int64_t size = bufferType(first).getDimSize(0);
  if (size > 1)
    return k.loop(k.index(size), [&](Value i) {
      addTo(k, k.loadScalar(first, {i}), accumulators, k.plus(slot, i));
    });
  Value sum = k.scalar(0), rows = k.toFloat(rowsOf(op));
  for (Value value : op.getValues())
    sum = k.add(sum, k.loadScalar(value, {k.index(0)}));
  addTo(k, k.mul(sum, rows), accumulators, slot);
  addTo(k, rows, accumulators, k.plus(slot, 1));
}

} // namespace keratin
