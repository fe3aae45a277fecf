// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loss of a sample and its gradient as scalar arithmetic.
#pragma once

#include "compiler/Conversion/KeratinToLoops/ElementLosses.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"
#include "compiler/Conversion/KeratinToLoops/Samples.h"

#include <limits>

namespace keratin {

/// Formulas of one loss, for one sample at a time.
template <typename Op> class LossFormulas {
public:
  KernelBuilder &k;
  Op op;
  Samples<Op> samples;

  LossFormulas(KernelBuilder &k, Op op) : k(k), op(op), samples(k, op) {
    if (op.getKind() == LossKind::hinge || op.getKind() == LossKind::squared_hinge)
      binaryLabels = emitBinaryLabels();
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
    case LossKind::categorical_hinge: {
      Value wanted = samples.sumClasses(
          [&](Value c) { return k.mul(samples.target(sample, c), samples.prediction(sample, c)); });
      Value missing = k.add(k.sub(largestOther(sample), wanted), 1.0);
      return k.maximum(missing, k.scalar(0));
    }
    case LossKind::cosine_similarity:
      return k.neg(cosine(sample));
    default: {
      Value sum = samples.sumClasses([&](Value c) {
        return emitElementLoss(k, op.getKind(), delta(), samples.prediction(sample, c),
                               elementTarget(sample, c));
      });
      return sumsElements(op.getKind()) ? sum : k.mul(sum, perClass);
    }
    }
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
    case LossKind::categorical_hinge: {
      // The largest of (1 - y) p shares its slope among all that are as large.
      Value largest = largestOther(sample), loss = value(sample);
      auto isLargest = [&](Value c) {
        return k.compare(Predicate::OEQ, otherPrediction(sample, c), largest);
      };
      Value count = samples.sumClasses([&](Value c) { return k.select(isLargest(c), one, zero); });
      Value active = k.compare(Predicate::OGT, loss, zero);
      return forEachClass([&](Value c) {
        Value y = samples.target(sample, c);
        Value other = k.select(isLargest(c), k.div(k.sub(one, y), count), zero);
        return k.select(active, k.sub(other, y), zero);
      });
    }
    case LossKind::cosine_similarity: {
      // With p̂ = s p: -(s ŷ - s² p cos), the second part only where s is not at its limit.
      Value scaleOfTarget = inverseNorm(sample, /*ofTarget=*/true);
      Value scale = inverseNorm(sample, /*ofTarget=*/false);
      Value limited = k.compare(Predicate::OGE, scale, k.scalar(1 / epsilon));
      Value inner = k.select(limited, zero, k.mul(k.mul(scale, scale), cosine(sample)));
      return forEachClass([&](Value c) {
        Value direct = k.mul(k.mul(scale, scaleOfTarget), samples.target(sample, c));
        return k.sub(k.mul(inner, samples.prediction(sample, c)), direct);
      });
    }
    default:
      return forEachClass([&](Value c) {
        Value slope = emitElementSlope(k, op.getKind(), delta(), samples.prediction(sample, c),
                                       elementTarget(sample, c));
        return sumsElements(op.getKind()) ? slope : k.mul(slope, perClass);
      });
    }
  }

private:
  using Predicate = mlir::arith::CmpFPredicate;

  double delta() { return op.getDelta().convertToDouble(); }
  Value lowest() { return k.scalar(-std::numeric_limits<float>::infinity()); }

  /// Labels of hinge losses that are all 0 or 1 stand for -1 and 1.
  Value elementTarget(ArrayRef<Value> sample, Value c) {
    Value y = samples.target(sample, c);
    return binaryLabels ? k.select(binaryLabels, k.add(k.mul(y, 2.0), -1.0), y) : y;
  }

  /// Whether all targets of the batch are 0 or 1.
  Value emitBinaryLabels() {
    Value others = samples.sum(1, [&](ArrayRef<Value> sample) {
      return SmallVector<Value>{samples.sumClasses([&](Value c) {
        Value y = samples.target(sample, c);
        Value isLabel = mlir::arith::OrIOp::create(k, k.compare(Predicate::OEQ, y, k.scalar(0)),
                                                   k.compare(Predicate::OEQ, y, k.scalar(1)));
        return k.select(isLabel, k.scalar(0), k.scalar(1));
      })};
    })[0];
    return k.compare(Predicate::OEQ, others, k.scalar(0));
  }

  /// (1 - y) p, and the largest of them.
  Value otherPrediction(ArrayRef<Value> sample, Value c) {
    return k.mul(k.sub(k.scalar(1), samples.target(sample, c)), samples.prediction(sample, c));
  }
  Value largestOther(ArrayRef<Value> sample) {
    return samples.fold(k.index(samples.classes()), lowest(), [&](Value best, Value c) {
      return k.maximum(best, otherPrediction(sample, c));
    });
  }

  /// 1 / max(|x|, epsilon) of the target or the prediction.
  Value inverseNorm(ArrayRef<Value> sample, bool ofTarget) {
    Value squares = samples.sumClasses([&](Value c) {
      Value x = ofTarget ? samples.target(sample, c) : samples.prediction(sample, c);
      return k.mul(x, x);
    });
    return k.minimum(k.div(k.scalar(1), k.sqrt(squares)), k.scalar(1 / epsilon));
  }
  Value cosine(ArrayRef<Value> sample) {
    Value dot = samples.sumClasses(
        [&](Value c) { return k.mul(samples.target(sample, c), samples.prediction(sample, c)); });
    return k.mul(dot, k.mul(inverseNorm(sample, true), inverseNorm(sample, false)));
  }

  /// y (1 - s) + s * share
  Value smoothed(ArrayRef<Value> sample, Value c, double share) {
    Value y = samples.target(sample, c);
    double s = op.getLabelSmoothing().convertToDouble();
    return s == 0 ? y : k.fma(y, k.scalar(1 - s), k.scalar(s * share));
  }

  /// Probabilities are clipped to [epsilon, 1 - epsilon].
  Value clip(Value p) { return k.maximum(k.minimum(p, k.scalar(1 - epsilon)), k.scalar(epsilon)); }

  Value isClipped(Value p) {
    Value low = k.compare(Predicate::OLT, p, k.scalar(epsilon));
    Value high = k.compare(Predicate::OGT, p, k.scalar(1 - epsilon));
    return mlir::arith::OrIOp::create(k, low, high);
  }

  Value clippedSum(ArrayRef<Value> sample) {
    return samples.sumClasses([&](Value c) { return clip(samples.prediction(sample, c)); });
  }

  Value logSumExp(ArrayRef<Value> sample) {
    Value largest = samples.fold(k.index(samples.classes()), lowest(), [&](Value best, Value c) {
      return k.maximum(best, samples.prediction(sample, c));
    });
    Value sum = samples.sumClasses(
        [&](Value c) { return emitExp(k, k.sub(samples.prediction(sample, c), largest)); });
    return k.add(largest, emitLog(k, sum));
  }

  Value binaryLabels; ///< whether labels are 0 or 1; null where it does not matter
};

} // namespace keratin
