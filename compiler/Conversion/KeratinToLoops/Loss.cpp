// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of losses, their gradients and their means as metrics, sample by sample.
#include "compiler/Conversion/KeratinToLoops/LossFormulas.h"

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

/// What samples' losses are multiplied with on their way into the total.
template <typename Op> Value scaleOf(KernelBuilder &k, Op op, Samples<Op> &samples) {
  if (op.getReduction() == Reduction::sum)
    return k.scalar(1);
  Value count = samples.count();
  Value none = k.compare(Predicate::OEQ, count, k.scalar(0));
  return k.select(none, k.scalar(0), k.div(k.scalar(1), k.select(none, k.scalar(1), count)));
}

/// A masked or weightless sample contributes nothing, whatever its loss.
Value weighted(KernelBuilder &k, Value weight, Value value) {
  Value ignored = k.compare(Predicate::OEQ, weight, k.scalar(0));
  return k.select(ignored, k.scalar(0), k.mul(weight, value));
}

} // namespace

void lower(KernelBuilder &k, LossOp op) {
  LossFormulas<LossOp> loss(k, op);
  Value scale = scaleOf(k, op, loss.samples);
  Value total = loss.samples.sum(1, [&](ArrayRef<Value> sample) {
    return SmallVector<Value>{weighted(k, loss.samples.weight(sample), loss.value(sample))};
  })[0];
  k.storeScalar(k.mul(total, scale), op.getOuts().front(), {k.index(0)});
}

void lower(KernelBuilder &k, LossMetricOp op) {
  LossFormulas<LossMetricOp> loss(k, op);
  bool negated = op.getKind() == LossKind::cosine_similarity;
  SmallVector<Value> sums = loss.samples.sum(2, [&](ArrayRef<Value> sample) {
    Value weight = loss.samples.weight(sample), value = loss.value(sample);
    return SmallVector<Value>{weighted(k, weight, negated ? k.neg(value) : value), weight};
  });
  for (auto [i, sum] : llvm::enumerate(sums))
    k.storeScalar(sum, op.getOuts().front(), {k.index(i)});
}

void lower(KernelBuilder &k, LossGradOp op) {
  LossFormulas<LossGradOp> loss(k, op);
  Value out = op.getOuts().front(), scale = scaleOf(k, op, loss.samples);
  if (double weight = op.getLossWeight().convertToDouble(); weight != 1)
    scale = k.mul(scale, weight);
  // The padding of gradients is zero.
  if (loss.samples.classes() % k.lanes() != 0)
    k.fill(out, rowsOf(op), stepsOf(op), 0);
  loss.samples.forEach([&](ArrayRef<Value> sample) {
    Value weight = k.mul(loss.samples.weight(sample), scale);
    loss.gradient(sample, [&](Value c, Value slope) {
      k.storeScalar(weighted(k, weight, slope), out, append(sample, c));
    });
  });
}

void lower(KernelBuilder &k, TotalLossOp op) {
  Value total = k.scalar(0);
  for (auto [loss, weight] : llvm::zip_equal(op.getLosses(), op.getWeights()))
    total = k.fma(k.scalar(weight), k.loadScalar(loss, {k.index(0)}), total);
  k.storeScalar(total, op.getOuts().front(), {k.index(0)});
}

} // namespace keratin
