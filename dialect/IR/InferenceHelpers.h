// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the inference of result types shares: shapes, and the messages of operands that do not fit.
// Private to this folder.
#pragma once

#include "dialect/IR/KeratinOps.h"

namespace keratin {

/// Whether an adaptor's op is in buffer form, which has no results.
template <typename Adaptor> bool inBufferForm(Adaptor adaptor) {
  return !adaptor.getOuts().empty();
}

inline mlir::ShapedType shaped(mlir::Value value) {
  return llvm::cast<mlir::ShapedType>(value.getType());
}

/// A shape with its last dimension replaced.
inline llvm::SmallVector<int64_t> withLast(mlir::ShapedType type, int64_t last) {
  llvm::SmallVector<int64_t> shape(type.getShape());
  shape.back() = last;
  return shape;
}

/// The gradient of a kernel: [features, columns], a product over all rows and steps.
inline mlir::RankedTensorType kernelGradType(mlir::ShapedType input,
                                             mlir::ShapedType preactivationGrad) {
  return mlir::RankedTensorType::get({input.getShape().back(), preactivationGrad.getShape().back()},
                                     preactivationGrad.getElementType());
}

/// Fails unless both are the same or one is open.
inline llvm::LogicalResult expect(std::optional<mlir::Location> location, int64_t expected,
                                  int64_t got, const llvm::Twine &what) {
  if (expected == got || mlir::ShapedType::isDynamic(expected) || mlir::ShapedType::isDynamic(got))
    return mlir::success();
  return mlir::emitOptionalError(location, "expects ", expected, " ", what, ", got ", got);
}

inline llvm::LogicalResult expectRank(std::optional<mlir::Location> location, mlir::ShapedType type,
                                      int64_t low, int64_t high, const llvm::Twine &what) {
  if (type.getRank() >= low && type.getRank() <= high)
    return mlir::success();
  if (low == high)
    return mlir::emitOptionalError(location, "expects ", what, " of rank ", low, ", got ", type);
  return mlir::emitOptionalError(location, "expects ", what, " of rank ", low, " to ", high,
                                 ", got ", type);
}
inline llvm::LogicalResult expectRank(std::optional<mlir::Location> location, mlir::ShapedType type,
                                      int64_t rank, const llvm::Twine &what) {
  return expectRank(location, type, rank, rank, what);
}

} // namespace keratin
