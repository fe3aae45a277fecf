// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of activations, their gradients, and sums.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace keratin {

namespace {

/// Row-wise activations and their gradients: one row at a time, reductions over its classes one by
/// one. Padding is no class.
class RowWise {
public:
  RowWise(KernelBuilder &k, MemRefType type, Value rows, Value steps)
      : k(k), type(type), rows(rows), steps(steps), features(type.getShape().back()) {}

  /// y = e^(x - max x) / sum
  void softmax(Value in, Value out) {
    k.forEachRow(type, rows, steps, [&](ArrayRef<Value> row) {
      Value shift = k.splat(largest(in, row));
      forEachVector(row, [&](ArrayRef<Value> at) {
        // The padding is no class: whatever it holds must not overflow.
        Value x = k.minimum(k.sub(k.load(in, at), shift), k.vector(0));
        k.store(emitExp(k, x), out, at);
      });
      Value sum = fold(row, 0, [&](Value total, ArrayRef<Value> at) {
        return k.add(total, k.loadScalar(out, at));
      });
      Value scale = k.splat(k.div(k.scalar(1), sum));
      forEachVector(row,
                    [&](ArrayRef<Value> at) { k.store(k.mul(k.load(out, at), scale), out, at); });
    });
  }

  /// y = x - max x - log sum e^(x - max x)
  void logSoftmax(Value in, Value out) {
    k.forEachRow(type, rows, steps, [&](ArrayRef<Value> row) {
      Value shift = largest(in, row);
      Value sum = fold(row, 0, [&](Value total, ArrayRef<Value> at) {
        return k.add(total, emitExp(k, k.sub(k.loadScalar(in, at), shift)));
      });
      Value norm = emitLog(k, sum);
      forEachClass(out, row, [&](ArrayRef<Value> at) {
        return k.sub(k.sub(k.loadScalar(in, at), shift), norm);
      });
    });
  }

  /// max(x - t, 0) with a sum of 1 (Martins and Astudillo, "From softmax to sparsemax", 2016): a
  /// class counts where those above it exceed it by less than 1 in all; t is what their sum has too
  /// much.
  void sparsemax(Value in, Value out) {
    k.forEachRow(type, rows, steps, [&](ArrayRef<Value> row) {
      Value zero = k.scalar(0);
      auto excess = [&](Value x) {
        return fold(row, 0, [&](Value total, ArrayRef<Value> at) {
          return k.add(total, k.maximum(k.sub(k.loadScalar(in, at), x), zero));
        });
      };
      auto sums = k.loop(
          k.index(0), k.index(features), 1, {zero, zero}, [&](Value feature, ValueRange carried) {
            Value x = k.loadScalar(in, append(row, feature));
            Value counts = k.compare(arith::CmpFPredicate::OLT, excess(x), k.scalar(1));
            return SmallVector<Value>{k.select(counts, k.add(carried[0], x), carried[0]),
                                      k.select(counts, k.add(carried[1], 1.0), carried[1])};
          });
      Value threshold = k.div(k.add(sums[0], -1.0), sums[1]);
      forEachClass(out, row, [&](ArrayRef<Value> at) {
        return k.maximum(k.sub(k.loadScalar(in, at), threshold), zero);
      });
    });
  }

  /// dx from y and dy: y (dy - sum y dy); dy - e^y sum dy; dy - mean dy over the classes that
  /// count.
  void gradient(Activation kind, Value y, Value dy, Value out) {
    Value zero = k.scalar(0), one = k.scalar(1);
    auto counts = [&](Value y) { return k.compare(arith::CmpFPredicate::OGT, y, zero); };
    k.forEachRow(type, rows, steps, [&](ArrayRef<Value> row) {
      Value sum = fold(row, 0, [&](Value total, ArrayRef<Value> at) {
        Value value = k.loadScalar(y, at), gradient = k.loadScalar(dy, at);
        if (kind == Activation::softmax)
          return k.fma(value, gradient, total);
        if (kind == Activation::sparsemax)
          gradient = k.select(counts(value), gradient, zero);
        return k.add(total, gradient);
      });
      if (kind == Activation::sparsemax)
        sum = k.div(sum, fold(row, 0, [&](Value total, ArrayRef<Value> at) {
                      return k.add(total, k.select(counts(k.loadScalar(y, at)), one, zero));
                    }));
      forEachClass(out, row, [&](ArrayRef<Value> at) {
        Value value = k.loadScalar(y, at), gradient = k.loadScalar(dy, at);
        if (kind == Activation::softmax)
          return k.mul(value, k.sub(gradient, sum));
        if (kind == Activation::log_softmax)
          return k.sub(gradient, k.mul(emitExp(k, value), sum));
        return k.select(counts(value), k.sub(gradient, sum), zero);
      });
    });
  }

private:
  /// A fold over the classes of one row, scalar by scalar.
  Value fold(ArrayRef<Value> row, double init, function_ref<Value(Value, ArrayRef<Value>)> step) {
    return k.loop(k.index(0), k.index(features), 1, {k.scalar(init)},
                  [&](Value feature, ValueRange carried) {
                    return SmallVector<Value>{step(carried[0], append(row, feature))};
                  })[0];
  }

  Value largest(Value in, ArrayRef<Value> row) {
    return fold(row, -std::numeric_limits<float>::infinity(), [&](Value best, ArrayRef<Value> at) {
      return k.maximum(best, k.loadScalar(in, at));
    });
  }

  void forEachVector(ArrayRef<Value> row, function_ref<void(ArrayRef<Value>)> body) {
    k.loop(k.index(0), k.index(llvm::alignTo(features, k.lanes())), k.lanes(),
           [&](Value feature) { body(append(row, feature)); });
  }

  /// Writes every class of a row, and zeros into its padding, which gradients need.
  void forEachClass(Value out, ArrayRef<Value> row, function_ref<Value(ArrayRef<Value>)> value) {
    if (features % k.lanes() != 0)
      forEachVector(row, [&](ArrayRef<Value> at) { k.store(k.vector(0), out, at); });
    k.loop(k.index(features), [&](Value feature) {
      SmallVector<Value> at = append(row, feature);
      k.storeScalar(value(at), out, at);
    });
  }

  KernelBuilder &k;
  MemRefType type;
  Value rows, steps;
  int64_t features;
};

} // namespace

void lower(KernelBuilder &k, ActivationOp op) {
  Value in = op.getInput(), out = op.getOuts().front();
  RowWise rowWise(k, bufferType(in), rowsOf(op), stepsOf(op));
  switch (op.getKind()) {
  case Activation::softmax:
    return rowWise.softmax(in, out);
  case Activation::log_softmax:
    return rowWise.logSoftmax(in, out);
  case Activation::sparsemax:
    return rowWise.sparsemax(in, out);
  default:
    k.forEachVector(bufferType(in), rowsOf(op), stepsOf(op), [&](ArrayRef<Value> at) {
      k.store(emitActivation(k, op.getKind(), k.load(in, at), /*gate=*/false, op.getParameters()),
              out, at);
    });
  }
}

void lower(KernelBuilder &k, ActivationGradOp op) {
  Value value = op.getValue(), gradient = op.getResultGrad(), out = op.getOuts().front();
  if (isRowWise(op.getKind()))
    return RowWise(k, bufferType(value), rowsOf(op), stepsOf(op))
        .gradient(op.getKind(), value, gradient, out);
  k.forEachVector(bufferType(value), rowsOf(op), stepsOf(op), [&](ArrayRef<Value> at) {
    Value slope = emitActivationDerivative(k, op.getKind(), k.load(value, at), op.getParameters());
    k.store(k.mul(k.load(gradient, at), slope), out, at);
  });
}

void lower(KernelBuilder &k, AddOp op) {
  Value lhs = op.getLhs(), rhs = op.getRhs(), out = op.getOuts().front();
  auto body = [&](ArrayRef<Value> at) {
    k.store(k.add(k.load(lhs, at), k.load(rhs, at)), out, at);
  };
  // Gradients of parameters are dense; values have rows.
  if (bufferType(out).getLayout().isIdentity())
    k.forEachDenseVector(bufferType(out), body);
  else
    k.forEachVector(bufferType(out), rowsOf(op), stepsOf(op), body);
}

} // namespace keratin
