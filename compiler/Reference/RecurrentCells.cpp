// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/RecurrentCells.h"
#include "compiler/Reference/Activations.h"

using namespace mlir;

namespace keratin::reference {

Cell::Cell(RecurrentOpInterface op, const Values &values)
    : op(op), kernel(values[op.getRecurrentKernel()]), bias(values.find(op.getRecurrentBias())),
      factors(values.find(op.getRecurrentFactors())), units(kernel.rows()) {}

double Cell::product(int64_t row, int64_t n, RowOf<const Tensor> state) const {
  double sum = bias ? (*bias)[n] : 0;
  for (int64_t k = 0; k < units; ++k)
    sum += state[k] * kernel.at(k, n) *
           (factors ? factors->at(row * factors->shape[1] + n / units, k) : 1);
  return sum;
}

void Cell::step(int64_t row, RowOf<const Tensor> z, Tensor &h, Tensor &c, RowOf<Tensor> gates,
                RowOf<Tensor> inner) {
  Activation activation = op.getActivation(), gateActivation = op.getRecurrentActivation();
  const Tensor before = h; // products read all of h(t-1)
  auto q = [&](int64_t n) { return product(row, n, {&before, row}); };
  auto gate = [&](int64_t g, int64_t u, Activation kind) {
    int64_t n = g * units + u;
    return gates[n] = activate(kind, z[n] + q(n));
  };
  if (isa<SimpleRNNOp>(op))
    for (int64_t u = 0; u < units; ++u)
      h.at(row, u) = gate(0, u, activation);
  if (isa<LSTMOp>(op))
    for (int64_t u = 0; u < units; ++u) {
      double i = gate(0, u, gateActivation), f = gate(1, u, gateActivation);
      double g = gate(2, u, activation), o = gate(3, u, gateActivation);
      c.at(row, u) = f * c.at(row, u) + i * g;
      h.at(row, u) = o * activate(activation, c.at(row, u));
    }
  if (!isa<GRUOp>(op))
    return;
  Tensor reset({1, units});
  for (int64_t u = 0; u < units; ++u)
    reset[u] = before.at(row, u) * gate(1, u, gateActivation);
  for (int64_t u = 0; u < units; ++u) {
    int64_t n = 2 * units + u;
    double update = gate(0, u, gateActivation);
    bool resetsBefore = op.resetsBeforeProduct();
    double sum = resetsBefore ? product(row, n, {&reset, 0}) : gates[units + u] * q(n);
    double factor = factors ? factors->at(row * factors->shape[1] + 2, u) : 1;
    inner[u] = resetsBefore ? reset[u] * factor : q(n);
    gates[n] = activate(activation, z[n] + sum);
    h.at(row, u) = update * before.at(row, u) + (1 - update) * gates[n];
  }
}

CellGrad::CellGrad(RecurrentGradOpInterface op, const Values &values)
    : op(op), kernel(values[op.getRecurrentKernel()]),
      factors(values.find(op.getRecurrentFactors())), states(values.find(op.getStateTape())),
      inner(values.find(op.getInnerTape())), initial(values.find(op.getInitialState())),
      units(kernel.rows()), steps(values[op.getGatesTape()].shape[1]) {}

double CellGrad::factor(int64_t row, int64_t gate, int64_t k) const {
  return factors ? factors->at(row * factors->shape[1] + gate, k) : 1;
}

double CellGrad::stateBefore(int64_t row, int64_t step, int64_t u) const {
  return step > 0 ? states->at(row * steps + step - 1, u) : initial ? initial->at(row, u) : 0;
}

double CellGrad::throughGate(int64_t row, int64_t k, int64_t gate, RowOf<Tensor> dq) const {
  double sum = 0;
  for (int64_t u = 0; u < units; ++u)
    sum += dq[gate * units + u] * kernel.at(k, gate * units + u);
  return sum * factor(row, gate, k);
}

void CellGrad::step(int64_t row, int64_t step, RowOf<const Tensor> gates, Tensor &dh, Tensor &dc,
                    RowOf<Tensor> dz, RowOf<Tensor> dq) {
  Activation activation = op.getActivation(), gateActivation = op.getRecurrentActivation();
  int64_t now = row * steps + step;
  std::vector<double> direct(units); // to h(t-1), other than through products
  auto set = [&](int64_t gate, int64_t u, Activation kind, double grad) {
    int64_t n = gate * units + u;
    return dz[n] = dq[n] = grad * derivativeFromResult(kind, gates[n]);
  };
  for (int64_t u = 0; u < units; ++u) {
    double h = dh.at(row, u);
    if (isa<SimpleRNNGradOp>(op))
      set(0, u, activation, h);
    if (isa<LSTMGradOp>(op)) {
      double i = gates[u], f = gates[units + u], g = gates[2 * units + u], o = gates[3 * units + u];
      double cell = states->at(now, u);
      double dCell = dc.at(row, u) + h * o * derivative(activation, cell);
      set(0, u, gateActivation, dCell * g);
      set(1, u, gateActivation, dCell * stateBefore(row, step, u));
      set(2, u, activation, dCell * i);
      set(3, u, gateActivation, h * activate(activation, cell));
      dc.at(row, u) = dCell * f;
    }
    if (isa<GRUGradOp>(op)) {
      double z = gates[u], r = gates[units + u], g = gates[2 * units + u];
      set(0, u, gateActivation, h * (stateBefore(row, step, u) - g));
      double dg = set(2, u, activation, h * (1 - z));
      direct[u] = h * z;
      if (!op.resetsBeforeProduct()) {
        set(1, u, gateActivation, dg * inner->at(now, u));
        dq[2 * units + u] = dg * r;
      }
    }
  }
  int64_t plainGates = op.getGates();
  if (op.resetsBeforeProduct()) {
    plainGates = 2;
    for (int64_t u = 0; u < units; ++u) {
      double toReset = throughGate(row, u, 2, dq);
      set(1, u, gateActivation, toReset * stateBefore(row, step, u));
      direct[u] += toReset * gates[units + u];
    }
  }
  for (int64_t k = 0; k < units; ++k) {
    dh.at(row, k) = direct[k];
    for (int64_t gate = 0; gate < plainGates; ++gate)
      dh.at(row, k) += throughGate(row, k, gate, dq);
  }
}

} // namespace keratin::reference
