// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise activations and their derivatives, made of the elementary functions.
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

constexpr double seluScale = 1.0507009873554805, seluAlpha = 1.6732632423543772;

/// One activation of one value, with the words that the formulas share.
struct Formula {
  KernelBuilder &k;
  Value x;
  ArrayRef<double> parameters;
  Type type = x.getType();
  Value zero = k.constant(0, type), one = k.constant(1, type);

  Value number(double value) const { return k.constant(value, type); }
  double parameter(double standard) const { return parameters.empty() ? standard : parameters[0]; }
  Value above(double bound) const { return k.compare(Predicate::OGT, x, number(bound)); }
  Value atMost(double bound) const { return k.compare(Predicate::OLE, x, number(bound)); }
  Value within(double low, double high) const {
    Value below = k.compare(Predicate::OLT, x, number(high));
    return arith::AndIOp::create(k, above(low), below);
  }
  Value clip(Value value, double low, double high) const {
    return k.maximum(k.minimum(value, number(high)), number(low));
  }
  /// e^x for negative x, 1 for others.
  Value decay(double scale = 1) const { return emitExp(k, k.mul(k.minimum(x, zero), scale)); }
  Value hardSigmoid() const { return k.mul(clip(k.add(x, 3.0), 0, 6), 1.0 / 6); }
  Value hypotenuse() const { return k.sqrt(k.fma(x, x, number(4))); }
  Value inverseRoot() const { return k.div(one, k.sqrt(k.add(x, parameters[0]))); }

  Value value(Activation kind, bool gate) const;
  Value derivative(Activation kind) const;
};

Value Formula::value(Activation kind, bool gate) const {
  switch (kind) {
  case Activation::linear:
    return x;
  case Activation::relu:
    return k.maximum(x, zero);
  case Activation::relu6:
    return clip(x, 0, 6);
  case Activation::sigmoid:
    return gate ? emitGateSigmoid(k, x) : emitSigmoid(k, x);
  case Activation::tanh:
    return gate ? emitGateTanh(k, x) : emitTanh(k, x);
  case Activation::hard_sigmoid:
    return hardSigmoid();
  case Activation::hard_sigmoid_keras2:
    return clip(k.fma(x, number(0.2), number(0.5)), 0, 1);
  case Activation::elu:
    return k.select(above(0), x, k.mul(k.sub(decay(), one), parameter(1)));
  case Activation::selu:
    return k.select(above(0), k.mul(x, seluScale),
                    k.mul(k.sub(decay(), one), seluScale * seluAlpha));
  case Activation::celu:
    return k.select(above(0), x, k.mul(k.sub(decay(1 / parameter(1)), one), parameter(1)));
  case Activation::softplus:
    return emitSoftplus(k, x);
  case Activation::softsign:
    return k.div(x, k.add(k.abs(x), one));
  case Activation::exponential:
    return emitExp(k, x);
  case Activation::silu:
    return k.mul(x, emitSigmoid(k, x));
  case Activation::hard_silu:
    return k.mul(x, hardSigmoid());
  case Activation::gelu:
    return k.mul(x, emitNormalDistribution(k, x));
  case Activation::mish:
    return k.mul(x, emitTanh(k, emitSoftplus(k, x)));
  case Activation::squareplus: {
    // Of a negative x the two summands cancel: 2 / (sqrt(x^2 + 4) - x) is the same.
    Value sum = k.add(k.abs(x), hypotenuse());
    return k.select(above(0), k.mul(sum, 0.5), k.div(number(2), sum));
  }
  case Activation::sparse_plus: {
    Value shifted = k.add(x, 1.0);
    Value curve = k.mul(k.mul(shifted, shifted), 0.25);
    return k.select(atMost(-1), zero, k.select(k.compare(Predicate::OLT, x, one), curve, x));
  }
  case Activation::sparse_sigmoid:
    return clip(k.fma(x, number(0.5), number(0.5)), 0, 1);
  case Activation::log_sigmoid:
    return k.neg(emitSoftplus(k, k.neg(x)));
  case Activation::hard_tanh:
    return clip(x, -1, 1);
  case Activation::tanh_shrink:
    return k.sub(x, emitTanh(k, x));
  case Activation::soft_shrink:
    return k.sub(x, clip(x, -0.5, 0.5));
  case Activation::hard_shrink:
    return k.select(k.compare(Predicate::OLE, k.abs(x), number(0.5)), zero, x);
  case Activation::leaky_relu:
    return k.select(above(0), x, k.mul(x, parameter(0.2)));
  case Activation::rectifier:
    return k.select(atMost(parameters[2]), k.mul(k.sub(x, number(parameters[2])), parameters[0]),
                    k.minimum(x, number(parameters[1])));
  case Activation::affine:
    return k.fma(x, number(parameters[0]), number(parameters[1]));
  case Activation::square:
    return k.mul(x, x);
  case Activation::inverse_root:
    return k.minimum(inverseRoot(), number(parameters[1]));
  case Activation::softmax:
  case Activation::log_softmax:
  case Activation::sparsemax:
    break;
  }
  llvm_unreachable("a row-wise activation is not elementwise");
}

/// From the result of the activation where that suffices, else from its input.
Value Formula::derivative(Activation kind) const {
  switch (kind) {
  case Activation::linear:
    return one;
  case Activation::relu:
    return k.select(above(0), one, zero);
  case Activation::relu6:
    return k.select(within(0, 6), one, zero);
  case Activation::sigmoid:
    return k.mul(x, k.sub(one, x));
  case Activation::tanh:
    return k.sub(one, k.mul(x, x));
  case Activation::hard_sigmoid:
    return k.select(within(0, 1), number(1.0 / 6), zero);
  case Activation::hard_sigmoid_keras2:
    return k.select(within(0, 1), number(0.2), zero);
  case Activation::sparse_sigmoid:
    return k.select(within(0, 1), number(0.5), zero);
  case Activation::hard_tanh:
    return k.select(within(-1, 1), one, zero);
  case Activation::exponential:
    return x;
  case Activation::leaky_relu:
    return k.select(above(0), one, number(parameter(0.2)));
  case Activation::affine:
    return number(parameters[0]);
  case Activation::elu:
    return k.select(above(0), one, k.mul(decay(), parameter(1)));
  case Activation::selu:
    return k.select(above(0), number(seluScale), k.mul(decay(), seluScale * seluAlpha));
  case Activation::celu:
    return k.select(above(0), one, decay(1 / parameter(1)));
  case Activation::softplus:
    return emitSigmoid(k, x);
  case Activation::softsign: {
    Value d = k.add(k.abs(x), one);
    return k.div(one, k.mul(d, d));
  }
  case Activation::silu: {
    // s + x s (1 - s)
    Value s = emitSigmoid(k, x);
    return k.fma(k.mul(x, s), k.sub(one, s), s);
  }
  case Activation::hard_silu:
    return k.add(hardSigmoid(), k.select(within(-3, 3), k.mul(x, 1.0 / 6), zero));
  case Activation::gelu: {
    // The density is 1/sqrt(2 pi) e^(-x^2/2).
    Value density = k.mul(emitExp(k, k.mul(k.mul(x, x), -0.5)), 0.3989422804014327);
    return k.fma(x, density, emitNormalDistribution(k, x));
  }
  case Activation::mish: {
    Value t = emitTanh(k, emitSoftplus(k, x));
    return k.fma(k.mul(x, k.sub(one, k.mul(t, t))), emitSigmoid(k, x), t);
  }
  case Activation::squareplus:
    return k.mul(k.add(k.div(x, hypotenuse()), 1.0), 0.5);
  case Activation::sparse_plus: {
    Value slope = k.fma(x, number(0.5), number(0.5));
    return clip(slope, 0, 1);
  }
  case Activation::log_sigmoid:
    return emitSigmoid(k, k.neg(x));
  case Activation::tanh_shrink: {
    Value t = emitTanh(k, x);
    return k.mul(t, t);
  }
  case Activation::soft_shrink:
  case Activation::hard_shrink:
    return k.select(k.compare(Predicate::OGT, k.abs(x), number(0.5)), one, zero);
  case Activation::rectifier: {
    Value inside = k.select(k.compare(Predicate::OLT, x, number(parameters[1])), one, zero);
    return k.select(atMost(parameters[2]), number(parameters[0]), inside);
  }
  case Activation::square:
    return k.mul(x, 2.0);
  case Activation::inverse_root: {
    Value y = inverseRoot();
    Value slope = k.mul(k.mul(k.mul(y, y), y), -0.5);
    return k.select(k.compare(Predicate::OGT, y, number(parameters[1])), zero, slope);
  }
  case Activation::softmax:
  case Activation::log_softmax:
  case Activation::sparsemax:
    break;
  }
  llvm_unreachable("a row-wise activation has no elementwise derivative");
}

} // namespace

Value emitActivation(KernelBuilder &k, Activation kind, Value x, bool gate,
                     ArrayRef<double> parameters) {
  return Formula{k, x, parameters}.value(kind, gate);
}

Value emitActivationDerivative(KernelBuilder &k, Activation kind, Value value,
                               ArrayRef<double> parameters) {
  return Formula{k, value, parameters}.derivative(kind);
}

} // namespace keratin
