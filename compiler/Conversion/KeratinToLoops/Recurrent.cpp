// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop over time of every recurrent layer: one recurrent product a step, with gates and states
// in its tiles. Cells differ in RecurrentCells.cpp only.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"
#include "compiler/Conversion/KeratinToLoops/RecurrentCells.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

namespace {

class RecurrentLoop {
public:
  RecurrentLoop(KernelBuilder &k, RecurrentOpInterface op)
      : k(k), op(op), z(op.getInput()), kernel(op.getRecurrentKernel()), mask(op.getMask()),
        factors(op.getRecurrentFactors()), lanes(k.lanes()), gates(op.getGates()),
        vectors(bufferType(kernel).getDimSize(2) / k.lanes()) {
    auto compute = cast<ComputeOpInterface>(op.getOperation());
    rows = compute.getRows();
    steps = compute.getSteps();
    tileRows = chooseTileRows(bufferType(z).getDimSize(0), vectors, k.machine);
    OperandRange outs = compute.getOuts();
    output = outs[0];
    if (op.getReturnState())
      finalStates.assign(outs.begin() + 1, outs.begin() + 1 + op.getNumStates());
    if (op.putsOutHiddenStates() || op.getTape())
      sequence = outs[op.getHiddenResult()];
    if (op.getTape()) {
      gatesTape = outs[op.getGatesResult()];
      if (op.hasInnerTape())
        innerTape = outs[op.getInnerResult()];
    }
    size_t scratch = op.getNumOutputs();
    hidden = outs[scratch++];
    if (op.hasCellState())
      cell = outs[scratch++];
    if (op.outputsDifferFromStates())
      shown = outs[scratch++];
    if (op.resetsBeforeProduct()) {
      update = outs[scratch++];
      resetHidden = outs[scratch++];
    }
  }

  void emit() {
    OperandRange initial = op.getInitialStates();
    initialize(hidden, {k.index(0)}, initial.empty() ? Value() : initial[0]);
    if (cell)
      initialize(cell, {}, initial.empty() ? Value() : initial[1]);
    if (shown)
      initialize(shown, {}, Value());
    k.loop(steps, [&](Value number) {
      step = number;
      // The step of the input; outputs stand in processing order.
      time = op.getGoBackwards() ? k.minus(k.minus(steps, step), k.index(1)) : step;
      slot = arith::AndIOp::create(k, step, k.index(1));
      nextSlot = arith::XOrIOp::create(k, slot, k.index(1));
      if (op.resetsBeforeProduct())
        emitResets();
      emitCells();
    });
    emitLastValues();
  }

private:
  /// Sets a state, [rows, units], to its initial value or zero. `at` are leading indices of it.
  void initialize(Value state, ArrayRef<Value> at, Value initial) {
    int64_t padded = llvm::alignTo(bufferType(state).getShape().back(), lanes);
    k.loop(rows, [&](Value row) {
      k.loop(k.index(0), k.index(padded), lanes, [&](Value unit) {
        Value value = initial ? k.load(initial, {row, unit}) : k.vector(0);
        k.store(value, state, append(append(at, row), unit));
      });
    });
  }

  /// A panel of the kernel holds all gates of as many units as a vector has lanes or, with one
  /// gate, several such vectors; a tile is the rows that are worked on with it at once.
  void forEachTile(function_ref<void(Value panel, Value first, int64_t tile)> body) {
    k.loop(k.index(bufferType(kernel).getDimSize(0)), [&](Value panel) {
      forEachRowTile(k, k.index(0), rows, tileRows,
                     [&](Value first, int64_t tile) { body(panel, first, tile); });
    });
  }

  /// The first column of vector `vector` of a panel among the gates, and its first unit.
  Value columnOf(Value panel, int64_t vector) {
    return k.plus(k.times(panel, vectors * lanes), vector * lanes);
  }
  Value unitOf(Value panel, int64_t vector) {
    return k.plus(k.times(panel, vectors / gates * lanes), vector / gates * lanes);
  }

  /// What the recurrent product is added to.
  Value startOf(Value row, Value panel, int64_t vector) {
    Value column = columnOf(panel, vector);
    bool apart = isCandidateApart() && vector == gates - 1;
    Value start = apart ? Value() : k.load(z, {row, time, column});
    if (Value bias = op.getRecurrentBias()) {
      Value extra = k.load(bias, {k.index(0), k.index(0), column});
      start = start ? k.add(start, extra) : extra;
    }
    return start ? start : k.vector(0);
  }

  /// Whether the recurrent product of the last gate is not simply added to z.
  bool isCandidateApart() { return op.hasInnerTape() && !cell && !op.resetsBeforeProduct(); }

  /// Vectors [begin, end) of a panel, row by row: z, biases and recurrent products.
  SmallVector<Value> emitSums(Value panel, Value first, int64_t tile, int64_t begin, int64_t end) {
    SmallVector<Value> starts;
    for (int64_t r = 0; r < tile; ++r)
      for (int64_t v = begin; v < end; ++v)
        starts.push_back(startOf(k.plus(first, r), panel, v));
    auto weights = [&](int64_t v, Value i) {
      return k.load(kernel, {panel, i, k.index((begin + v) * lanes)});
    };
    auto state = [&](int64_t r, Value i) {
      if (resetHidden && begin > 0)
        return k.loadScalar(resetHidden, {k.plus(first, r), i});
      return k.loadScalar(hidden, {slot, k.plus(first, r), i});
    };
    Value depth = k.index(op.getUnits());
    if (!factors || (resetHidden && begin > 0))
      return emitTile(k, tile, end - begin, depth, starts, state, weights);
    return emitGatedTile(
        k, tile, end - begin, depth, starts,
        [&](int64_t r, int64_t v, Value i) {
          Value gate = k.index(gates == 1 ? 0 : begin + v);
          return k.mul(state(r, i), k.loadScalar(factors, {k.plus(first, r), gate, i}));
        },
        weights);
  }

  /// The gates z and r of a GRU and r h, which the candidate's product waits for.
  void emitResets() {
    Activation kind = op.getRecurrentActivation();
    forEachTile([&](Value panel, Value first, int64_t tile) {
      SmallVector<Value> sums = emitSums(panel, first, tile, 0, 2);
      Value unit = unitOf(panel, 0);
      for (int64_t r = 0; r < tile; ++r) {
        Value row = k.plus(first, r);
        Value reset = emitActivation(k, kind, sums[2 * r + 1], /*gate=*/true);
        Value h = k.mul(reset, k.load(hidden, {slot, row, unit}));
        if (factors)
          h = k.mul(h, k.load(factors, {row, k.index(2), unit}));
        k.store(emitActivation(k, kind, sums[2 * r], true), update, {row, unit});
        k.store(h, resetHidden, {row, unit});
        if (gatesTape)
          k.store(reset, gatesTape, {row, time, columnOf(panel, 1)});
        if (innerTape)
          k.store(h, innerTape, {row, step, unit});
      }
    });
  }

  void emitCells() {
    int64_t begin = op.resetsBeforeProduct() ? 2 : 0, count = vectors - begin;
    forEachTile([&](Value panel, Value first, int64_t tile) {
      SmallVector<Value> sums = emitSums(panel, first, tile, begin, vectors);
      for (int64_t r = 0; r < tile; ++r)
        for (int64_t v = 0; v < vectors; v += gates) {
          Value row = k.plus(first, r), unit = unitOf(panel, v);
          CellInput in;
          if (begin > 0)
            in.sums = {k.load(update, {row, unit}), Value()};
          for (int64_t gate = begin; gate < gates; ++gate)
            in.sums.push_back(sums[r * count + v + gate - begin]);
          if (isCandidateApart())
            in.candidate = k.load(z, {row, time, columnOf(panel, gates - 1)});
          emitCellAt(panel, v, row, unit, in);
        }
    });
  }

  /// The cell of one vector of units, the mask and all that is kept.
  void emitCellAt(Value panel, int64_t vector, Value row, Value unit, CellInput &in) {
    if (cell)
      in.cBefore = k.load(cell, {row, unit});
    if (mask || !cell)
      in.hBefore = k.load(hidden, {slot, row, unit});
    CellOutput out = emitCell(k, op, in);
    Value h = out.h, c = out.c, real;
    if (mask) {
      real = k.loadScalar(mask, {row, time});
      if (cell)
        c = k.select(real, c, in.cBefore);
      h = k.select(real, h, in.hBefore);
    }
    if (cell)
      k.store(c, cell, {row, unit});
    k.store(h, hidden, {nextSlot, row, unit});
    if (sequence)
      k.store(h, sequence, {row, step, unit});
    if (gatesTape)
      for (int64_t gate = 0; gate < gates; ++gate)
        if (out.gates[gate])
          k.store(out.gates[gate], gatesTape, {row, time, columnOf(panel, vector + gate)});
    if (innerTape && (cell || out.inner))
      k.store(cell ? c : out.inner, innerTape, {row, step, unit});
    if (!shown)
      return;
    Value other = op.getZeroOutputForMask() ? k.vector(0) : k.load(shown, {row, unit});
    Value visible = k.select(real, out.h, other);
    k.store(visible, shown, {row, unit});
    if (op.getReturnSequences())
      k.store(visible, output, {row, step, unit});
  }

  void emitLastValues() {
    Value lastSlot = arith::AndIOp::create(k, steps, k.index(1));
    auto copy = [&](Value from, ArrayRef<Value> leading, Value to) {
      k.forEachVector(bufferType(to), rows, {}, [&](ArrayRef<Value> at) {
        SmallVector<Value> source(leading);
        source.append(at.begin(), at.end());
        k.store(k.load(from, source), to, at);
      });
    };
    if (!op.getReturnSequences() && shown)
      copy(shown, {}, output);
    else if (!op.getReturnSequences())
      copy(hidden, {lastSlot}, output);
    if (!finalStates.empty())
      copy(hidden, {lastSlot}, finalStates[0]);
    if (finalStates.size() > 1)
      copy(cell, {}, finalStates[1]);
  }

  KernelBuilder &k;
  RecurrentOpInterface op;
  Value z; ///< hoisted input [rows, steps, gates]; gates take its place with a tape
  Value kernel, mask, factors;
  int64_t lanes, gates, vectors, tileRows;
  Value rows, steps;
  Value output;   ///< the first result
  Value sequence; ///< hidden states of all steps, or null
  SmallVector<Value> finalStates;
  Value gatesTape, innerTape;
  Value hidden, cell;               ///< scratch: h [2, rows, units], alternating; c [rows, units]
  Value shown;                      ///< scratch: the output, where it is not h
  Value update, resetHidden;        ///< scratch: z and r h of a GRU that resets before
  Value step, time, slot, nextSlot; ///< of the step at hand
};

} // namespace

void lower(KernelBuilder &k, LSTMOp op) { RecurrentLoop(k, op).emit(); }
void lower(KernelBuilder &k, GRUOp op) { RecurrentLoop(k, op).emit(); }
void lower(KernelBuilder &k, SimpleRNNOp op) { RecurrentLoop(k, op).emit(); }

} // namespace keratin
