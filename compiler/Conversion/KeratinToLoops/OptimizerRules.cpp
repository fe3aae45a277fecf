// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/OptimizerRules.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace keratin {

namespace {

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

class SGDRule : public OptimizerRule {
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

/// average rho + value (1 - rho)
Value decayed(KernelBuilder &k, Value average, Value value, double rho) {
  return k.add(k.mul(average, rho), k.mul(value, 1 - rho));
}

class RMSpropRule : public OptimizerRule {
public:
  RMSpropRule(KernelBuilder &k, RMSpropAttr attr, Value rate) : attr(attr), rate(k.splat(rate)) {}

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    double rho = attr.getRho().getValueAsDouble(), momentum = attr.getMomentum().getValueAsDouble();
    Value v = decayed(k, read(0), k.mul(gradient, gradient), rho);
    write(0, v);
    Value denominator = k.add(v, attr.getEpsilon().getValueAsDouble());
    unsigned slot = 1;
    unsigned momentumSlot = momentum > 0 ? slot++ : 0;
    if (attr.getCentered().getValue()) {
      Value average = decayed(k, read(slot), gradient, rho);
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

/// average + (value - average) (1 - beta)
Value approach(KernelBuilder &k, Value average, Value value, FloatAttr beta) {
  return k.add(average, k.mul(k.sub(value, average), 1 - beta.getValueAsDouble()));
}

class AdamRule : public OptimizerRule {
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
    Value m = approach(k, read(0), gradient, attr.getBeta_1());
    Value v = approach(k, read(1), k.mul(gradient, gradient), attr.getBeta_2());
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
  AdamAttr attr;
  Value alpha;
};

class AdagradRule : public OptimizerRule {
public:
  AdagradRule(KernelBuilder &k, AdagradAttr attr, Value rate, Value iteration)
      : attr(attr), rate(k.splat(rate)) {
    // The block is zero before the first update.
    Value initial = k.scalar(attr.getInitialAccumulatorValue().getValueAsDouble());
    least = k.splat(k.select(k.equal(iteration, k.i64(0)), initial, k.scalar(0)));
  }

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    Value sum = k.add(k.maximum(read(0), least), k.mul(gradient, gradient));
    write(0, sum);
    Value denominator = k.sqrt(k.add(sum, attr.getEpsilon().getValueAsDouble()));
    return k.sub(weight, k.div(k.mul(rate, gradient), denominator));
  }

private:
  AdagradAttr attr;
  Value rate, least;
};

class AdadeltaRule : public OptimizerRule {
public:
  AdadeltaRule(KernelBuilder &k, AdadeltaAttr attr, Value rate) : attr(attr), rate(k.splat(rate)) {}

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    double rho = attr.getRho().getValueAsDouble(), epsilon = attr.getEpsilon().getValueAsDouble();
    Value squares = decayed(k, read(0), k.mul(gradient, gradient), rho), changes = read(1);
    Value scale = k.div(k.sqrt(k.add(changes, epsilon)), k.sqrt(k.add(squares, epsilon)));
    Value change = k.mul(scale, gradient);
    write(0, squares);
    write(1, decayed(k, changes, k.mul(change, change), rho));
    return k.sub(weight, k.mul(rate, change));
  }

private:
  AdadeltaAttr attr;
  Value rate;
};

class AdamaxRule : public OptimizerRule {
public:
  AdamaxRule(KernelBuilder &k, AdamaxAttr attr, Value rate, Value iteration) : attr(attr) {
    Value t = k.plus(iteration, k.i64(1));
    Value rest = k.sub(k.scalar(1), emitPower(k, attr.getBeta_1().getValueAsDouble(), t));
    corrected = k.splat(k.div(rate, rest));
  }

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    Value m = approach(k, read(0), gradient, attr.getBeta_1());
    Value u = k.maximum(k.mul(read(1), attr.getBeta_2().getValueAsDouble()), k.abs(gradient));
    write(0, m);
    write(1, u);
    Value denominator = k.add(u, attr.getEpsilon().getValueAsDouble());
    return k.sub(weight, k.div(k.mul(corrected, m), denominator));
  }

private:
  AdamaxAttr attr;
  Value corrected;
};

class NadamRule : public OptimizerRule {
public:
  NadamRule(KernelBuilder &k, NadamAttr attr, Value rate, Value iteration)
      : attr(attr), rate(k.splat(rate)) {
    double beta1 = attr.getBeta_1().getValueAsDouble();
    Value t = k.plus(iteration, k.i64(1)), next = k.plus(iteration, k.i64(2)), one = k.scalar(1);
    auto momentum = [&](Value power) { // beta_1 (1 - power/2)
      return k.mul(k.sub(one, k.mul(power, 0.5)), beta1);
    };
    // The product of momenta is beta_1^t times factors that are 1 for all numbers after the
    // thousandth.
    Value count = arith::IndexCastOp::create(
        k, k.getIndexType(), arith::TruncIOp::create(k, k.getI32Type(), t).getResult());
    Value factors =
        k.loop(k.index(0), k.min(count, k.index(1000)), 1, {one, k.scalar(decay)},
               [&](Value, ValueRange carried) {
                 Value factor = k.sub(one, k.mul(carried[1], 0.5));
                 return SmallVector<Value>{k.mul(carried[0], factor), k.mul(carried[1], decay)};
               })[0];
    Value product = k.mul(emitPower(k, beta1, t), factors);
    Value now = momentum(emitPower(k, decay, t)), then = momentum(emitPower(k, decay, next));
    ofMomentum = k.splat(k.div(then, k.sub(one, k.mul(product, then))));
    ofGradient = k.splat(k.div(k.sub(one, now), k.sub(one, product)));
    Value rest = k.sub(one, emitPower(k, attr.getBeta_2().getValueAsDouble(), t));
    ofVelocity = k.splat(k.div(one, rest));
  }

  Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
               WriteSlot write) override {
    Value m = approach(k, read(0), gradient, attr.getBeta_1());
    Value v = approach(k, read(1), k.mul(gradient, gradient), attr.getBeta_2());
    write(0, m);
    write(1, v);
    Value mean = k.fma(ofMomentum, m, k.mul(ofGradient, gradient));
    Value denominator = k.add(k.sqrt(k.mul(v, ofVelocity)), attr.getEpsilon().getValueAsDouble());
    return k.sub(weight, k.div(k.mul(rate, mean), denominator));
  }

private:
  static constexpr double decay = 0.96; // of the momentum's distance to beta_1, Keras's constant
  NadamAttr attr;
  Value rate, ofMomentum, ofGradient, ofVelocity;
};

} // namespace

std::unique_ptr<OptimizerRule> makeOptimizerRule(KernelBuilder &k, Attribute optimizer,
                                                 Value learningRate, Value iteration) {
  return llvm::TypeSwitch<Attribute, std::unique_ptr<OptimizerRule>>(optimizer)
      .Case([&](SGDAttr attr) { return std::make_unique<SGDRule>(k, attr, learningRate); })
      .Case([&](RMSpropAttr attr) { return std::make_unique<RMSpropRule>(k, attr, learningRate); })
      .Case(
          [&](AdadeltaAttr attr) { return std::make_unique<AdadeltaRule>(k, attr, learningRate); })
      .Case([&](AdamAttr attr) {
        return std::make_unique<AdamRule>(k, attr, learningRate, iteration);
      })
      .Case([&](AdagradAttr attr) {
        return std::make_unique<AdagradRule>(k, attr, learningRate, iteration);
      })
      .Case([&](AdamaxAttr attr) {
        return std::make_unique<AdamaxRule>(k, attr, learningRate, iteration);
      })
      .Case([&](NadamAttr attr) {
        return std::make_unique<NadamRule>(k, attr, learningRate, iteration);
      });
}

} // namespace keratin
