// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feed-forward layers and their gradients.
#include "compiler/Reference/Activations.h"
#include "compiler/Reference/OpSemantics.h"
#include "compiler/Reference/Philox.h"

using namespace mlir;

namespace keratin::reference {

namespace {

/// The row of a table of `rows` rows that an index means; negative ones count from the end.
int64_t tableRow(Location location, double index, int64_t rows) {
  int64_t row = static_cast<int64_t>(index);
  if (row < -rows || row >= rows)
    fail(location, "expects indices from " + std::to_string(-rows) + " to " +
                       std::to_string(rows - 1) + ", got " + std::to_string(row));
  return row < 0 ? row + rows : row;
}

std::vector<int64_t> withLast(std::vector<int64_t> shape, int64_t last) {
  shape.back() = last;
  return shape;
}

/// aᵀ * b of two tensors seen as rows: the sum over rows of the outer products.
Tensor multiplyTransposed(const Tensor &a, const Tensor &b) {
  Tensor result({a.columns(), b.columns()});
  for (int64_t row = 0; row < a.rows(); ++row)
    for (int64_t k = 0; k < a.columns(); ++k)
      for (int64_t n = 0; n < b.columns(); ++n)
        result.at(k, n) += a.at(row, k) * b.at(row, n);
  return result;
}

} // namespace

Tensor multiply(const Tensor &x, const Tensor &matrix) {
  Tensor result(withLast(x.shape, matrix.columns()));
  for (int64_t row = 0; row < x.rows(); ++row)
    for (int64_t k = 0; k < x.columns(); ++k)
      for (int64_t n = 0; n < matrix.columns(); ++n)
        result.at(row, n) += x.at(row, k) * matrix.at(k, n);
  return result;
}

Results evaluate(EmbeddingOp op, const Values &values) {
  const Tensor &indices = values[op.getIndices()], &table = values[op.getTable()];
  std::vector<int64_t> shape = indices.shape;
  shape.push_back(table.columns());
  Tensor result(shape);
  for (int64_t i = 0; i < indices.size(); ++i) {
    int64_t row = tableRow(op.getLoc(), indices[i], table.rows());
    for (int64_t k = 0; k < table.columns(); ++k)
      result.at(i, k) = table.at(row, k);
  }
  return {result};
}

Results evaluate(EmbeddingGradOp op, const Values &values) {
  const Tensor &indices = values[op.getIndices()], &grad = values[op.getResultGrad()];
  Tensor result(cast<ShapedType>(op.getResult(0).getType()).getShape());
  for (int64_t i = 0; i < indices.size(); ++i) {
    int64_t row = tableRow(op.getLoc(), indices[i], result.rows());
    for (int64_t k = 0; k < result.columns(); ++k)
      result.at(row, k) += grad.at(i, k);
  }
  return {result};
}

Results evaluate(ComputeMaskOp op, const Values &values) {
  Tensor mask = values[op.getIndices()];
  for (double &value : mask.values)
    value = value != 0;
  return {mask};
}

Results evaluate(DropoutOp op, const Values &values) {
  Tensor x = values[op.getInput()];
  auto seed = static_cast<uint64_t>(values.integer(op.getSeed()));
  auto iteration = static_cast<uint64_t>(values.integer(op.getIteration()));
  auto layer = static_cast<uint32_t>(op.getLayer());
  double rate = op.getRate().convertToDouble();
  bool sharedBySteps = op.getNoise() == Noise::per_sequence;
  int64_t features = x.columns(), steps = sharedBySteps ? x.shape[1] : 1;
  for (int64_t i = 0; i < x.size(); ++i) {
    int64_t row = i / (steps * features), feature = i % features;
    uint64_t element = sharedBySteps ? row * features + feature : i;
    bool kept = dropoutWord(element, iteration, seed, layer) >= rate * 0x1p32;
    x[i] = kept ? x[i] / (1 - rate) : 0;
  }
  return {x};
}

Results evaluate(DenseOp op, const Values &values) {
  Tensor result = multiply(values[op.getInput()], values[op.getKernel()]);
  if (const Tensor *bias = values.find(op.getBias()))
    for (int64_t i = 0; i < result.size(); ++i)
      result[i] += (*bias)[i % bias->size()];
  return {activate(op.getActivation(), std::move(result))};
}

Results evaluate(DenseKernelGradOp op, const Values &values) {
  return {multiplyTransposed(values[op.getInput()], values[op.getPreactivationGrad()])};
}

Results evaluate(DenseInputGradOp op, const Values &values) {
  const Tensor &grad = values[op.getPreactivationGrad()], &kernel = values[op.getKernel()];
  Tensor result(withLast(grad.shape, kernel.rows()));
  for (int64_t row = 0; row < grad.rows(); ++row)
    for (int64_t k = 0; k < kernel.rows(); ++k)
      for (int64_t n = 0; n < kernel.columns(); ++n)
        result.at(row, k) += grad.at(row, n) * kernel.at(k, n);
  return {result};
}

Results evaluate(BiasGradOp op, const Values &values) {
  const Tensor &grad = values[op.getPreactivationGrad()];
  Tensor result({grad.columns()});
  for (int64_t i = 0; i < grad.size(); ++i)
    result[i % result.size()] += grad[i];
  return {result};
}

Results evaluate(ActivationOp op, const Values &values) {
  return {activate(op.getKind(), values[op.getInput()], op.getParameters())};
}

Results evaluate(ActivationGradOp op, const Values &values) {
  const Tensor &value = values[op.getValue()], &grad = values[op.getResultGrad()];
  if (isRowWise(op.getKind()))
    return {rowWiseGradient(op.getKind(), value, grad)};
  Tensor result(value.shape);
  auto slope = activationGradReadsInput(op.getKind()) ? derivative : derivativeFromResult;
  for (int64_t i = 0; i < value.size(); ++i)
    result[i] = grad[i] * slope(op.getKind(), value[i], op.getParameters());
  return {result};
}

Results evaluate(AddOp op, const Values &values) {
  Tensor result = values[op.getLhs()];
  const Tensor &rhs = values[op.getRhs()];
  for (int64_t i = 0; i < result.size(); ++i)
    result[i] += rhs[i];
  return {result};
}

} // namespace keratin::reference
