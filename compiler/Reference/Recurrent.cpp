// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The LSTM layer, step by step and row by row, and its gradient.
#include "compiler/Reference/Activations.h"
#include "compiler/Reference/OpSemantics.h"

using namespace mlir;

namespace keratin::reference {

namespace {

/// Position (row, step) of a tensor [rows, steps, ...] that is seen as rows*steps rows.
struct Sequence {
  int64_t rows, steps;
  bool backwards;

  /// The step of the input that is processed as number `step`.
  int64_t inputStep(int64_t step) const { return backwards ? steps - 1 - step : step; }
  int64_t at(int64_t row, int64_t step) const { return row * steps + step; }
};

bool isReal(const Tensor *mask, int64_t position) { return !mask || (*mask)[position] != 0; }

Tensor stateOrZero(const Tensor *state, int64_t rows, int64_t units) {
  return state ? *state : Tensor({rows, units});
}

} // namespace

Results evaluate(LSTMOp op, const Values &values) {
  const Tensor &input = values[op.getInput()], &recurrent = values[op.getRecurrentKernel()];
  const Tensor *mask = values.find(op.getMask());
  Activation activation = op.getActivation(), gateActivation = op.getRecurrentActivation();
  Tensor z = op.getKernel() ? multiply(input, values[op.getKernel()]) : input;
  if (const Tensor *bias = values.find(op.getBias()))
    for (int64_t i = 0; i < z.size(); ++i)
      z[i] += (*bias)[i % bias->size()];

  Sequence sequence{input.shape[0], input.shape[1], op.getGoBackwards()};
  int64_t units = recurrent.rows();
  Tensor h = stateOrZero(values.find(op.getInitialH()), sequence.rows, units);
  Tensor c = stateOrZero(values.find(op.getInitialC()), sequence.rows, units);
  Tensor hidden({sequence.rows, sequence.steps, units}), cells(hidden.shape), gates(z.shape);
  for (int64_t step = 0; step < sequence.steps; ++step) {
    Tensor recurrentZ = multiply(h, recurrent);
    for (int64_t row = 0; row < sequence.rows; ++row) {
      int64_t from = sequence.at(row, sequence.inputStep(step)), to = sequence.at(row, step);
      for (int64_t u = 0; u < units; ++u) {
        if (isReal(mask, from)) {
          auto gate = [&](int64_t g, Activation kind) {
            int64_t column = g * units + u;
            return gates.at(from, column) =
                       activate(kind, z.at(from, column) + recurrentZ.at(row, column));
          };
          double i = gate(0, gateActivation), f = gate(1, gateActivation);
          double g = gate(2, activation), o = gate(3, gateActivation);
          c.at(row, u) = f * c.at(row, u) + i * g;
          h.at(row, u) = o * activate(activation, c.at(row, u));
        }
        hidden.at(to, u) = h.at(row, u);
        cells.at(to, u) = c.at(row, u);
      }
    }
  }

  Results results;
  if (!op.getReturnSequences())
    results.push_back(h);
  if (op.getReturnSequences() || op.getTape())
    results.push_back(hidden);
  if (op.getTape())
    results.append({gates, cells});
  return results;
}

Results evaluate(LSTMGradOp op, const Values &values) {
  const Tensor &outputGrad = values[op.getOutputGrad()],
               &recurrent = values[op.getRecurrentKernel()];
  const Tensor &gates = values[op.getGatesTape()], &cells = values[op.getCellsTape()];
  const Tensor *mask = values.find(op.getMask()), *initialC = values.find(op.getInitialC());
  Activation activation = op.getActivation(), gateActivation = op.getRecurrentActivation();

  Sequence sequence{gates.shape[0], gates.shape[1], op.getGoBackwards()};
  int64_t units = recurrent.rows();
  Tensor dz(gates.shape), dh({sequence.rows, units}), dc({sequence.rows, units});
  if (!op.getReturnSequences())
    dh = outputGrad;
  for (int64_t step = sequence.steps - 1; step >= 0; --step) {
    for (int64_t row = 0; row < sequence.rows; ++row) {
      int64_t from = sequence.at(row, sequence.inputStep(step)), to = sequence.at(row, step);
      if (op.getReturnSequences())
        for (int64_t u = 0; u < units; ++u)
          dh.at(row, u) += outputGrad.at(to, u);
      if (!isReal(mask, from))
        continue; // h and c were handed on, and so are their gradients
      for (int64_t u = 0; u < units; ++u) {
        double i = gates.at(from, u), f = gates.at(from, units + u);
        double g = gates.at(from, 2 * units + u), o = gates.at(from, 3 * units + u);
        double cell = cells.at(to, u);
        double previousCell = step > 0 ? cells.at(to - 1, u) : initialC ? initialC->at(row, u) : 0;
        double gradH = dh.at(row, u);
        double gradC = dc.at(row, u) + gradH * o * derivative(activation, cell);
        auto set = [&](int64_t block, Activation kind, double value, double grad) {
          dz.at(from, block * units + u) = grad * derivativeFromResult(kind, value);
        };
        set(0, gateActivation, i, gradC * g);
        set(1, gateActivation, f, gradC * previousCell);
        set(2, activation, g, gradC * i);
        set(3, gateActivation, o, gradH * activate(activation, cell));
        dc.at(row, u) = gradC * f;
      }
      for (int64_t k = 0; k < units; ++k) {
        double sum = 0;
        for (int64_t n = 0; n < 4 * units; ++n)
          sum += dz.at(from, n) * recurrent.at(k, n);
        dh.at(row, k) = sum;
      }
    }
  }
  if (op.getStateGrads())
    return {dz, dh, dc};
  return {dz};
}

Results evaluate(RecurrentKernelGradOp op, const Values &values) {
  const Tensor &hidden = values[op.getHidden()], &dz = values[op.getPreactivationGrad()];
  const Tensor *initial = values.find(op.getInitialH());
  Sequence sequence{hidden.shape[0], hidden.shape[1], op.getGoBackwards()};
  Tensor result({hidden.columns(), dz.columns()});
  for (int64_t row = 0; row < sequence.rows; ++row)
    for (int64_t step = initial ? 0 : 1; step < sequence.steps; ++step) {
      int64_t from = sequence.at(row, sequence.inputStep(step));
      for (int64_t k = 0; k < result.rows(); ++k) {
        double previous = step > 0 ? hidden.at(sequence.at(row, step - 1), k) : initial->at(row, k);
        for (int64_t n = 0; n < result.columns(); ++n)
          result.at(k, n) += previous * dz.at(from, n);
      }
    }
  return {result};
}

} // namespace keratin::reference
