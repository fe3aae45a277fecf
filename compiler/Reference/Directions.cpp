// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of parameters, steps in reverse and merged directions.
#include "compiler/Reference/OpSemantics.h"

using namespace mlir;

namespace keratin::reference {

namespace {

/// The row of a sequence seen as rows that stands at the mirrored step; the same without steps.
int64_t mirrored(const Tensor &x, int64_t at) {
  if (x.rank() < 3)
    return at;
  int64_t steps = x.shape[1], row = at / steps, step = at % steps;
  return row * steps + steps - 1 - step;
}

} // namespace

Results evaluate(RowOp op, const Values &values) {
  const Tensor &matrix = values[op.getMatrix()];
  Tensor result({matrix.columns()});
  for (int64_t n = 0; n < result.size(); ++n)
    result[n] = matrix.at(op.getRow(), n);
  return {result};
}

Results evaluate(RowGradOp op, const Values &values) {
  const Tensor &gradient = values[op.getRowGradient()];
  Tensor result({static_cast<int64_t>(op.getRows()), gradient.size()});
  for (int64_t n = 0; n < gradient.size(); ++n)
    result.at(op.getRow(), n) = gradient[n];
  return {result};
}

Results evaluate(ReverseStepsOp op, const Values &values) {
  const Tensor &input = values[op.getInput()];
  Tensor result(input.shape);
  for (int64_t at = 0; at < input.rows(); ++at)
    for (int64_t k = 0; k < input.columns(); ++k)
      result.at(mirrored(input, at), k) = input.at(at, k);
  return {result};
}

Results evaluate(MergeDirectionsOp op, const Values &values) {
  const Tensor &forward = values[op.getForward()], &backward = values[op.getBackward()];
  Tensor result(forward);
  bool concat = op.getMode() == Merge::concat;
  if (concat) {
    result.shape.back() += backward.columns();
    result = Tensor(result.shape);
  }
  for (int64_t at = 0; at < forward.rows(); ++at) {
    for (int64_t k = 0; k < forward.columns(); ++k)
      result.at(at, k) = forward.at(at, k);
    for (int64_t k = 0; k < backward.columns(); ++k) {
      double b = backward.at(mirrored(backward, at), k);
      double &to = result.at(at, concat ? forward.columns() + k : k);
      to = concat ? b : op.getMode() == Merge::mul ? to * b : to + b;
      if (op.getMode() == Merge::ave)
        to /= 2;
    }
  }
  return {result};
}

Results evaluate(MergeDirectionsGradOp op, const Values &values) {
  const Tensor &grad = values[op.getResultGrad()], &forward = values[op.getForward()],
               &backward = values[op.getBackward()];
  Tensor toForward(forward.shape), toBackward(backward.shape);
  Merge mode = op.getMode();
  for (int64_t at = 0; at < forward.rows(); ++at) {
    int64_t mirror = mirrored(backward, at);
    for (int64_t k = 0; k < forward.columns(); ++k)
      toForward.at(at, k) = grad.at(at, k) * (mode == Merge::mul   ? backward.at(mirror, k)
                                              : mode == Merge::ave ? 0.5
                                                                   : 1);
    for (int64_t k = 0; k < backward.columns(); ++k)
      toBackward.at(mirror, k) = mode == Merge::concat
                                     ? grad.at(at, forward.columns() + k)
                                     : grad.at(at, k) * (mode == Merge::mul   ? forward.at(at, k)
                                                         : mode == Merge::ave ? 0.5
                                                                              : 1);
  }
  return {toForward, toBackward};
}

} // namespace keratin::reference
