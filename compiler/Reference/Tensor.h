// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The value of the reference evaluator: a dense array of doubles, whatever the element type in the
// IR.
#pragma once

#include "keratin/array.hpp"

#include <cstdint>
#include <vector>

namespace keratin::reference {

/// Row-major. A shape of rank 0 holds one element. Integers and truth values are held as doubles,
/// exactly.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<double> values;

  Tensor() = default;
  /// Zeros.
  explicit Tensor(std::vector<int64_t> shape);
  Tensor(std::vector<int64_t> shape, std::vector<double> values);
  static Tensor scalar(double value) { return Tensor({}, {value}); }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const { return static_cast<int64_t>(values.size()); }
  /// The last dimension, and the number of rows of that length; needs rank 1 or more.
  int64_t columns() const { return shape.back(); }
  int64_t rows() const;

  double &operator[](int64_t i) { return values[static_cast<size_t>(i)]; }
  double operator[](int64_t i) const { return values[static_cast<size_t>(i)]; }
  /// Element (row, column) of the tensor seen as rows() x columns().
  double &at(int64_t row, int64_t column) { return (*this)[row * columns() + column]; }
  double at(int64_t row, int64_t column) const { return (*this)[row * columns() + column]; }
};

Tensor fromArray(const rt::Array &array);
/// Rounds to `type`; floating to integer truncates toward zero.
rt::Array toArray(const Tensor &tensor, rt::DType type = rt::DType::Float64);

} // namespace keratin::reference
