// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's array for scripts: a strided view of shared storage, as in numpy, so that writing to a
// slice writes to what it was cut from.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"
#include "compiler/Frontend/Dsl/value.h"
#include "keratin/array.hpp"

#include <functional>
#include <optional>

namespace keratin::dsl {

using Dims = std::vector<int64_t>;

/// An element: an integer (bool included) or a floating number.
struct Number {
  bool isReal = false;
  int64_t integer = 0;
  double real = 0;
  static Number ofInt(int64_t i) { return {false, i, 0}; }
  static Number ofReal(double d) { return {true, 0, d}; }
  double asReal() const { return isReal ? real : static_cast<double>(integer); }
  bool isTrue() const { return isReal ? real != 0 : integer != 0; }
};

struct NdArray : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Array;
  NdArray(rt::DType dtype, std::shared_ptr<rt::Array> storage, int64_t offset, Dims shape,
          Dims strides)
      : Object(objectKind), dtype(dtype), storage(std::move(storage)), offset(offset),
        shape(std::move(shape)), strides(std::move(strides)) {}

  const rt::DType dtype;
  std::shared_ptr<rt::Array> storage;
  int64_t offset; ///< in elements, as strides
  Dims shape, strides;
  bool isScalar = false; ///< numpy's scalar types: rank 0, result of an operation

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const;
  /// The element at a position in storage.
  Number number(int64_t at) const;
  /// Converts as numpy does: integers wrap, reals are truncated toward zero.
  void store(int64_t at, Number value);
  /// Calls f with every element's position, in row-major order.
  template <typename F> void forEach(F &&f) const;
};
using ArrayRef = std::shared_ptr<NdArray>;

/// Zero-filled and row-major. Refuses what exceeds maxBytes or has a negative dimension.
ArrayRef makeArray(rt::DType dtype, Dims shape, Pos pos);
ArrayRef makeScalar(rt::DType dtype, Number value);
ArrayRef fromRuntime(rt::Array array);
/// A row-major copy.
rt::Array toRuntime(const NdArray &array);

/// numpy.array(value): numbers, nested sequences, arrays. Throws on ragged nesting and on other
/// element types.
ArrayRef toArray(const Value &value, Pos pos, std::optional<rt::DType> dtype = {});
ArrayRef castArray(const NdArray &array, rt::DType dtype, Pos pos);
/// A view where the elements are contiguous, else a copy. One dimension may be -1.
ArrayRef reshape(const ArrayRef &array, Dims shape, Pos pos);
/// Rank 0 becomes a scalar.
Value arrayValue(ArrayRef array);
/// The Python value of an element: bool, int or float.
Value pythonNumber(const NdArray &array, int64_t at);
/// Nested lists, as tolist().
Value nestedList(const NdArray &array, int64_t axis, int64_t at);

bool isReal(rt::DType dtype);
/// The common type of two arrays' elements (numpy's promotion table).
rt::DType promote(rt::DType a, rt::DType b);
/// "float32", a numpy type, or Python's float, int, bool. Nothing for other values.
std::optional<rt::DType> dtypeOf(const Value &value);
rt::DType toDType(const Value &value, Pos pos);
/// An int or a sequence of ints.
Dims toShape(const Value &value, const std::string &what, Pos pos);
Value shapeTuple(const Dims &shape);
/// -1 … rank-1, from the end if negative.
int64_t toAxis(const Value &value, int64_t rank, Pos pos);

/// a[index], a view where numpy gives one. Integers, slices, ..., newaxis, integer and bool arrays.
Value indexArray(const ArrayRef &array, const Value &index, Pos pos);
/// a[index] = value.
void assignIndexed(const ArrayRef &array, const Value &index, const Value &value, Pos pos);

/// Elementwise with broadcasting. Operands are arrays or Python numbers, at least one of them an
/// array.
Value arrayBinary(BinaryOp op, const Value &a, const Value &b, Pos pos);
Value arrayCompare(CompareOp op, const Value &a, const Value &b, Pos pos);
/// Elementwise, keeping the type.
Value mapNumbers(const NdArray &array, const std::function<Number(Number)> &f, Pos pos);
/// Elementwise function of reals; integers become float64.
Value mapReal(const NdArray &array, double (*f)(double), Pos pos);

/// As numpy's str (separator " ") and repr.
std::string arrayStr(const NdArray &array);
std::string arrayRepr(const NdArray &array);

template <typename F> void NdArray::forEach(F &&f) const {
  if (size() == 0)
    return;
  Dims index(shape.size(), 0);
  int64_t at = offset;
  for (;;) {
    f(at);
    size_t axis = shape.size();
    for (;;) {
      if (axis == 0)
        return;
      --axis;
      at += strides[axis];
      if (++index[axis] < shape[axis])
        break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

} // namespace keratin::dsl
