// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/BuildIR/TensorOps.h"

#include <functional>
#include <numeric>

using namespace mlir;

namespace keratin {

SmallVector<int64_t> shapeOf(Value value) {
  return SmallVector<int64_t>(cast<RankedTensorType>(value.getType()).getShape());
}

Value emitWindow(EntryBuilder &builder, Value input, Fold kind, ArrayRef<AffineExpr> place,
                 ArrayRef<int64_t> shape, ArrayRef<int64_t> window) {
  auto map = AffineMap::get(shape.size() + window.size(), 0, place, builder.getContext());
  SmallVector<int64_t> from = shapeOf(input);
  if (window.empty() && map.isIdentity() && ArrayRef<int64_t>(from) == shape)
    return input;
  return WindowOp::create(builder, input, kind, map, shape, window, from, ValueRange(),
                          ValueRange())
      .getResult(0);
}

Value emitReshape(EntryBuilder &builder, Value input, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> from = shapeOf(input);
  // What both shapes begin and end with stays where it is.
  size_t common = std::min(from.size(), shape.size()), head = 0, tail = 0;
  while (head < common && from[head] == shape[head])
    ++head;
  while (head + tail < common && from[from.size() - 1 - tail] == shape[shape.size() - 1 - tail])
    ++tail;
  SmallVector<AffineExpr> place;
  for (size_t i = 0; i < head; ++i)
    place.push_back(builder.getAffineDimExpr(i));
  AffineExpr linear = builder.getAffineConstantExpr(0);
  for (size_t i = head; i + tail < shape.size(); ++i)
    linear = linear * shape[i] + builder.getAffineDimExpr(i);
  for (size_t i = head; i + tail < from.size(); ++i) {
    int64_t stride =
        std::accumulate(from.begin() + i + 1, from.end() - tail, int64_t(1), std::multiplies<>());
    AffineExpr expr = linear.floorDiv(stride);
    place.push_back(i == head ? expr : expr % from[i]);
  }
  for (size_t i = shape.size() - tail; i < shape.size(); ++i)
    place.push_back(builder.getAffineDimExpr(i));
  return emitWindow(builder, input, Fold::sum, place, shape);
}

Value emitTranspose(EntryBuilder &builder, Value input, ArrayRef<int64_t> order) {
  SmallVector<int64_t> from = shapeOf(input), shape;
  SmallVector<AffineExpr> place(order.size());
  for (auto [i, axis] : llvm::enumerate(order)) {
    shape.push_back(from[axis]);
    place[axis] = builder.getAffineDimExpr(i);
  }
  return emitWindow(builder, input, Fold::sum, place, shape);
}

Value emitFold(EntryBuilder &builder, Value input, Fold kind, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> shape = shapeOf(input), window;
  SmallVector<AffineExpr> place;
  for (int64_t i = 0, rank = shape.size(); i < rank; ++i) {
    if (!llvm::is_contained(axes, i)) {
      place.push_back(builder.getAffineDimExpr(i));
      continue;
    }
    place.push_back(builder.getAffineDimExpr(rank + window.size()));
    window.push_back(shape[i]);
    shape[i] = 1;
  }
  return emitWindow(builder, input, kind, place, shape, window);
}

Value emitBatchFold(EntryBuilder &builder, Value input, Fold kind, int64_t axis) {
  SmallVector<int64_t> from = shapeOf(input), window;
  SmallVector<AffineExpr> place;
  for (int64_t i = 0, rank = from.size(); i < rank; ++i) {
    if (i == axis) {
      place.push_back(builder.getAffineDimExpr(0));
      continue;
    }
    place.push_back(builder.getAffineDimExpr(1 + window.size()));
    window.push_back(from[i]);
  }
  return emitWindow(builder, input, kind, place, {from[axis]}, window);
}

/// Stretches the sizes of 1 that are larger in `shape`, and inserts axes after the batch.
static Value stretch(EntryBuilder &builder, Value value, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> from = shapeOf(value);
  size_t missing = shape.size() - from.size();
  SmallVector<AffineExpr> place;
  for (size_t i = 0; i < from.size(); ++i) {
    size_t dim = i == 0 ? 0 : i + missing;
    place.push_back(from[i] == shape[dim] ? builder.getAffineDimExpr(dim)
                                          : builder.getAffineConstantExpr(0));
  }
  return emitWindow(builder, value, Fold::sum, place, shape);
}

Value emitCombine(EntryBuilder &builder, Combination kind, Value lhs, Value rhs) {
  SmallVector<int64_t> a = shapeOf(lhs), b = shapeOf(rhs);
  SmallVector<int64_t> shape = a.size() >= b.size() ? a : b;
  for (ArrayRef<int64_t> other : {ArrayRef(a), ArrayRef(b)})
    for (size_t i = 1; i < other.size(); ++i)
      if (int64_t &size = shape[i + shape.size() - other.size()]; size == 1)
        size = other[i];
  return CombineOp::create(builder, stretch(builder, lhs, shape), stretch(builder, rhs, shape),
                           kind, AffineMapAttr(), ValueRange(), ValueRange())
      .getResult(0);
}

Value emitCombineAlong(EntryBuilder &builder, Combination kind, Value value, Value vector,
                       ArrayRef<int64_t> axes) {
  if (!vector)
    return value;
  SmallVector<int64_t> shape = shapeOf(value);
  // A parameter of more than two dimensions is read as a matrix.
  SmallVector<AffineExpr> place;
  AffineExpr row = builder.getAffineConstantExpr(0);
  for (int64_t axis : axes.drop_back())
    row = row * shape[axis] + builder.getAffineDimExpr(axis);
  if (axes.size() > 1)
    place.push_back(row);
  place.push_back(builder.getAffineDimExpr(axes.back()));
  auto map = AffineMap::get(shape.size(), 0, place, builder.getContext());
  return CombineOp::create(builder, value, vector, kind, AffineMapAttr::get(map), ValueRange(),
                           ValueRange())
      .getResult(0);
}

Value emitFunction(EntryBuilder &builder, Activation kind, Value input,
                   ArrayRef<double> parameters) {
  return ActivationOp::create(builder, input, kind, parameters, ValueRange(), ValueRange())
      .getResult(0);
}

Value emitMaskValues(EntryBuilder &builder, Value mask) {
  SmallVector<int64_t> shape = shapeOf(mask);
  shape.push_back(1);
  return MaskValuesOp::create(builder, RankedTensorType::get(shape, builder.getF32Type()), mask,
                              ValueRange(), ValueRange())
      .getResult(0);
}

Value emitFindMask(EntryBuilder &builder, Value input, double value) {
  return FindMaskOp::create(builder, input, builder.getF64FloatAttr(value).getValue(), ValueRange(),
                            ValueRange())
      .getResult(0);
}

} // namespace keratin
