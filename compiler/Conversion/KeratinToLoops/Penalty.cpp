// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of regularizers' penalties and their gradients.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

/// l1 |x| + l2 x^2, and its derivative; scalars and vectors alike.
struct Formula {
  KernelBuilder &k;
  double l1, l2;

  Value value(Value x) {
    Value quadratic = k.mul(k.mul(x, x), l2);
    return l1 == 0 ? quadratic : k.add(k.mul(k.abs(x), l1), quadratic);
  }

  Value slope(Value x) {
    Value linear = k.mul(x, 2 * l2);
    if (l1 == 0)
      return linear;
    Value zero = k.constant(0, x.getType());
    Value sign = k.select(k.compare(Predicate::OGT, x, zero), k.constant(l1, x.getType()), zero);
    sign = k.select(k.compare(Predicate::OLT, x, zero), k.constant(-l1, x.getType()), sign);
    return k.add(linear, sign);
  }
};

template <typename Op> Formula formulaOf(KernelBuilder &k, Op op) {
  return {k, op.getL1().convertToDouble(), op.getL2().convertToDouble()};
}

/// A sum over the rows, steps and features of a layer's output, without its padding.
Value sumFeatures(KernelBuilder &k, Value buffer, Value rows, Value steps,
                  function_ref<Value(Value)> term) {
  Value features = k.index(bufferType(buffer).getShape().back());
  return k.foldRows(bufferType(buffer), rows, steps, k.scalar(0),
                    [&](ArrayRef<Value> sample, ValueRange sum) {
                      return k.loop(k.index(0), features, 1, sum, [&](Value c, ValueRange sum) {
                        Value x = k.loadScalar(buffer, append(sample, c));
                        return SmallVector<Value>{k.add(sum[0], term(x))};
                      });
                    })[0];
}

} // namespace

void lower(KernelBuilder &k, PenaltyOp op) {
  Formula formula = formulaOf(k, op);
  auto term = [&](Value x) { return formula.value(x); };
  Value sum;
  if (op.getPerRow())
    sum =
        k.div(sumFeatures(k, op.getValue(), rowsOf(op), stepsOf(op), term), k.toFloat(rowsOf(op)));
  else
    sum = k.sumDense(op.getValue(), term);
  k.storeScalar(sum, op.getOuts().front(), {k.index(0)});
}

void lower(KernelBuilder &k, PenaltyGradOp op) {
  Formula formula = formulaOf(k, op);
  Value value = op.getValue(), out = op.getOuts().front();
  if (!op.getPerRow())
    return k.forEachDenseVector(bufferType(value), [&](ArrayRef<Value> at) {
      k.store(formula.slope(k.load(value, at)), out, at);
    });
  int64_t features = bufferType(value).getShape().back();
  // The padding of gradients is zero.
  if (features % k.lanes() != 0)
    k.fill(out, rowsOf(op), stepsOf(op), 0);
  Value share = k.div(k.scalar(1), k.toFloat(rowsOf(op)));
  k.forEachRow(bufferType(value), rowsOf(op), stepsOf(op), [&](ArrayRef<Value> sample) {
    k.loop(k.index(features), [&](Value c) {
      SmallVector<Value> at = append(sample, c);
      k.storeScalar(k.mul(formula.slope(k.loadScalar(value, at)), share), out, at);
    });
  });
}

} // namespace keratin
