// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Input products of recurrent layers with dropout for each gate apart, and their gradients.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

using namespace mlir;

namespace keratin {

void lower(KernelBuilder &k, GatedDenseOp op) {
  Value input = op.getInput(), out = op.getOuts().front(), bias = op.getBias();
  MemRefType type = bufferType(input);
  int64_t width = bufferType(op.getKernel()).getDimSize(2);
  emitRowProduct(
      k, input, op.getKernel(), type.getShape().back(), {stepsOf(op), rowsOf(op), true},
      type.getDimSize(0),
      [&](ArrayRef<Value> row, Value column, ArrayRef<Value> sums) {
        forEachPanelVector(k, out, width, column, [&](size_t v, Value at) {
          Value z = bias ? k.add(sums[v], k.load(bias, {k.index(0), k.index(0), at})) : sums[v];
          k.store(z, out, append(row, at));
        });
      },
      op.getFactors());
}

void lower(KernelBuilder &k, GatedKernelGradOp op) {
  Value out = op.getOuts().front();
  RowGroups groups{stepsOf(op), rowsOf(op), true};
  auto rowOf = [&](Value group, Value row) { return groups.at(group, row); };
  k.fill(out, {}, {}, 0);
  addGradientProduct(k, op.getInput(), op.getPreactivationGrad(), out,
                     {groups, 0, bufferType(out).getDimSize(2) / k.lanes(), op.getFactors()}, rowOf,
                     rowOf);
}

void lower(KernelBuilder &k, GatedInputGradOp op) {
  Value gradient = op.getPreactivationGrad(), out = op.getOuts()[0], transposed = op.getOuts()[1];
  Value factors = op.getFactors(), rows = rowsOf(op);
  int64_t gates = bufferType(factors).getDimSize(1);
  emitTransposePanels(k, op.getKernel(), transposed);
  k.fill(out, rows, stepsOf(op), 0);
  k.loop(stepsOf(op), [&](Value step) {
    for (int64_t gate = 0; gate < gates; ++gate)
      emitTransposedProduct(
          k, transposed, {gate, gate + 1, gates}, out, rows,
          [&](Value row, Value column) { return k.loadScalar(gradient, {row, step, column}); },
          [&](ArrayRef<Value> at, Value sum) {
            SmallVector<Value> where{at[0], step, at[1]};
            Value factor = k.load(factors, {at[0], k.index(gate), at[1]});
            k.store(k.fma(sum, factor, k.load(out, where)), out, where);
          });
  });
}

} // namespace keratin
