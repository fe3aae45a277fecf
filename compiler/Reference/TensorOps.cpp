// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The general ops on values: windows, combinations, contractions, masks as numbers, noise.
#include "compiler/Reference/OpSemantics.h"
#include "compiler/Reference/Philox.h"

#include "mlir/IR/AffineMap.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace keratin::reference {

namespace {

using Index = std::vector<int64_t>;

/// Calls `body` with every index of an array of this shape, in row-major order.
template <typename Body> void forEachIndex(const Index &shape, Body body) {
  for (int64_t size : shape)
    if (size == 0)
      return;
  Index index(shape.size(), 0);
  while (true) {
    body(index);
    size_t dim = shape.size();
    while (dim > 0 && ++index[dim - 1] == shape[dim - 1])
      index[--dim] = 0;
    if (dim == 0)
      return;
  }
}

/// The row-major position of an index, or -1 outside of the shape.
int64_t positionOf(ArrayRef<int64_t> index, const Index &shape) {
  int64_t position = 0;
  for (auto [i, size] : llvm::zip_equal(index, shape)) {
    if (i < 0 || i >= size)
      return -1;
    position = position * size + i;
  }
  return position;
}

/// A shape with its open dimensions filled in: rows first, steps elsewhere.
Index resolve(ArrayRef<int64_t> shape, const Values &values) {
  Index result(shape.begin(), shape.end());
  for (size_t i = 0; i < result.size(); ++i)
    if (ShapedType::isDynamic(result[i]))
      result[i] = i == 0 ? values.rows : values.steps;
  return result;
}

/// The sizes of a window: those left open are of the dimensions of the input that they run over.
template <typename Op> Index windowOf(Op op, const Index &inputShape) {
  Index window(op.getWindow());
  for (size_t i = 0; i < window.size(); ++i)
    for (auto [expr, size] : llvm::zip_equal(op.getMap().getResults(), inputShape))
      if (ShapedType::isDynamic(window[i]) &&
          expr == getAffineDimExpr(op.getShape().size() + i, op.getContext()))
        window[i] = size;
  return window;
}

/// The positions in the input that stand in the window of result element `index`.
Index placesOf(AffineMap map, const Index &index, const Index &window, const Index &inputShape) {
  Index places;
  forEachIndex(window, [&](const Index &j) {
    Index all = index;
    all.insert(all.end(), j.begin(), j.end());
    int64_t place = positionOf(map.compose(all), inputShape);
    if (place >= 0)
      places.push_back(place);
  });
  return places;
}

double combine(Combination kind, double a, double b) {
  switch (kind) {
  case Combination::add:
    return a + b;
  case Combination::subtract:
    return a - b;
  case Combination::multiply:
    return a * b;
  case Combination::divide:
    return a / b;
  case Combination::maximum:
    return a >= b || std::isnan(a) ? a : b;
  case Combination::minimum:
    return a <= b || std::isnan(a) ? a : b;
  case Combination::at_least:
    return a >= b ? 1 : 0;
  }
  llvm_unreachable("unknown combination");
}

} // namespace

Results evaluate(WindowOp op, const Values &values) {
  const Tensor &input = values[op.getInput()];
  Index window = windowOf(op, input.shape);
  Tensor result(resolve(op.getShape(), values));
  int64_t next = 0;
  forEachIndex(result.shape, [&](const Index &index) {
    double sum = 0, largest = -std::numeric_limits<double>::infinity();
    Index places = placesOf(op.getMap(), index, window, input.shape);
    for (int64_t place : places) {
      sum += input[place];
      largest = combine(Combination::maximum, largest, input[place]);
    }
    if (op.getKind() == Fold::mean)
      sum /= static_cast<double>(places.size());
    result[next++] = op.getKind() == Fold::maximum ? largest : sum;
  });
  return {result};
}

Results evaluate(WindowGradOp op, const Values &values) {
  const Tensor &grad = values[op.getResultGrad()];
  Tensor result(resolve(op.getInputShape(), values));
  Index window = windowOf(op, result.shape);
  int64_t next = 0;
  forEachIndex(grad.shape, [&](const Index &index) {
    int64_t element = next++;
    Index places = placesOf(op.getMap(), index, window, result.shape);
    for (int64_t place : places) {
      if (op.getKind() != Fold::maximum) {
        double share = op.getKind() == Fold::mean ? static_cast<double>(places.size()) : 1;
        result[place] += grad[element] / share;
      } else if (values[op.getInput()][place] == values[op.getValue()][element]) {
        result[place] += grad[element];
        return;
      }
    }
  });
  return {result};
}

Results evaluate(CombineOp op, const Values &values) {
  Tensor result = values[op.getLhs()];
  const Tensor &rhs = values[op.getRhs()];
  int64_t next = 0;
  forEachIndex(result.shape, [&](const Index &index) {
    int64_t place = op.getRhsMap() ? positionOf(op.getRhsMap()->compose(index), rhs.shape) : next;
    result[next] = combine(op.getKind(), result[next], rhs[place]);
    ++next;
  });
  return {result};
}

Results evaluate(ContractOp op, const Values &values) {
  const Tensor &lhs = values[op.getLhs()], &rhs = values[op.getRhs()];
  Tensor result(resolve(op.getShape(), values));
  Index window(op.getWindow());
  for (size_t i = 0; i < window.size(); ++i)
    if (ShapedType::isDynamic(window[i]))
      window[i] = values.steps;
  int64_t next = 0;
  forEachIndex(result.shape, [&](const Index &index) {
    double sum = 0;
    forEachIndex(window, [&](const Index &j) {
      Index all = index;
      all.insert(all.end(), j.begin(), j.end());
      sum += lhs[positionOf(op.getLhsMap().compose(all), lhs.shape)] *
             rhs[positionOf(op.getRhsMap().compose(all), rhs.shape)];
    });
    result[next++] = sum;
  });
  return {result};
}

Results evaluate(FindMaskOp op, const Values &values) {
  const Tensor &input = values[op.getInput()];
  Tensor mask({input.shape[0], input.shape[1]});
  double value = op.getValue().convertToDouble();
  for (int64_t i = 0; i < input.size(); ++i)
    if (input[i] != value)
      mask[i / input.columns()] = 1;
  return {mask};
}

Results evaluate(MaskValuesOp op, const Values &values) {
  Tensor result = values[op.getMask()];
  result.shape.push_back(1);
  return {result};
}

Results evaluate(NormalNoiseOp op, const Values &values) {
  Tensor result = values[op.getLike()];
  auto seed = static_cast<uint64_t>(values.integer(op.getSeed()));
  auto iteration = static_cast<uint64_t>(values.integer(op.getIteration()));
  auto layer = static_cast<uint32_t>(op.getLayer());
  for (int64_t i = 0; i < result.size(); ++i) {
    double word = dropoutWord(static_cast<uint64_t>(i), iteration, seed, layer) >> 8;
    double p = (word + 0.5) * 0x1p-24;
    // Newton's method on the distribution function, from the middle, where it is concave towards
    // the tail.
    double x = 0, tail = std::min(p, 1 - p);
    for (int step = 0; step < 100; ++step) {
      double density = std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
      double change = (0.5 * std::erfc(x / std::sqrt(2.0)) - tail) / density;
      x += change;
      if (std::fabs(change) < 1e-13)
        break;
    }
    result[i] = p < 0.5 ? -x : x;
  }
  return {result};
}

void evaluate(MoveAverageOp op, const Values &values, State &state) {
  Tensor &param = state.params.at(op.getParam().str());
  const Tensor &value = values[op.getValue()];
  double momentum = op.getMomentum().convertToDouble();
  for (int64_t i = 0; i < param.size(); ++i)
    param[i] = momentum * param[i] + (1 - momentum) * value[i];
}

} // namespace keratin::reference
