// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of losses and their gradients, sample by sample.
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"
#include "compiler/Conversion/KeratinToLoops/Samples.h"

#include <limits>

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

/// Keras's epsilon: probabilities are clipped to [epsilon, 1 - epsilon], in the precision of the
/// model.
constexpr double epsilon = 1e-7;

/// Formulas of one loss, for one sample at a time.
template <typename Op> class LossFormulas {
public:
  LossFormulas(KernelBuilder &k, Op op) : k(k), op(op), samples(k, op) {}

  /// What samples' losses are multiplied with on their way into the total.
  Value scale() {
    if (op.getReduction() == Reduction::sum)
      return k.scalar(1);
    Value count = samples.count();
    Value none = k.compare(Predicate::OEQ, count, k.scalar(0));
    return k.select(none, k.scalar(0), k.div(k.scalar(1), k.select(none, k.scalar(1), count)));
  }

  /// The loss of one sample.
  Value value(ArrayRef<Value> sample) {
    Value perClass = k.scalar(1.0 / static_cast<double>(samples.classes()));
    switch (op.getKind()) {
    case LossKind::binary_crossentropy:
      return k.mul(perClass, samples.sumClasses([&](Value c) {
        Value y = smoothed(sample, c, 0.5), z = samples.prediction(sample, c);
        if (op.getFromLogits()) // max(z, 0) - z y + log(1 + e^-|z|)
          return k.sub(emitSoftplus(k, z), k.mul(z, y));
        Value p = clip(z);
        Value negative = k.mul(k.sub(k.scalar(1), y), emitLog(k, k.sub(k.scalar(1), p)));
        return k.neg(k.fma(y, emitLog(k, p), negative));
      }));
    case LossKind::categorical_crossentropy: {
      double share = 1.0 / static_cast<double>(samples.classes());
      if (op.getFromLogits()) {
        Value logSum = logSumExp(sample);
        return samples.sumClasses([&](Value c) {
          return k.mul(smoothed(sample, c, share), k.sub(logSum, samples.prediction(sample, c)));
        });
      }
      Value total = samples.sumClasses([&](Value c) { return samples.prediction(sample, c); });
      return k.neg(samples.sumClasses([&](Value c) {
        Value p = clip(k.div(samples.prediction(sample, c), total));
        return k.mul(smoothed(sample, c, share), emitLog(k, p));
      }));
    }
    case LossKind::sparse_categorical_crossentropy: {
      Value picked = samples.prediction(sample, samples.label(sample));
      if (op.getFromLogits())
        return k.sub(logSumExp(sample), picked);
      return k.sub(emitLog(k, clippedSum(sample)), emitLog(k, clip(picked)));
    }
    case LossKind::mean_squared_error:
      return k.mul(perClass, samples.sumClasses([&](Value c) {
        Value difference = k.sub(samples.prediction(sample, c), samples.target(sample, c));
        return k.mul(difference, difference);
      }));
    case LossKind::mean_absolute_error:
      return k.mul(perClass, samples.sumClasses([&](Value c) {
        return k.abs(k.sub(samples.prediction(sample, c), samples.target(sample, c)));
      }));
    }
    llvm_unreachable("unknown loss");
  }

  /// Hands `emit(c, d loss / d prediction)` to `body` for every class of one sample.
  void gradient(ArrayRef<Value> sample, function_ref<void(Value, Value)> body) {
    Value end = k.index(samples.classes());
    Value perClass = k.scalar(1.0 / static_cast<double>(samples.classes()));
    Value one = k.scalar(1), zero = k.scalar(0);
    auto forEachClass = [&](function_ref<Value(Value)> term) {
      k.loop(end, [&](Value c) { body(c, term(c)); });
    };
    switch (op.getKind()) {
    case LossKind::binary_crossentropy:
      return forEachClass([&](Value c) {
        Value y = smoothed(sample, c, 0.5), z = samples.prediction(sample, c);
        if (op.getFromLogits())
          return k.mul(perClass, k.sub(emitSigmoid(k, z), y));
        Value p = clip(z);
        Value slope = k.sub(k.div(k.sub(one, y), k.sub(one, p)), k.div(y, p));
        return k.select(isClipped(z), zero, k.mul(perClass, slope));
      });
    case LossKind::categorical_crossentropy: {
      double share = 1.0 / static_cast<double>(samples.classes());
      if (op.getFromLogits()) {
        Value logSum = logSumExp(sample);
        Value targets = samples.sumClasses([&](Value c) { return smoothed(sample, c, share); });
        return forEachClass([&](Value c) {
          Value p = emitExp(k, k.sub(samples.prediction(sample, c), logSum));
          return k.sub(k.mul(p, targets), smoothed(sample, c, share));
        });
      }
      // With q = p / total: d/dq = -y/q where q is not clipped, and d/dp = (d/dq - sum q d/dq) /
      // total.
      Value total = samples.sumClasses([&](Value c) { return samples.prediction(sample, c); });
      auto slope = [&](Value c) {
        Value q = k.div(samples.prediction(sample, c), total);
        return k.select(isClipped(q), zero, k.neg(k.div(smoothed(sample, c, share), clip(q))));
      };
      Value common = samples.sumClasses(
          [&](Value c) { return k.mul(k.div(samples.prediction(sample, c), total), slope(c)); });
      return forEachClass([&](Value c) { return k.div(k.sub(slope(c), common), total); });
    }
    case LossKind::sparse_categorical_crossentropy: {
      Value label = samples.label(sample);
      auto minusLabel = [&](Value c, Value value, Value picked) {
        return k.select(k.equal(c, label), k.sub(value, picked), value);
      };
      if (op.getFromLogits()) {
        Value logSum = logSumExp(sample);
        return forEachClass([&](Value c) {
          return minusLabel(c, emitExp(k, k.sub(samples.prediction(sample, c), logSum)), one);
        });
      }
      Value share = k.div(one, clippedSum(sample));
      return forEachClass([&](Value c) {
        Value p = samples.prediction(sample, c);
        return k.select(isClipped(p), zero, minusLabel(c, share, k.div(one, clip(p))));
      });
    }
    case LossKind::mean_squared_error:
      return forEachClass([&](Value c) {
        Value difference = k.sub(samples.prediction(sample, c), samples.target(sample, c));
        return k.mul(k.mul(difference, 2.0), perClass);
      });
    case LossKind::mean_absolute_error:
      return forEachClass([&](Value c) {
        Value difference = k.sub(samples.prediction(sample, c), samples.target(sample, c));
        Value positive = k.select(k.compare(Predicate::OGT, difference, zero), perClass, zero);
        return k.select(k.compare(Predicate::OLT, difference, zero), k.neg(perClass), positive);
      });
    }
  }

private:
  /// y (1 - s) + s * share
  Value smoothed(ArrayRef<Value> sample, Value c, double share) {
    Value y = samples.target(sample, c);
    double s = op.getLabelSmoothing().convertToDouble();
    return s == 0 ? y : k.fma(y, k.scalar(1 - s), k.scalar(s * share));
  }

  Value clip(Value p) { return k.maximum(k.minimum(p, k.scalar(1 - epsilon)), k.scalar(epsilon)); }

  Value isClipped(Value p) {
    Value low = k.compare(Predicate::OLT, p, k.scalar(epsilon));
    Value high = k.compare(Predicate::OGT, p, k.scalar(1 - epsilon));
    return arith::OrIOp::create(k, low, high);
  }

  Value clippedSum(ArrayRef<Value> sample) {
    return samples.sumClasses([&](Value c) { return clip(samples.prediction(sample, c)); });
  }

  Value logSumExp(ArrayRef<Value> sample) {
    double lowest = -std::numeric_limits<float>::infinity();
    Value largest =
        samples.fold(k.index(samples.classes()), k.scalar(lowest), [&](Value best, Value c) {
          return k.maximum(best, samples.prediction(sample, c));
        });
    Value sum = samples.sumClasses(
        [&](Value c) { return emitExp(k, k.sub(samples.prediction(sample, c), largest)); });
    return k.add(largest, emitLog(k, sum));
  }

  KernelBuilder &k;
  Op op;

public:
  Samples<Op> samples;
};

} // namespace

void lower(KernelBuilder &k, LossOp op) {
  LossFormulas<LossOp> loss(k, op);
  Value scale = loss.scale();
  Value total = loss.samples.sum(1, [&](ArrayRef<Value> sample) {
    // A masked or weightless sample contributes nothing, whatever its loss.
    Value weight = loss.samples.weight(sample);
    Value ignored = k.compare(Predicate::OEQ, weight, k.scalar(0));
    return SmallVector<Value>{k.select(ignored, k.scalar(0), k.mul(weight, loss.value(sample)))};
  })[0];
  k.storeScalar(k.mul(total, scale), op.getOuts().front(), {k.index(0)});
}

void lower(KernelBuilder &k, LossGradOp op) {
  LossFormulas<LossGradOp> loss(k, op);
  Value out = op.getOuts().front(), scale = loss.scale();
  if (double weight = op.getLossWeight().convertToDouble(); weight != 1)
    scale = k.mul(scale, weight);
  // The padding of gradients is zero.
  if (loss.samples.classes() % k.lanes() != 0)
    k.fill(out, rowsOf(op), stepsOf(op), 0);
  k.forEachRow(rowsOf(op), stepsOf(op), [&](ArrayRef<Value> sample) {
    Value weight = k.mul(loss.samples.weight(sample), scale);
    Value ignored = k.compare(Predicate::OEQ, weight, k.scalar(0));
    loss.gradient(sample, [&](Value c, Value slope) {
      k.storeScalar(k.select(ignored, k.scalar(0), k.mul(weight, slope)), out, append(sample, c));
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
