// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of activations, their gradients, and sums.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace keratin {

namespace {

/// A fold over the features of one row, scalar by scalar.
Value foldRow(KernelBuilder &k, int64_t features, double init,
              function_ref<Value(Value, Value)> step) {
  return k.loop(k.index(0), k.index(features), 1, {k.scalar(init)},
                [&](Value feature, ValueRange carried) {
                  return SmallVector<Value>{step(carried[0], feature)};
                })[0];
}

/// y = e^(x - max x) / sum, row by row.
void emitSoftmax(KernelBuilder &k, Value in, Value out, Value rows, Value steps) {
  MemRefType type = bufferType(in);
  int64_t features = type.getShape().back();
  k.forEachRow(rows, steps, [&](ArrayRef<Value> row) {
    Value largest = foldRow(k, features, -std::numeric_limits<float>::infinity(),
                            [&](Value best, Value feature) {
                              return k.maximum(best, k.loadScalar(in, append(row, feature)));
                            });
    Value shift = k.splat(largest);
    int64_t padded = llvm::alignTo(features, k.lanes());
    k.loop(k.index(0), k.index(padded), k.lanes(), [&](Value feature) {
      SmallVector<Value> at = append(row, feature);
      // The padding is no class: whatever it holds must not overflow.
      Value x = k.minimum(k.sub(k.load(in, at), shift), k.vector(0));
      k.store(emitExp(k, x), out, at);
    });
    Value sum = foldRow(k, features, 0, [&](Value total, Value feature) {
      return k.add(total, k.loadScalar(out, append(row, feature)));
    });
    Value scale = k.splat(k.div(k.scalar(1), sum));
    k.loop(k.index(0), k.index(padded), k.lanes(), [&](Value feature) {
      SmallVector<Value> at = append(row, feature);
      k.store(k.mul(k.load(out, at), scale), out, at);
    });
  });
}

/// dx = y (dy - sum y dy), row by row.
void emitSoftmaxGrad(KernelBuilder &k, Value y, Value dy, Value out, Value rows, Value steps) {
  MemRefType type = bufferType(y);
  int64_t features = type.getShape().back();
  k.forEachRow(rows, steps, [&](ArrayRef<Value> row) {
    Value dot = foldRow(k, features, 0, [&](Value total, Value feature) {
      SmallVector<Value> at = append(row, feature);
      return k.fma(k.loadScalar(y, at), k.loadScalar(dy, at), total);
    });
    // Padding of a gradient must stay zero, so classes are written one by one over it.
    k.loop(k.index(0), k.index(llvm::alignTo(features, k.lanes())), k.lanes(),
           [&](Value feature) { k.store(k.vector(0), out, append(row, feature)); });
    k.loop(k.index(features), [&](Value feature) {
      SmallVector<Value> at = append(row, feature);
      k.storeScalar(k.mul(k.loadScalar(y, at), k.sub(k.loadScalar(dy, at), dot)), out, at);
    });
  });
}

} // namespace

void lower(KernelBuilder &k, ActivationOp op) {
  Value in = op.getInput(), out = op.getOuts().front();
  if (op.getKind() == Activation::softmax)
    return emitSoftmax(k, in, out, rowsOf(op), stepsOf(op));
  k.forEachVector(bufferType(in), rowsOf(op), stepsOf(op), [&](ArrayRef<Value> at) {
    k.store(emitActivation(k, op.getKind(), k.load(in, at)), out, at);
  });
}

void lower(KernelBuilder &k, ActivationGradOp op) {
  Value value = op.getValue(), gradient = op.getResultGrad(), out = op.getOuts().front();
  if (op.getKind() == Activation::softmax)
    return emitSoftmaxGrad(k, value, gradient, out, rowsOf(op), stepsOf(op));
  k.forEachVector(bufferType(value), rowsOf(op), stepsOf(op), [&](ArrayRef<Value> at) {
    Value slope = emitActivationDerivative(k, op.getKind(), k.load(value, at));
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
