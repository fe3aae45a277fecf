// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of embeddings, their gradient, and the mask they hand on.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

namespace {

/// The row of a table that stands at `position` in `indices`. A table is one panel: [1, vocabulary,
/// padded].
Value tableRow(KernelBuilder &k, Value indices, ArrayRef<Value> position) {
  return arith::IndexCastOp::create(k, k.getIndexType(), k.loadScalar(indices, position));
}

/// Every vector of every embedded row; `body` gets the row's position, the row of the table, and
/// the feature.
void forEachEmbedded(KernelBuilder &k, Value indices, int64_t padded, Value rows, Value steps,
                     function_ref<void(ArrayRef<Value>, Value, Value)> body) {
  k.forEachRow(rows, steps, [&](ArrayRef<Value> position) {
    Value row = tableRow(k, indices, position);
    k.loop(k.index(0), k.index(padded), k.lanes(),
           [&](Value feature) { body(position, row, feature); });
  });
}

} // namespace

void lower(KernelBuilder &k, EmbeddingOp op) {
  Value out = op.getOuts().front(), table = op.getTable();
  forEachEmbedded(k, op.getIndices(), bufferType(table).getDimSize(2), rowsOf(op), stepsOf(op),
                  [&](ArrayRef<Value> position, Value row, Value feature) {
                    k.store(k.load(table, {k.index(0), row, feature}), out,
                            append(position, feature));
                  });
}

void lower(KernelBuilder &k, EmbeddingGradOp op) {
  Value out = op.getOuts().front(), gradient = op.getResultGrad();
  k.fill(out, {}, {}, 0);
  forEachEmbedded(k, op.getIndices(), bufferType(out).getDimSize(2), rowsOf(op), stepsOf(op),
                  [&](ArrayRef<Value> position, Value row, Value feature) {
                    Value sum = k.add(k.load(out, {k.index(0), row, feature}),
                                      k.load(gradient, append(position, feature)));
                    k.store(sum, out, {k.index(0), row, feature});
                  });
}

void lower(KernelBuilder &k, ComputeMaskOp op) {
  k.forEachRow(rowsOf(op), stepsOf(op), [&](ArrayRef<Value> position) {
    Value index = k.loadScalar(op.getIndices(), position);
    Value real = arith::CmpIOp::create(k, arith::CmpIPredicate::ne, index, k.i32(0));
    k.storeScalar(real, op.getOuts().front(), position);
  });
}

} // namespace keratin
