// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The general ops on values in the words of layers: moves, windows, broadcasts, statistics.
#pragma once

#include "compiler/Frontend/BuildIR/EntryBuilder.h"

namespace keratin {

using mlir::AffineExpr;
using mlir::ArrayRef;
using mlir::SmallVector;
using mlir::Value;

/// The shape of a value, rows and open steps as ShapedType::kDynamic.
SmallVector<int64_t> shapeOf(Value value);

/// keratin.window; `place` are the coordinates in the input, of result and window dimensions.
Value emitWindow(EntryBuilder &builder, Value input, Fold kind, ArrayRef<AffineExpr> place,
                 ArrayRef<int64_t> shape, ArrayRef<int64_t> window = {});
/// The same elements in row-major order in another shape; the sizes that change are known.
Value emitReshape(EntryBuilder &builder, Value input, ArrayRef<int64_t> shape);
/// Dimension i of the result is dimension order[i] of the input.
Value emitTranspose(EntryBuilder &builder, Value input, ArrayRef<int64_t> order);
/// The fold over `axes`, which keep the size 1.
Value emitFold(EntryBuilder &builder, Value input, Fold kind, ArrayRef<int64_t> axes);
/// The fold of a batch over all but `axis`: a vector.
Value emitBatchFold(EntryBuilder &builder, Value input, Fold kind, int64_t axis);

/// Two values of a batch; sizes of 1 are stretched, axes inserted after the batch of the one that
/// has fewer.
Value emitCombine(EntryBuilder &builder, Combination kind, Value lhs, Value rhs);
/// A value with a vector or matrix of the whole batch, whose axes are those of the value in `axes`.
/// Null stands for no such vector: `value` itself.
Value emitCombineAlong(EntryBuilder &builder, Combination kind, Value value, Value vector,
                       ArrayRef<int64_t> axes);
/// An activation with parameters.
Value emitFunction(EntryBuilder &builder, Activation kind, Value input,
                   ArrayRef<double> parameters);

/// A mask as numbers, [rows, steps, 1].
Value emitMaskValues(EntryBuilder &builder, Value mask);
/// Where any feature is not `value`.
Value emitFindMask(EntryBuilder &builder, Value input, double value);

} // namespace keratin
