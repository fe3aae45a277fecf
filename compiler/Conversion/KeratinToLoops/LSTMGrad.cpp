// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Back-propagation of an LSTM layer through time, and the gradient of its recurrent kernel.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

using namespace mlir;

namespace keratin {

void lower(KernelBuilder &k, LSTMGradOp op) {
  // outs: dz (in place of the gates where it is the same buffer), [dh0, dc0], then scratch dh, dc,
  // Uᵀ.
  OperandRange outs = op.getOuts();
  Value dz = outs.front(), transposed = outs.back(), dc = outs[outs.size() - 2],
        dh = outs[outs.size() - 3];
  Value gates = op.getGatesTape(), cells = op.getCellsTape(), mask = op.getMask(),
        gradient = op.getOutputGrad();
  Value rows = rowsOf(op), steps = stepsOf(op);
  int64_t lanes = k.lanes();
  MemRefType stateType = bufferType(dh);
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();
  MemRefType panels = bufferType(transposed);
  int64_t width = panels.getDimSize(2), vectors = width / lanes;
  int64_t tileRows = chooseTileRows(stateType.getDimSize(0), vectors, k.machine);

  emitTransposePanels(k, op.getRecurrentKernel(), transposed);
  k.fill(dc, rows, {}, 0);
  k.forEachVector(stateType, rows, {}, [&](ArrayRef<Value> at) {
    k.store(op.getReturnSequences() ? k.vector(0) : k.load(gradient, at), dh, at);
  });

  k.loop(steps, [&](Value done) {
    // Processing order backwards; `time` is the step of the input that was processed then.
    Value step = k.minus(k.minus(steps, done), k.index(1));
    Value time = op.getGoBackwards() ? done : step;
    Value hasBefore = arith::CmpIOp::create(k, arith::CmpIPredicate::ne, step, k.index(0));

    k.forEachVector(stateType, rows, {}, [&](ArrayRef<Value> at) {
      Value row = at[0], unit = at[1];
      // Unit u of a block of `lanes` units stands in the block's four gate columns.
      Value column = k.times(unit, 4);
      auto gateAt = [&](int64_t gate) {
        return SmallVector<Value>{row, time, k.plus(column, gate * lanes)};
      };
      Value i = k.load(gates, gateAt(0)), f = k.load(gates, gateAt(1));
      Value g = k.load(gates, gateAt(2)), o = k.load(gates, gateAt(3));
      Value c = k.load(cells, {row, step, unit});
      Value cBefore = k.ifElse(
          hasBefore, k.vectorType(),
          [&] { return SmallVector<Value>{k.load(cells, {row, k.minus(step, k.index(1)), unit})}; },
          [&] {
            return SmallVector<Value>{op.getInitialC() ? k.load(op.getInitialC(), {row, unit})
                                                       : k.vector(0)};
          })[0];
      Value h = k.load(dh, at);
      if (op.getReturnSequences())
        h = k.add(h, k.load(gradient, {row, step, unit}));
      Value activated = emitActivation(k, activation, c, /*gate=*/true);
      auto slope = [&](Activation kind, Value result) {
        return emitActivationDerivative(k, kind, result);
      };
      Value dcTotal = k.fma(k.mul(h, o), slope(activation, activated), k.load(dc, at));
      SmallVector<Value> dGates = {k.mul(k.mul(dcTotal, g), slope(recurrent, i)),
                                   k.mul(k.mul(dcTotal, cBefore), slope(recurrent, f)),
                                   k.mul(k.mul(dcTotal, i), slope(activation, g)),
                                   k.mul(k.mul(h, activated), slope(recurrent, o))};
      Value dcBefore = k.mul(dcTotal, f);
      // What reaches the state before directly: everything at a masked step, else nothing.
      Value direct = k.vector(0);
      if (mask) {
        Value real = k.loadScalar(mask, {row, time});
        for (Value &value : dGates)
          value = k.select(real, value, k.vector(0));
        dcBefore = k.select(real, dcBefore, k.load(dc, at));
        direct = k.select(real, direct, h);
      }
      for (int64_t gate = 0; gate < 4; ++gate)
        k.store(dGates[gate], dz, gateAt(gate));
      k.store(dcBefore, dc, at);
      k.store(direct, dh, at);
    });

    // dh += dz(t) Uᵀ
    int64_t depth = panels.getDimSize(1);
    k.loop(k.index(panels.getDimSize(0)), [&](Value panel) {
      Value column = k.times(panel, width);
      forEachRowTile(k, k.index(0), rows, tileRows, [&](Value first, int64_t tile) {
        SmallVector<Value> zeros(tile * vectors, k.vector(0));
        SmallVector<Value> sums = emitTile(
            k, tile, vectors, k.index(depth), zeros,
            [&](int64_t r, Value j) { return k.loadScalar(dz, {k.plus(first, r), time, j}); },
            [&](int64_t v, Value j) { return k.load(transposed, {panel, j, k.index(v * lanes)}); });
        for (int64_t r = 0; r < tile; ++r)
          forEachPanelVector(k, dh, width, column, [&](size_t v, Value at) {
            SmallVector<Value> where{k.plus(first, r), at};
            k.store(k.add(sums[r * vectors + v], k.load(dh, where)), dh, where);
          });
      });
    });
  });

  if (!op.getStateGrads())
    return;
  for (auto [from, to] :
       {std::pair<Value, Value>(dh, outs[1]), std::pair<Value, Value>(dc, outs[2])})
    k.forEachVector(stateType, rows, {}, [&, from = from, to = to](ArrayRef<Value> at) {
      k.store(k.load(from, at), to, at);
    });
}

void lower(KernelBuilder &k, RecurrentKernelGradOp op) {
  emitGradientProduct(k, op.getHidden(), op.getPreactivationGrad(), op.getOuts().front(),
                      rowsOf(op), stepsOf(op),
                      /*delay=*/1);
}

} // namespace keratin
