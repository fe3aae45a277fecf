// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of buffers by logical indices that affine maps compute, as vectors where that is
// possible.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

#include "mlir/IR/AffineMap.h"

namespace keratin {

/// The iteration space of an op: the dimensions of an array, then those of a window.
struct Space {
  SmallVector<int64_t> sizes; ///< ShapedType::kDynamic for rows and open steps
  SmallVector<Value> extents; ///< the same of this call
  unsigned rank = 0;          ///< dimensions of the array; the last are its features
  bool isFeature(unsigned dim) const { return dim + 1 == rank; }
};

/// The value of an affine expression whose divisions have constant divisors and are of numbers that
/// are not negative.
Value expand(KernelBuilder &k, mlir::AffineExpr expr, ValueRange dims);

/// Whether `expr` can be outside of [0, size) somewhere in `space`. An open `size` is met by an
/// open dimension alone.
bool canLeave(mlir::AffineExpr expr, int64_t size, const Space &space);

/// How an operand is read while a vector of features is computed.
enum class Reading {
  Vector,  ///< a vector of its own features
  Splat,   ///< one element for all lanes
  Elements ///< elements that are not side by side
};
Reading readingOf(mlir::AffineMap map, const Space &space);

/// One operand or result. A value of the whole batch (a parameter too) has logical indices [column]
/// or [row, column], and its elements in panels.
struct ElementAccess {
  Value buffer;
  bool wholeBatch = false;

  SmallVector<Value> place(KernelBuilder &k, ArrayRef<Value> logical) const;
  /// As `reading` says; with one lane all are the same.
  Value load(KernelBuilder &k, ArrayRef<Value> logical, Reading reading = Reading::Vector) const;
  void store(KernelBuilder &k, Value value, ArrayRef<Value> logical) const {
    k.store(value, buffer, place(k, logical));
  }
};

/// Every element of an array of `space` (of its first `rank` dimensions), a vector of features at a
/// time where `vectors` says so. What does not fill a vector comes element by element: `body` gets
/// a builder of the right number of lanes and the logical indices.
void forEachElement(KernelBuilder &k, const Space &space, bool vectors,
                    function_ref<void(KernelBuilder &, ArrayRef<Value>)> body);

/// Sets an array to zero, padding included.
void clear(KernelBuilder &k, const ElementAccess &array, const Space &space);

} // namespace keratin
