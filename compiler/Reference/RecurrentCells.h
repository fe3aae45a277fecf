// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One step of LSTM, GRU and SimpleRNN for one row, forward and backward. Internal to this folder.
#pragma once

#include "compiler/Reference/OpSemantics.h"

namespace keratin::reference {

/// Position (row, step) of a tensor [rows, steps, ...] that is seen as rows*steps rows.
struct Sequence {
  int64_t rows, steps;
  bool backwards;

  /// The step of the input that is processed as number `step`.
  int64_t inputStep(int64_t step) const { return backwards ? steps - 1 - step : step; }
  int64_t at(int64_t row, int64_t step) const { return row * steps + step; }
};

/// A row of a tensor seen as rows.
template <typename T> struct RowOf {
  T *tensor;
  int64_t row;
  auto &operator[](int64_t column) const {
    return tensor->values[row * tensor->columns() + column];
  }
};

/// The forward step. See keratin.lstm and keratin.gru for the formulas.
class Cell {
public:
  Cell(RecurrentOpInterface op, const Values &values);

  /// Replaces row `row` of the states; writes the gates and, of a GRU, the inner tape.
  void step(int64_t row, RowOf<const Tensor> z, Tensor &h, Tensor &c, RowOf<Tensor> gates,
            RowOf<Tensor> inner);

private:
  RecurrentOpInterface op;
  const Tensor &kernel, *bias, *factors;
  int64_t units;

  /// (state * factors of the gate) U + d of column n.
  double product(int64_t row, int64_t n, RowOf<const Tensor> state) const;
};

/// The backward step.
class CellGrad {
public:
  CellGrad(RecurrentGradOpInterface op, const Values &values);

  /// Replaces row `row` of the states' gradients by those of the states before; writes those before
  /// activation, of z and q.
  void step(int64_t row, int64_t step, RowOf<const Tensor> gates, Tensor &dh, Tensor &dc,
            RowOf<Tensor> dz, RowOf<Tensor> dq);

private:
  RecurrentGradOpInterface op;
  const Tensor &kernel, *factors, *states, *inner, *initial;
  int64_t units, steps;

  /// What reaches component k of h(t-1) through the columns of `gate`.
  double throughGate(int64_t row, int64_t k, int64_t gate, RowOf<Tensor> dq) const;
  double factor(int64_t row, int64_t gate, int64_t k) const;
  double stateBefore(int64_t row, int64_t step, int64_t u) const;
};

} // namespace keratin::reference
