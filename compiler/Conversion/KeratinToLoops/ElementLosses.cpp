// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/ElementLosses.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

Value atLeast(KernelBuilder &k, Value x, double low) { return k.maximum(x, k.scalar(low)); }

/// x within [epsilon, 1].
Value clipped(KernelBuilder &k, Value x) { return atLeast(k, k.minimum(x, k.scalar(1)), epsilon); }

/// -1, 0 or 1.
Value sign(KernelBuilder &k, Value x) {
  Value positive = k.select(k.compare(Predicate::OGT, x, k.scalar(0)), k.scalar(1), k.scalar(0));
  return k.select(k.compare(Predicate::OLT, x, k.scalar(0)), k.scalar(-1), positive);
}

/// ln(max(x, epsilon) + 1)
Value logOfOneMore(KernelBuilder &k, Value x) {
  return emitLog(k, k.add(atLeast(k, x, epsilon), 1.0));
}

/// What hinge losses are positive beyond: 1 - target * prediction.
Value shortfall(KernelBuilder &k, Value prediction, Value target) {
  return atLeast(k, k.sub(k.scalar(1), k.mul(target, prediction)), 0);
}

} // namespace

bool isElementLoss(LossKind kind) {
  return !hasLogits(kind) && kind != LossKind::categorical_hinge &&
         kind != LossKind::cosine_similarity;
}

Value emitElementLoss(KernelBuilder &k, LossKind kind, double delta, Value prediction,
                      Value target) {
  Value error = k.sub(prediction, target);
  switch (kind) {
  case LossKind::mean_squared_error:
    return k.mul(error, error);
  case LossKind::mean_absolute_error:
    return k.abs(error);
  case LossKind::mean_absolute_percentage_error:
    return k.mul(k.div(k.abs(error), atLeast(k, k.abs(target), epsilon)), 100);
  case LossKind::mean_squared_logarithmic_error: {
    Value difference = k.sub(logOfOneMore(k, prediction), logOfOneMore(k, target));
    return k.mul(difference, difference);
  }
  case LossKind::hinge:
    return shortfall(k, prediction, target);
  case LossKind::squared_hinge: {
    Value missing = shortfall(k, prediction, target);
    return k.mul(missing, missing);
  }
  case LossKind::kl_divergence: {
    Value y = clipped(k, target);
    return k.mul(y, emitLog(k, k.div(y, clipped(k, prediction))));
  }
  case LossKind::poisson:
    return k.sub(prediction, k.mul(target, emitLog(k, k.add(prediction, epsilon))));
  case LossKind::huber: {
    Value size = k.abs(error);
    Value linear = k.add(k.mul(size, delta), -0.5 * delta * delta);
    Value isSmall = k.compare(Predicate::OLE, size, k.scalar(delta));
    return k.select(isSmall, k.mul(k.mul(error, error), 0.5), linear);
  }
  case LossKind::log_cosh:
    return k.add(k.add(error, emitSoftplus(k, k.mul(error, -2.0))), -0.6931471805599453);
  default:
    llvm_unreachable("no loss of elements");
  }
}

Value emitElementSlope(KernelBuilder &k, LossKind kind, double delta, Value prediction,
                       Value target) {
  Value error = k.sub(prediction, target), zero = k.scalar(0);
  switch (kind) {
  case LossKind::mean_squared_error:
    return k.mul(error, 2.0);
  case LossKind::mean_absolute_error:
    return sign(k, error);
  case LossKind::mean_absolute_percentage_error:
    return k.mul(k.div(sign(k, error), atLeast(k, k.abs(target), epsilon)), 100);
  case LossKind::mean_squared_logarithmic_error: {
    Value difference = k.sub(logOfOneMore(k, prediction), logOfOneMore(k, target));
    Value slope = k.div(k.mul(difference, 2.0), k.add(prediction, 1.0));
    return k.select(k.compare(Predicate::OLT, prediction, k.scalar(epsilon)), zero, slope);
  }
  case LossKind::hinge: {
    Value missing = shortfall(k, prediction, target);
    return k.select(k.compare(Predicate::OGT, missing, zero), k.neg(target), zero);
  }
  case LossKind::squared_hinge:
    return k.mul(k.mul(shortfall(k, prediction, target), target), -2.0);
  case LossKind::kl_divergence: {
    Value slope = k.neg(k.div(clipped(k, target), clipped(k, prediction)));
    Value low = k.compare(Predicate::OLT, prediction, k.scalar(epsilon));
    Value high = k.compare(Predicate::OGT, prediction, k.scalar(1));
    return k.select(arith::OrIOp::create(k, low, high), zero, slope);
  }
  case LossKind::poisson:
    return k.sub(k.scalar(1), k.div(target, k.add(prediction, epsilon)));
  case LossKind::huber:
    return k.maximum(k.minimum(error, k.scalar(delta)), k.scalar(-delta));
  case LossKind::log_cosh:
    return emitTanh(k, error);
  default:
    llvm_unreachable("no loss of elements");
  }
}

} // namespace keratin
