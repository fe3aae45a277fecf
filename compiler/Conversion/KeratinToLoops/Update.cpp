// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of optimizer updates. Weights, slots and gradients share one layout, so an update is one
// loop over vectors.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace keratin {

namespace {

/// Reads slot `i` of the vector at hand, or writes it.
using ReadSlot = function_ref<Value(unsigned)>;
using WriteSlot = function_ref<void(unsigned, Value)>;

/// base^n by repeated squaring, for a positive i64 n below 2^31.
Value emitPower(KernelBuilder &k, double base, Value n) {
  Value exponent = arith::TruncIOp::create(k, k.getI32Type(), n);
  return k.loop(k.index(0), k.index(31), 1, {k.scalar(1), k.scalar(base), exponent},
                [&](Value, ValueRange carried) {
                  Value odd = k.equal(arith::AndIOp::create(k, carried[2], k.i32(1)), k.i32(1));
                  Value result = k.select(odd, k.mul(carried[0], carried[1]), carried[0]);
                  Value rest = arith::ShRUIOp::create(k, carried[2], k.i32(1));
                  return SmallVector<Value>{result, k.mul(carried[1], carried[1]), rest};
                })[0];
}

/// One optimizer: scalars before the loop, then the new weight from gradient and slots.
class Rule {
public:
  virtual ~Rule() = default;
  virtual Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
                       WriteSlot write) = 0;
};

class SGDRule : public Rule {
public:
  SGDRule(KernelBuilder &k, SGDAttr attr, Value rate) : attr(attr), rate(k.splat(rate)) {}

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    Value step = k.mul(rate, gradient);
    double momentum = attr.getMomentum().getValueAsDouble();
    if (momentum == 0)
      return k.sub(weight, step);
    Value v = k.sub(k.mul(read(0), momentum), step);
    write(0, v);
    return k.add(weight, attr.getNesterov().getValue() ? k.sub(k.mul(v, momentum), step) : v);
  }

private:
  SGDAttr attr;
  Value rate;
};

class RMSpropRule : public Rule {
public:
  RMSpropRule(KernelBuilder &k, RMSpropAttr attr, Value rate) : attr(attr), rate(k.splat(rate)) {}

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    double rho = attr.getRho().getValueAsDouble(), momentum = attr.getMomentum().getValueAsDouble();
    auto decay = [&](Value average, Value value) {
      return k.add(k.mul(average, rho), k.mul(value, 1 - rho));
    };
    Value v = decay(read(0), k.mul(gradient, gradient));
    write(0, v);
    Value denominator = k.add(v, attr.getEpsilon().getValueAsDouble());
    unsigned slot = 1;
    unsigned momentumSlot = momentum > 0 ? slot++ : 0;
    if (attr.getCentered().getValue()) {
      Value average = decay(read(slot), gradient);
      write(slot, average);
      denominator = k.add(k.sub(v, k.mul(average, average)), attr.getEpsilon().getValueAsDouble());
    }
    Value step = k.div(k.mul(rate, gradient), k.sqrt(denominator));
    if (momentum > 0) {
      step = k.add(k.mul(read(momentumSlot), momentum), step);
      write(momentumSlot, step);
    }
    return k.sub(weight, step);
  }

private:
  RMSpropAttr attr;
  Value rate;
};

class AdamRule : public Rule {
public:
  AdamRule(KernelBuilder &k, AdamAttr attr, Value rate, Value iteration) : attr(attr) {
    Value t = k.plus(iteration, k.i64(1));
    auto rest = [&](FloatAttr beta) {
      return k.sub(k.scalar(1), emitPower(k, beta.getValueAsDouble(), t));
    };
    Value corrected = k.div(k.mul(rate, k.sqrt(rest(attr.getBeta_2()))), rest(attr.getBeta_1()));
    alpha = k.splat(corrected);
  }

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    auto approach = [&](Value average, Value value, FloatAttr beta) {
      return k.add(average, k.mul(k.sub(value, average), oneMinus(beta)));
    };
    Value m = approach(read(0), gradient, attr.getBeta_1());
    Value v = approach(read(1), k.mul(gradient, gradient), attr.getBeta_2());
    write(0, m);
    write(1, v);
    if (attr.getAmsgrad().getValue()) {
      v = k.maximum(read(2), v);
      write(2, v);
    }
    Value denominator = k.add(k.sqrt(v), attr.getEpsilon().getValueAsDouble());
    return k.sub(weight, k.div(k.mul(alpha, m), denominator));
  }

private:
  static double oneMinus(FloatAttr beta) { return 1 - beta.getValueAsDouble(); }
  AdamAttr attr;
  Value alpha;
};

std::unique_ptr<Rule> ruleFor(KernelBuilder &k, UpdateOp op) {
  Value rate = op.getLearningRate();
  return llvm::TypeSwitch<Attribute, std::unique_ptr<Rule>>(op.getOptimizer())
      .Case([&](SGDAttr attr) { return std::make_unique<SGDRule>(k, attr, rate); })
      .Case([&](RMSpropAttr attr) { return std::make_unique<RMSpropRule>(k, attr, rate); })
      .Case([&](AdamAttr attr) {
        return std::make_unique<AdamRule>(k, attr, rate, op.getIteration());
      });
}

} // namespace

void lower(KernelBuilder &k, UpdateOp op) {
  // outs: the parameter, then its slots.
  Value param = op.getOuts().front(), gradient = op.getGradient();
  std::unique_ptr<Rule> rule = ruleFor(k, op);
  k.forEachDenseVector(bufferType(param), [&](ArrayRef<Value> at) {
    Value weight = rule->update(
        k, k.load(param, at), k.load(gradient, at),
        [&](unsigned slot) { return k.load(op.getOuts()[1 + slot], at); },
        [&](unsigned slot, Value value) { k.store(value, op.getOuts()[1 + slot], at); });
    k.store(weight, param, at);
  });
}

void lower(KernelBuilder &k, WriteGradientOp op) {
  Value gradient = op.getGradient(), out = op.getOuts().front();
  k.forEachDenseVector(bufferType(out),
                       [&](ArrayRef<Value> at) { k.store(k.load(gradient, at), out, at); });
}

} // namespace keratin
