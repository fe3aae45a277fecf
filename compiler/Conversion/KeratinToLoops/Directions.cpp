// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What bidirectional layers and a GRU's two biases need: rows of parameters, steps in reverse, and
// merges of two directions.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

/// Every vector of one row of a parameter; `body` gets its panel and its column in that.
static void forEachVectorOfRow(KernelBuilder &k, MemRefType panels,
                               function_ref<void(Value, Value)> body) {
  k.loop(k.index(panels.getDimSize(0)), [&](Value panel) {
    k.loop(k.index(0), k.index(panels.getDimSize(2)), k.lanes(),
           [&](Value column) { body(panel, column); });
  });
}

void lower(KernelBuilder &k, RowOp op) {
  Value matrix = op.getMatrix(), out = op.getOuts().front(), row = k.index(op.getRow());
  forEachVectorOfRow(k, bufferType(out), [&](Value panel, Value column) {
    k.store(k.load(matrix, {panel, row, column}), out, {panel, k.index(0), column});
  });
}

void lower(KernelBuilder &k, RowGradOp op) {
  Value gradient = op.getRowGradient(), out = op.getOuts().front(), row = k.index(op.getRow());
  k.fill(out, {}, {}, 0);
  forEachVectorOfRow(k, bufferType(gradient), [&](Value panel, Value column) {
    k.store(k.load(gradient, {panel, k.index(0), column}), out, {panel, row, column});
  });
}

namespace {

/// The indices of the same row and feature at the mirrored step, where there are steps.
SmallVector<Value> mirrored(KernelBuilder &k, ArrayRef<Value> at, Value steps) {
  SmallVector<Value> result(at);
  if (at.size() == 3)
    result[1] = k.minus(k.minus(steps, k.index(1)), at[1]);
  return result;
}

/// The same with another feature.
SmallVector<Value> withFeature(ArrayRef<Value> at, Value feature) {
  return append(at.drop_back(), feature);
}

} // namespace

void lower(KernelBuilder &k, ReverseStepsOp op) {
  Value in = op.getInput(), out = op.getOuts().front(), steps = stepsOf(op);
  k.forEachVector(bufferType(in), rowsOf(op), steps, [&](ArrayRef<Value> at) {
    k.store(k.load(in, at), out, mirrored(k, at, steps));
  });
}

/// Copies features between the halves of a concatenation, at offsets that need not be whole
/// vectors.
static void forEachElement(KernelBuilder &k, Value buffer, Value rows, Value steps,
                           function_ref<void(ArrayRef<Value>)> body) {
  int64_t features = bufferType(buffer).getShape().back();
  k.forEachRow(rows, steps, [&](ArrayRef<Value> row) {
    k.loop(k.index(features), [&](Value feature) { body(append(row, feature)); });
  });
}

void lower(KernelBuilder &k, MergeDirectionsOp op) {
  Value forward = op.getForward(), backward = op.getBackward(), out = op.getOuts().front();
  Value rows = rowsOf(op), steps = stepsOf(op);
  if (op.getMode() == Merge::concat) {
    int64_t offset = bufferType(forward).getShape().back();
    if (bufferType(out).getShape().back() % k.lanes() != 0)
      k.fill(out, rows, steps, 0);
    forEachElement(k, forward, rows, steps,
                   [&](ArrayRef<Value> at) { k.storeScalar(k.loadScalar(forward, at), out, at); });
    forEachElement(k, backward, rows, steps, [&](ArrayRef<Value> at) {
      SmallVector<Value> to = withFeature(at, k.plus(at.back(), offset));
      k.storeScalar(k.loadScalar(backward, mirrored(k, at, steps)), out, to);
    });
    return;
  }
  k.forEachVector(bufferType(out), rows, steps, [&](ArrayRef<Value> at) {
    Value a = k.load(forward, at), b = k.load(backward, mirrored(k, at, steps));
    Value merged = op.getMode() == Merge::mul ? k.mul(a, b) : k.add(a, b);
    if (op.getMode() == Merge::ave)
      merged = k.mul(merged, 0.5);
    k.store(merged, out, at);
  });
}

void lower(KernelBuilder &k, MergeDirectionsGradOp op) {
  Value gradient = op.getResultGrad(), forward = op.getForward(), backward = op.getBackward();
  Value toForward = op.getOuts()[0], toBackward = op.getOuts()[1];
  Value rows = rowsOf(op), steps = stepsOf(op);
  if (op.getMode() == Merge::concat) {
    int64_t offset = bufferType(forward).getShape().back();
    k.fill(toForward, rows, steps, 0);
    k.fill(toBackward, rows, steps, 0);
    forEachElement(k, toForward, rows, steps, [&](ArrayRef<Value> at) {
      k.storeScalar(k.loadScalar(gradient, at), toForward, at);
    });
    forEachElement(k, toBackward, rows, steps, [&](ArrayRef<Value> at) {
      SmallVector<Value> from = withFeature(at, k.plus(at.back(), offset));
      k.storeScalar(k.loadScalar(gradient, from), toBackward, mirrored(k, at, steps));
    });
    return;
  }
  k.forEachVector(bufferType(gradient), rows, steps, [&](ArrayRef<Value> at) {
    SmallVector<Value> mirror = mirrored(k, at, steps);
    Value g = k.load(gradient, at), a = g, b = g;
    if (op.getMode() == Merge::ave)
      a = b = k.mul(g, 0.5);
    if (op.getMode() == Merge::mul) {
      a = k.mul(g, k.load(backward, mirror));
      b = k.mul(g, k.load(forward, at));
    }
    k.store(a, toForward, at);
    k.store(b, toBackward, mirror);
  });
}

} // namespace keratin
