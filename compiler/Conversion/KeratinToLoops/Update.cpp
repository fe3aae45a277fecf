// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of updates: clipping, weight decay, the optimizer, constraints. Weights, slots and
// gradients share one layout, so an update is one loop over vectors.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/OptimizerRules.h"

using namespace mlir;

namespace keratin {

namespace {

/// What an update does to a vector of the gradient before the optimizer sees it.
class Clipping {
public:
  Clipping(KernelBuilder &k, UpdateOp op) : k(k) {
    if (std::optional<APFloat> limit = op.getClipNorm()) {
      Value bound = k.scalar(limit->convertToDouble());
      Value norm = k.loadScalar(op.getNorm(), {k.index(0)});
      scale = k.splat(k.div(bound, k.maximum(norm, bound)));
    }
    if (std::optional<APFloat> limit = op.getClipValue())
      largest = limit->convertToDouble();
  }

  Value operator()(Value gradient) {
    if (scale)
      return k.mul(gradient, scale);
    if (largest)
      return k.maximum(k.minimum(gradient, k.vector(*largest)), k.vector(-*largest));
    return gradient;
  }

private:
  KernelBuilder &k;
  Value scale; ///< null: none
  std::optional<double> largest;
};

/// The factor of a norm constraint, scalar or vector, from a sum of squares.
Value emitNormFactor(KernelBuilder &k, NormConstraintAttr attr, Value squares) {
  Type type = squares.getType();
  double low = attr.getMin().getValueAsDouble(), high = attr.getMax().getValueAsDouble(),
         rate = attr.getRate().getValueAsDouble();
  Value norm = k.sqrt(squares);
  Value wanted = k.maximum(k.minimum(norm, k.constant(high, type)), k.constant(low, type));
  wanted = k.add(k.mul(wanted, rate), k.mul(norm, 1 - rate));
  return k.div(wanted, k.add(norm, 1e-7));
}

/// A norm for each column: the rows of a vector of columns lie `panel` apart.
void constrainColumns(KernelBuilder &k, NormConstraintAttr attr, Value param) {
  MemRefType type = bufferType(param); // [panels, rows, panel]
  Value rows = k.index(type.getDimSize(1));
  k.loop(k.index(type.getDimSize(0)), [&](Value panel) {
    k.loop(k.index(0), k.index(type.getDimSize(2)), k.lanes(), [&](Value column) {
      Value squares = k.loop(k.index(0), rows, 1, k.vector(0), [&](Value row, ValueRange sum) {
        Value x = k.load(param, {panel, row, column});
        return SmallVector<Value>{k.fma(x, x, sum[0])};
      })[0];
      Value factor = emitNormFactor(k, attr, squares);
      k.loop(rows, [&](Value row) {
        SmallVector<Value> at{panel, row, column};
        k.store(k.mul(k.load(param, at), factor), param, at);
      });
    });
  });
}

/// A norm for each row.
void constrainRows(KernelBuilder &k, NormConstraintAttr attr, Value param) {
  MemRefType type = bufferType(param);
  Value panels = k.index(type.getDimSize(0)), width = k.index(type.getDimSize(2));
  k.loop(k.index(type.getDimSize(1)), [&](Value row) {
    Value squares = k.loop(k.index(0), panels, 1, k.vector(0), [&](Value panel, ValueRange outer) {
      return k.loop(k.index(0), width, k.lanes(), outer, [&](Value column, ValueRange sum) {
        Value x = k.load(param, {panel, row, column});
        return SmallVector<Value>{k.fma(x, x, sum[0])};
      });
    })[0];
    Value factor = k.splat(emitNormFactor(k, attr, k.sumLanes(squares)));
    k.loop(panels, [&](Value panel) {
      k.loop(k.index(0), width, k.lanes(), [&](Value column) {
        SmallVector<Value> at{panel, row, column};
        k.store(k.mul(k.load(param, at), factor), param, at);
      });
    });
  });
}

Value square(KernelBuilder &k, Value x) { return k.mul(x, x); }

} // namespace

void lower(KernelBuilder &k, NormOp op) {
  Value squares = k.scalar(0);
  for (Value value : op.getValues())
    squares = k.add(squares, k.sumDense(value, [&](Value x) { return square(k, x); }));
  k.storeScalar(k.sqrt(squares), op.getOuts().front(), {k.index(0)});
}

void lower(KernelBuilder &k, UpdateOp op) {
  // outs: the parameter, then its slots.
  Value param = op.getOuts().front(), gradient = op.getGradient();
  std::unique_ptr<OptimizerRule> rule =
      makeOptimizerRule(k, op.getOptimizer(), op.getLearningRate(), op.getIteration());
  Clipping clipped(k, op);
  Value decayed; // the share of the weight that weight decay takes off
  if (std::optional<APFloat> decay = op.getWeightDecay())
    decayed = k.splat(k.mul(op.getLearningRate(), decay->convertToDouble()));
  k.forEachDenseVector(bufferType(param), [&](ArrayRef<Value> at) {
    Value weight = k.load(param, at);
    if (decayed)
      weight = k.sub(weight, k.mul(weight, decayed));
    weight = rule->update(
        k, weight, clipped(k.load(gradient, at)),
        [&](unsigned slot) { return k.load(op.getOuts()[1 + slot], at); },
        [&](unsigned slot, Value value) { k.store(value, op.getOuts()[1 + slot], at); });
    k.store(weight, param, at);
  });
}

void lower(KernelBuilder &k, ConstrainOp op) {
  Value param = op.getOuts().front();
  auto norm = dyn_cast<NormConstraintAttr>(op.getConstraint());
  if (!norm)
    return k.forEachDenseVector(bufferType(param), [&](ArrayRef<Value> at) {
      k.store(k.maximum(k.load(param, at), k.vector(0)), param, at);
    });
  if (norm.getOverRows() && !norm.getOverColumns())
    return constrainColumns(k, norm, param);
  if (!norm.getOverRows())
    return constrainRows(k, norm, param);
  Value squares = k.sumDense(param, [&](Value x) { return square(k, x); });
  Value factor = k.splat(emitNormFactor(k, norm, squares));
  k.forEachDenseVector(bufferType(param), [&](ArrayRef<Value> at) {
    k.store(k.mul(k.load(param, at), factor), param, at);
  });
}

void lower(KernelBuilder &k, WriteGradientOp op) {
  Value gradient = op.getGradient(), out = op.getOuts().front();
  k.forEachDenseVector(bufferType(out),
                       [&](ArrayRef<Value> at) { k.store(k.load(gradient, at), out, at); });
}

} // namespace keratin
