// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Back-propagation of every recurrent layer through time. Cells differ in RecurrentCells.cpp only.
#include "compiler/Conversion/KeratinToLoops/Gemm.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "compiler/Conversion/KeratinToLoops/RecurrentCells.h"

using namespace mlir;

namespace keratin {

namespace {

class RecurrentGradLoop {
public:
  RecurrentGradLoop(KernelBuilder &k, RecurrentGradOpInterface op)
      : k(k), op(op), mask(op.getMask()), factors(op.getRecurrentFactors()), lanes(k.lanes()),
        gates(op.getGates()) {
    auto compute = cast<ComputeOpInterface>(op.getOperation());
    rows = compute.getRows();
    steps = compute.getSteps();
    OperandRange outs = compute.getOuts();
    size_t i = 0;
    dz = dq = outs[i++];
    if (op.hasRecurrentGrad())
      dq = outs[i++];
    if (op.getStateGrads()) {
      dhInitial = outs[i++];
      if (op.hasCellState())
        dcInitial = outs[i++];
    }
    dh = outs[i++];
    if (op.hasCellState())
      dc = outs[i++];
    if (op.outputsDifferFromStates())
      dShown = outs[i++];
    if (op.resetsBeforeProduct())
      dReset = outs[i++];
    transposed = outs[i++];
    stateType = bufferType(dh);
  }

  void emit() {
    emitTransposePanels(k, op.getRecurrentKernel(), transposed);
    Value gradient = op.getOutputGrad();
    Value last = op.getReturnSequences() ? Value() : gradient;
    initialize(dh, {op.getFinalHGrad(), dShown ? Value() : last});
    if (dc)
      initialize(dc, {op.getFinalCGrad()});
    if (dShown)
      initialize(dShown, {last});
    k.loop(steps, [&](Value done) {
      // Processing order backwards; `time` is the step of the input that was processed then.
      step = k.minus(k.minus(steps, done), k.index(1));
      time = op.getGoBackwards() ? done : step;
      hasBefore = arith::CmpIOp::create(k, arith::CmpIPredicate::ne, step, k.index(0));
      k.forEachVector(stateType, rows, {}, [&](ArrayRef<Value> at) { emitCellAt(at); });
      if (op.resetsBeforeProduct())
        emitResets();
      emitProducts(0, op.resetsBeforeProduct() ? 2 : gates);
    });
    copy(dh, dhInitial);
    copy(dc, dcInitial);
  }

private:
  /// Sets a gradient to the sum of those that are given.
  void initialize(Value buffer, ArrayRef<Value> given) {
    k.forEachVector(stateType, rows, {}, [&](ArrayRef<Value> at) {
      Value sum;
      for (Value value : given)
        if (value)
          sum = sum ? k.add(sum, k.load(value, at)) : k.load(value, at);
      k.store(sum ? sum : k.vector(0), buffer, at);
    });
  }

  void copy(Value from, Value to) {
    if (to)
      k.forEachVector(stateType, rows, {},
                      [&](ArrayRef<Value> at) { k.store(k.load(from, at), to, at); });
  }

  /// Unit u of a block of `lanes` units stands in the block's columns of each gate.
  SmallVector<Value> gateAt(ArrayRef<Value> at, int64_t gate) {
    return {at[0], time, k.plus(k.times(at[1], gates), gate * lanes)};
  }

  /// A state of the step before, or the initial one.
  Value stateBefore(ArrayRef<Value> at) {
    Value initial = op.getInitialState();
    return k.ifElse(
        hasBefore, k.vectorType(),
        [&] {
          return SmallVector<Value>{
              k.load(op.getStateTape(), {at[0], k.minus(step, k.index(1)), at[1]})};
        },
        [&] { return SmallVector<Value>{initial ? k.load(initial, at) : k.vector(0)}; })[0];
  }

  /// The gradient of this step's h: what later steps left, and the output's.
  Value hiddenGradient(ArrayRef<Value> at, Value real) {
    Value h = k.load(dh, at);
    bool isSequence = op.getReturnSequences() && op.getOutputGrad();
    auto ofOutput = [&] { return k.load(op.getOutputGrad(), {at[0], step, at[1]}); };
    if (!dShown)
      return isSequence ? k.add(h, ofOutput()) : h;
    // A masked step shows the output of the step before, or zero.
    Value output = k.load(dShown, at);
    if (isSequence)
      output = k.add(output, ofOutput());
    Value zero = k.vector(0);
    k.store(op.getZeroOutputForMask() ? zero : k.select(real, zero, output), dShown, at);
    return k.add(h, k.select(real, output, zero));
  }

  void emitCellAt(ArrayRef<Value> at) {
    CellGradInput in;
    for (int64_t gate = 0; gate < gates; ++gate)
      in.gates.push_back(k.load(op.getGatesTape(), gateAt(at, gate)));
    SmallVector<Value> now{at[0], step, at[1]};
    if (op.getStateTape()) {
      in.state = k.load(op.getStateTape(), now);
      in.before = stateBefore(at);
    }
    if (op.getInnerTape())
      in.inner = k.load(op.getInnerTape(), now);
    Value real = mask ? k.loadScalar(mask, {at[0], time}) : Value();
    in.dh = hiddenGradient(at, real);
    if (dc)
      in.dc = k.load(dc, at);
    CellGradOutput out = emitCellGrad(k, op, in);
    // A masked step hands on all of the states' gradients, and has none of its own.
    auto where = [&](Value value, Value otherwise) {
      return mask ? k.select(real, value, otherwise) : value;
    };
    for (auto [gate, value] : llvm::enumerate(out.gates)) {
      if (!value)
        continue;
      value = where(value, k.vector(0));
      k.store(value, dz, gateAt(at, gate));
      if (dq != dz && static_cast<int64_t>(gate) < gates - 1)
        k.store(value, dq, gateAt(at, gate));
    }
    if (dq != dz)
      k.store(where(out.recurrentCandidate, k.vector(0)), dq, gateAt(at, gates - 1));
    if (dc)
      k.store(where(out.dcBefore, in.dc), dc, at);
    k.store(where(out.dhBefore, in.dh), dh, at);
  }

  /// Through the candidate's product of a GRU that resets before, to r and h.
  void emitResets() {
    emitStateProduct(2, 3, [&](ArrayRef<Value> at, Value sum) { k.store(sum, dReset, at); });
    Activation kind = op.getRecurrentActivation();
    k.forEachVector(stateType, rows, {}, [&](ArrayRef<Value> at) {
      Value sum = k.load(dReset, at), before = stateBefore(at);
      if (factors)
        sum = k.mul(sum, k.load(factors, {at[0], k.index(2), at[1]}));
      Value reset = k.load(op.getGatesTape(), gateAt(at, 1));
      Value dr = k.mul(k.mul(sum, before), emitGateSlope(k, kind, reset));
      k.store(k.fma(sum, reset, k.load(dh, at)), dh, at);
      k.store(dr, dz, gateAt(at, 1));
    });
  }

  /// dh += dq(t) Uᵀ of gates [begin, end).
  void emitProducts(int64_t begin, int64_t end) {
    auto addTo = [&](ArrayRef<Value> at, Value sum) {
      k.store(k.add(sum, k.load(dh, at)), dh, at);
    };
    if (!factors)
      return emitStateProduct(begin, end, addTo);
    for (int64_t gate = begin; gate < end; ++gate)
      emitStateProduct(gate, gate + 1, [&](ArrayRef<Value> at, Value sum) {
        addTo(at, k.mul(sum, k.load(factors, {at[0], k.index(gate), at[1]})));
      });
  }

  void emitStateProduct(int64_t begin, int64_t end,
                        function_ref<void(ArrayRef<Value>, Value)> finish) {
    emitTransposedProduct(
        k, transposed, {begin, end, gates}, dh, rows,
        [&](Value row, Value column) { return k.loadScalar(dq, {row, time, column}); }, finish);
  }

  KernelBuilder &k;
  RecurrentGradOpInterface op;
  Value mask, factors;
  int64_t lanes, gates;
  Value rows, steps;
  Value dz, dq;               ///< to z, in place of the gates if it is the same buffer, and to q
  Value dhInitial, dcInitial; ///< results, or null
  Value dh, dc;               ///< scratch [rows, units]
  Value dShown;               ///< scratch: to an output that is shown again
  Value dReset;               ///< scratch: to r h of a GRU that resets before
  Value transposed;           ///< scratch: Uᵀ in panels
  MemRefType stateType;
  Value step, time, hasBefore; ///< of the step at hand
};

} // namespace

void lower(KernelBuilder &k, LSTMGradOp op) { RecurrentGradLoop(k, op).emit(); }
void lower(KernelBuilder &k, GRUGradOp op) { RecurrentGradLoop(k, op).emit(); }
void lower(KernelBuilder &k, SimpleRNNGradOp op) { RecurrentGradLoop(k, op).emit(); }

void lower(KernelBuilder &k, RecurrentKernelGradOp op) {
  Value hidden = op.getHidden(), dz = op.getPreactivationGrad(), out = op.getOuts().front();
  Value rows = rowsOf(op), steps = stepsOf(op), candidate = op.getCandidate();
  bool backwards = op.getGoBackwards();
  int64_t vectors = bufferType(out).getDimSize(2) / k.lanes(), last = vectors - 1;
  k.fill(out, {}, {}, 0);
  // dz of the step that was processed as number `step`.
  auto atStep = [&](Value row, Value step) {
    Value time = backwards ? k.minus(k.minus(steps, k.index(1)), step) : step;
    return SmallVector<Value>{row, time};
  };
  auto sumOver = [&](Value states, int64_t delay, int64_t begin, int64_t end, Value factors) {
    // Steps that have a predecessor `delay` before.
    Value count =
        delay ? k.select(k.less(k.index(delay), steps), k.minus(steps, k.index(delay)), k.index(0))
              : steps;
    RowGroups groups = backwards || factors ? RowGroups{count, rows, true}
                                            : rowGroups(k, bufferType(dz), rows, count);
    addGradientProduct(
        k, states, dz, out, {groups, begin, end, factors},
        [&](Value group, Value row) { return groups.at(group, row); },
        [&](Value group, Value row) { return atStep(row, k.plus(group, delay)); });
  };
  sumOver(hidden, 1, 0, candidate ? last : vectors, op.getFactors());
  if (candidate)
    sumOver(candidate, 0, last, vectors, {});
  Value initial = op.getInitialH();
  if (!initial)
    return;
  Value hasSteps = arith::CmpIOp::create(k, arith::CmpIPredicate::ne, steps, k.index(0));
  k.when(hasSteps, [&] {
    addGradientProduct(
        k, initial, dz, out,
        {{k.index(1), rows, false}, 0, candidate ? last : vectors, op.getFactors()},
        [&](Value, Value row) { return SmallVector<Value>{row}; },
        [&](Value, Value row) { return atStep(row, k.index(0)); });
  });
}

} // namespace keratin
