// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent layers, step by step and row by row, and the products around them.
#include "compiler/Reference/Activations.h"
#include "compiler/Reference/OpSemantics.h"
#include "compiler/Reference/Philox.h"
#include "compiler/Reference/RecurrentCells.h"

using namespace mlir;

namespace keratin::reference {

namespace {

Tensor stateOrZero(const Tensor *state, int64_t rows, int64_t units) {
  return state ? *state : Tensor({rows, units});
}

std::vector<int64_t> withLast(std::vector<int64_t> shape, int64_t last) {
  shape.back() = last;
  return shape;
}

/// x(row, k) times the factor of `gate`, [rows, gates, features], if there are any.
double factorAt(const Tensor *factors, int64_t row, int64_t gate, int64_t k) {
  return factors ? factors->at(row * factors->shape[1] + gate, k) : 1;
}

/// [rows, steps, features] times a kernel [features, gates*units], dropped for each gate apart.
Tensor gatedProduct(const Tensor &x, const Tensor &kernel, const Tensor &factors) {
  Tensor result(withLast(x.shape, kernel.columns()));
  int64_t units = kernel.columns() / factors.shape[1], steps = x.shape[1];
  for (int64_t at = 0; at < x.rows(); ++at)
    for (int64_t k = 0; k < x.columns(); ++k)
      for (int64_t n = 0; n < kernel.columns(); ++n)
        result.at(at, n) +=
            x.at(at, k) * factorAt(&factors, at / steps, n / units, k) * kernel.at(k, n);
  return result;
}

void addBias(Tensor &z, const Tensor *bias) {
  for (int64_t i = 0; bias && i < z.size(); ++i)
    z[i] += (*bias)[i % bias->size()];
}

Tensor inputProduct(RecurrentOpInterface op, const Values &values) {
  const Tensor &input = values[op.getInput()];
  if (!op.getKernel())
    return input;
  const Tensor &kernel = values[op.getKernel()], *factors = values.find(op.getInputFactors());
  Tensor z = factors ? gatedProduct(input, kernel, *factors) : multiply(input, kernel);
  addBias(z, values.find(op.getBias()));
  return z;
}

Results evaluateLayer(RecurrentOpInterface op, const Values &values) {
  Tensor z = inputProduct(op, values);
  const Tensor *mask = values.find(op.getMask());
  Cell cell(op, values);
  Sequence sequence{z.shape[0], z.shape[1], op.getGoBackwards()};
  int64_t units = op.getUnits();
  OperandRange initial = op.getInitialStates();
  auto first = [&](unsigned i) {
    return stateOrZero(initial.empty() ? nullptr : values.find(initial[i]), sequence.rows, units);
  };
  Tensor h = first(0), c = op.hasCellState() ? first(1) : Tensor();
  Tensor shown({sequence.rows, units}), output({sequence.rows, sequence.steps, units});
  Tensor hidden = output, inner = output, gates(z.shape);
  for (int64_t step = 0; step < sequence.steps; ++step)
    for (int64_t row = 0; row < sequence.rows; ++row) {
      int64_t from = sequence.at(row, sequence.inputStep(step)), to = sequence.at(row, step);
      bool real = !mask || (*mask)[from] != 0;
      if (real)
        cell.step(row, {&z, from}, h, c, {&gates, from}, {&inner, to});
      for (int64_t u = 0; u < units; ++u) {
        hidden.at(to, u) = h.at(row, u);
        if (op.hasCellState())
          inner.at(to, u) = c.at(row, u);
        if (real)
          shown.at(row, u) = h.at(row, u);
        else if (op.getZeroOutputForMask())
          shown.at(row, u) = 0;
        output.at(to, u) = shown.at(row, u);
      }
    }
  // Where no steps are real, the output is that of no step: zero.
  Results results{op.getReturnSequences() ? output : shown};
  if (op.getReturnState()) {
    results.push_back(h);
    if (op.hasCellState())
      results.push_back(c);
  }
  if (op.getTape()) {
    if (!op.putsOutHiddenStates())
      results.push_back(hidden);
    results.push_back(gates);
    if (op.hasInnerTape())
      results.push_back(inner);
  }
  return results;
}

Results evaluateGrad(RecurrentGradOpInterface op, const Values &values) {
  const Tensor &gates = values[op.getGatesTape()], *outputGrad = values.find(op.getOutputGrad());
  const Tensor *mask = values.find(op.getMask());
  CellGrad cell(op, values);
  Sequence sequence{gates.shape[0], gates.shape[1], op.getGoBackwards()};
  int64_t rows = sequence.rows, units = values[op.getRecurrentKernel()].rows();
  Tensor dz(gates.shape), dq(gates.shape);
  Tensor dh = stateOrZero(values.find(op.getFinalHGrad()), rows, units);
  Tensor dc = stateOrZero(values.find(op.getFinalCGrad()), rows, units);
  Tensor dShown({rows, units}); // of the output that is shown until the next real step
  if (outputGrad && !op.getReturnSequences())
    dShown = *outputGrad;
  bool differs = op.outputsDifferFromStates();
  for (int64_t step = sequence.steps - 1; step >= 0; --step)
    for (int64_t row = 0; row < rows; ++row) {
      int64_t from = sequence.at(row, sequence.inputStep(step)), to = sequence.at(row, step);
      bool real = !mask || (*mask)[from] != 0;
      for (int64_t u = 0; u < units; ++u) {
        double &shown = dShown.at(row, u);
        if (outputGrad && op.getReturnSequences())
          shown += outputGrad->at(to, u);
        if (real || !differs)
          dh.at(row, u) += shown;
        if (real || !differs || op.getZeroOutputForMask())
          shown = 0;
      }
      if (real)
        cell.step(row, step, {&gates, from}, dh, dc, {&dz, from}, {&dq, from});
    }
  Results results{dz};
  if (op.hasRecurrentGrad())
    results.push_back(dq);
  if (op.getStateGrads()) {
    results.push_back(dh);
    if (op.hasCellState())
      results.push_back(dc);
  }
  return results;
}

} // namespace

Results evaluate(LSTMOp op, const Values &values) { return evaluateLayer(op, values); }
Results evaluate(GRUOp op, const Values &values) { return evaluateLayer(op, values); }
Results evaluate(SimpleRNNOp op, const Values &values) { return evaluateLayer(op, values); }
Results evaluate(LSTMGradOp op, const Values &values) { return evaluateGrad(op, values); }
Results evaluate(GRUGradOp op, const Values &values) { return evaluateGrad(op, values); }
Results evaluate(SimpleRNNGradOp op, const Values &values) { return evaluateGrad(op, values); }

Results evaluate(RecurrentKernelGradOp op, const Values &values) {
  const Tensor &hidden = values[op.getHidden()], &dz = values[op.getPreactivationGrad()];
  const Tensor *initial = values.find(op.getInitialH()), *factors = values.find(op.getFactors());
  const Tensor *candidate = values.find(op.getCandidate());
  Sequence sequence{hidden.shape[0], hidden.shape[1], op.getGoBackwards()};
  int64_t units = hidden.columns();
  Tensor result({units, dz.columns()});
  for (int64_t row = 0; row < sequence.rows; ++row)
    for (int64_t step = 0; step < sequence.steps; ++step) {
      int64_t from = sequence.at(row, sequence.inputStep(step)), to = sequence.at(row, step);
      for (int64_t k = 0; k < units; ++k)
        for (int64_t n = 0; n < result.columns(); ++n) {
          double before = step > 0 ? hidden.at(to - 1, k) : initial ? initial->at(row, k) : 0;
          double left = candidate && n >= result.columns() - units
                            ? candidate->at(to, k)
                            : before * factorAt(factors, row, n / units, k);
          result.at(k, n) += left * dz.at(from, n);
        }
    }
  return {result};
}

Results evaluate(GatedDenseOp op, const Values &values) {
  Tensor z = gatedProduct(values[op.getInput()], values[op.getKernel()], values[op.getFactors()]);
  addBias(z, values.find(op.getBias()));
  return {z};
}

Results evaluate(GatedKernelGradOp op, const Values &values) {
  const Tensor &x = values[op.getInput()], &dz = values[op.getPreactivationGrad()],
               &factors = values[op.getFactors()];
  Tensor result({x.columns(), dz.columns()});
  int64_t units = dz.columns() / factors.shape[1], steps = x.shape[1];
  for (int64_t at = 0; at < x.rows(); ++at)
    for (int64_t k = 0; k < x.columns(); ++k)
      for (int64_t n = 0; n < dz.columns(); ++n)
        result.at(k, n) +=
            x.at(at, k) * factorAt(&factors, at / steps, n / units, k) * dz.at(at, n);
  return {result};
}

Results evaluate(GatedInputGradOp op, const Values &values) {
  const Tensor &dz = values[op.getPreactivationGrad()], &kernel = values[op.getKernel()],
               &factors = values[op.getFactors()];
  Tensor result(withLast(dz.shape, kernel.rows()));
  int64_t units = dz.columns() / factors.shape[1], steps = dz.shape[1];
  for (int64_t at = 0; at < dz.rows(); ++at)
    for (int64_t k = 0; k < kernel.rows(); ++k)
      for (int64_t n = 0; n < dz.columns(); ++n)
        result.at(at, k) +=
            dz.at(at, n) * factorAt(&factors, at / steps, n / units, k) * kernel.at(k, n);
  return {result};
}

Results evaluate(DropoutFactorsOp op, const Values &values) {
  auto seed = static_cast<uint64_t>(values.integer(op.getSeed()));
  auto iteration = static_cast<uint64_t>(values.integer(op.getIteration()));
  double rate = op.getRate().convertToDouble();
  Tensor result({values[op.getLike()].shape[0], static_cast<int64_t>(op.getGates()),
                 static_cast<int64_t>(op.getFeatures())});
  for (int64_t i = 0; i < result.size(); ++i)
    result[i] =
        dropoutWord(i, iteration, seed, static_cast<uint32_t>(op.getLayer())) >= rate * 0x1p32
            ? 1 / (1 - rate)
            : 0;
  return {result};
}

} // namespace keratin::reference
