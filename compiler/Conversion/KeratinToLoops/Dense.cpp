// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of dense layers and their gradients.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

void lower(KernelBuilder &k, DenseOp op) {
  Value input = op.getInput(), out = op.getOuts().front(), bias = op.getBias();
  MemRefType inputType = bufferType(input);
  RowGroups groups = rowGroups(k, inputType, rowsOf(op), stepsOf(op));
  int64_t width = bufferType(op.getKernel()).getDimSize(2);
  emitRowProduct(k, input, op.getKernel(), inputType.getShape().back(), groups,
                 inputType.getDimSize(0),
                 [&](ArrayRef<Value> row, Value column, ArrayRef<Value> sums) {
                   forEachPanelVector(k, out, width, column, [&](size_t v, Value at) {
                     Value z = sums[v];
                     if (bias)
                       z = k.add(z, k.load(bias, {k.index(0), k.index(0), at}));
                     k.store(emitActivation(k, op.getActivation(), z), out, append(row, at));
                   });
                 });
}

void lower(KernelBuilder &k, DenseInputGradOp op) {
  Value gradient = op.getPreactivationGrad(), out = op.getOuts()[0], transposed = op.getOuts()[1];
  emitTransposePanels(k, op.getKernel(), transposed);
  MemRefType type = bufferType(gradient);
  RowGroups groups = rowGroups(k, type, rowsOf(op), stepsOf(op));
  int64_t depth = std::min(bufferType(transposed).getDimSize(1), type.getShape().back());
  int64_t width = bufferType(transposed).getDimSize(2);
  emitRowProduct(k, gradient, transposed, depth, groups, type.getDimSize(0),
                 [&](ArrayRef<Value> row, Value column, ArrayRef<Value> sums) {
                   forEachPanelVector(k, out, width, column, [&](size_t v, Value at) {
                     k.store(sums[v], out, append(row, at));
                   });
                 });
}

void lower(KernelBuilder &k, DenseKernelGradOp op) {
  emitGradientProduct(k, op.getInput(), op.getPreactivationGrad(), op.getOuts().front(), rowsOf(op),
                      stepsOf(op));
}

void lower(KernelBuilder &k, BiasGradOp op) {
  Value gradient = op.getPreactivationGrad(), out = op.getOuts().front();
  MemRefType type = bufferType(gradient);
  RowGroups groups = rowGroups(k, type, rowsOf(op), stepsOf(op));
  k.fill(out, {}, {}, 0);
  int64_t columns = llvm::alignTo(type.getShape().back(), k.lanes());
  k.loop(k.index(0), k.index(columns), k.lanes(), [&](Value column) {
    Value sum =
        k.loop(k.index(0), groups.groups, 1, {k.vector(0)}, [&](Value group, ValueRange carried) {
          return k.loop(k.index(0), groups.rows, 1, carried, [&](Value row, ValueRange sums) {
            Value value = k.load(gradient, append(groups.at(group, row), column));
            return SmallVector<Value>{k.add(sums[0], value)};
          });
        })[0];
    k.store(sum, out, {k.index(0), k.index(0), column});
  });
}

} // namespace keratin
