// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop of an LSTM layer: one recurrent product a step, with gates and states in its tiles.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

namespace {

/// What one op's loop reads and writes. Outputs that the op does not have are null.
struct LSTMBuffers {
  Value z;            ///< hoisted input [rows, steps, gates]; gates take its place with a tape
  Value sequence;     ///< hidden states of all steps, or null
  Value last;         ///< hidden state after the last step, or null
  Value gates, cells; ///< tape
  Value hidden, cell; ///< scratch: h [2, rows, units], alternating; c [rows, units]
};

LSTMBuffers buffersOf(LSTMOp op) {
  LSTMBuffers buffers;
  buffers.z = op.getInput();
  OperandRange outs = op.getOuts();
  size_t i = 0;
  if (op.getReturnSequences())
    buffers.sequence = outs[i++];
  else
    buffers.last = outs[i++];
  if (op.getTape()) {
    if (!op.getReturnSequences())
      buffers.sequence = outs[i++];
    buffers.gates = outs[i++];
    buffers.cells = outs[i++];
  }
  buffers.hidden = outs[i++];
  buffers.cell = outs[i++];
  return buffers;
}

/// Sets a state, [rows, units], to its initial value or zero. `slot` are leading indices of the
/// state.
void initializeState(KernelBuilder &k, Value state, ArrayRef<Value> slot, Value initial,
                     Value rows) {
  int64_t padded = llvm::alignTo(bufferType(state).getShape().back(), k.lanes());
  k.loop(rows, [&](Value row) {
    k.loop(k.index(0), k.index(padded), k.lanes(), [&](Value unit) {
      Value value = initial ? k.load(initial, {row, unit}) : k.vector(0);
      k.store(value, state, append(append(slot, row), unit));
    });
  });
}

} // namespace

void lower(KernelBuilder &k, LSTMOp op) {
  LSTMBuffers buffers = buffersOf(op);
  Value rows = rowsOf(op), steps = stepsOf(op), kernel = op.getRecurrentKernel(),
        mask = op.getMask();
  int64_t lanes = k.lanes(), units = op.getUnits();
  int64_t tileRows = chooseTileRows(bufferType(buffers.z).getDimSize(0), 4, k.machine);
  Activation recurrent = op.getRecurrentActivation(), activation = op.getActivation();

  initializeState(k, buffers.hidden, {k.index(0)}, op.getInitialH(), rows);
  initializeState(k, buffers.cell, {}, op.getInitialC(), rows);

  k.loop(steps, [&](Value step) {
    // The step of the input; outputs stand in processing order.
    Value time = op.getGoBackwards() ? k.minus(k.minus(steps, step), k.index(1)) : step;
    Value slot = arith::AndIOp::create(k, step, k.index(1));
    Value nextSlot = arith::XOrIOp::create(k, slot, k.index(1));
    // A block is as many units as a vector has lanes: one panel of the kernel holds their four
    // gates.
    k.loop(k.index(bufferType(kernel).getDimSize(0)), [&](Value block) {
      Value unit = k.times(block, lanes), column = k.times(block, 4 * lanes);
      forEachRowTile(k, k.index(0), rows, tileRows, [&](Value first, int64_t tile) {
        auto gateColumn = [&](int64_t gate) { return k.plus(column, gate * lanes); };
        SmallVector<Value> z;
        for (int64_t r = 0; r < tile; ++r)
          for (int64_t gate = 0; gate < 4; ++gate)
            z.push_back(k.load(buffers.z, {k.plus(first, r), time, gateColumn(gate)}));
        z = emitTile(
            k, tile, 4, k.index(units), z,
            [&](int64_t r, Value i) {
              return k.loadScalar(buffers.hidden, {slot, k.plus(first, r), i});
            },
            [&](int64_t gate, Value i) {
              return k.load(kernel, {block, i, k.index(gate * lanes)});
            });
        for (int64_t r = 0; r < tile; ++r) {
          Value row = k.plus(first, r);
          Value i = emitActivation(k, recurrent, z[4 * r], /*gate=*/true);
          Value f = emitActivation(k, recurrent, z[4 * r + 1], true);
          Value g = emitActivation(k, activation, z[4 * r + 2], true);
          Value o = emitActivation(k, recurrent, z[4 * r + 3], true);
          Value cBefore = k.load(buffers.cell, {row, unit});
          Value c = k.fma(f, cBefore, k.mul(i, g));
          Value h = k.mul(o, emitActivation(k, activation, c, true));
          if (mask) {
            Value real = k.loadScalar(mask, {row, time});
            c = k.select(real, c, cBefore);
            h = k.select(real, h, k.load(buffers.hidden, {slot, row, unit}));
          }
          k.store(c, buffers.cell, {row, unit});
          k.store(h, buffers.hidden, {nextSlot, row, unit});
          if (buffers.sequence)
            k.store(h, buffers.sequence, {row, step, unit});
          const Value gates[] = {i, f, g, o};
          if (buffers.gates)
            for (int64_t gate = 0; gate < 4; ++gate)
              k.store(gates[gate], buffers.gates, {row, time, gateColumn(gate)});
          if (buffers.cells)
            k.store(c, buffers.cells, {row, step, unit});
        }
      });
    });
  });

  if (!buffers.last)
    return;
  Value lastSlot = arith::AndIOp::create(k, steps, k.index(1));
  k.forEachVector(bufferType(buffers.last), rows, {}, [&](ArrayRef<Value> at) {
    k.store(k.load(buffers.hidden, {lastSlot, at[0], at[1]}), buffers.last, at);
  });
}

} // namespace keratin
