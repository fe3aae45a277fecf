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

/// The metric of one sample.
Value emitMetric(KernelBuilder &k, Samples<MetricOp> &samples, MetricKind kind,
                 ArrayRef<Value> sample) {
  Value classes = k.index(samples.classes());
  Value perClass = k.scalar(1.0 / static_cast<double>(samples.classes()));
  auto predicted = [&](Value c) { return samples.prediction(sample, c); };
  auto wanted = [&](Value c) { return samples.target(sample, c); };
  switch (kind) {
  case MetricKind::binary_accuracy:
    return k.mul(perClass, samples.sumClasses([&](Value c) {
      Value rounded = oneIf(k, k.compare(Predicate::OGT, predicted(c), k.scalar(0.5)));
      return oneIf(k, k.compare(Predicate::OEQ, rounded, wanted(c)));
    }));
  case MetricKind::categorical_accuracy:
    return oneIf(k, k.equal(emitArgmax(k, classes, predicted), emitArgmax(k, classes, wanted)));
  case MetricKind::sparse_categorical_accuracy: {
    Value label = samples.label(sample);
    return oneIf(k, k.equal(emitArgmax(k, classes, predicted), label));
  }
  case MetricKind::mean_squared_error:
    return k.mul(perClass, samples.sumClasses([&](Value c) {
      Value difference = k.sub(predicted(c), wanted(c));
      return k.mul(difference, difference);
    }));
  case MetricKind::mean_absolute_error:
    return k.mul(perClass, samples.sumClasses(
                               [&](Value c) { return k.abs(k.sub(predicted(c), wanted(c))); }));
  }
  llvm_unreachable("unknown metric");
}

} // namespace

void lower(KernelBuilder &k, MetricOp op) {
  Samples<MetricOp> samples(k, op);
  SmallVector<Value> sums = samples.sum(2, [&](ArrayRef<Value> sample) {
    Value weight = samples.weight(sample);
    return SmallVector<Value>{k.mul(weight, emitMetric(k, samples, op.getKind(), sample)), weight};
  });
  for (auto [i, sum] : llvm::enumerate(sums))
    k.storeScalar(sum, op.getOuts().front(), {k.index(i)});
}

void lower(KernelBuilder &k, RecordOp op) {
  Value value = op.getValue(), accumulators = op.getOuts().front();
  Value first = k.loadScalar(value, {k.index(0)});
  SmallVector<Value> amounts;
  if (bufferType(value).getDimSize(0) == 1) {
    Value rows = k.toFloat(rowsOf(op));
    amounts = {k.mul(first, rows), rows};
  } else {
    amounts = {first, k.loadScalar(value, {k.index(1)})};
  }
  for (auto [i, amount] : llvm::enumerate(amounts)) {
    Value at = k.index(2 * op.getSlot() + static_cast<int64_t>(i));
    k.storeScalar(k.add(k.loadScalar(accumulators, {at}), amount), accumulators, {at});
  }
}

} // namespace keratin
