// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dense array in host memory: the hand-over type for data, weights and predictions.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace keratin::rt {

enum class DType : uint8_t {
  Bool,
  Int8,
  UInt8,
  Int16,
  UInt16,
  Int32,
  UInt32,
  Int64,
  UInt64,
  Float32,
  Float64
};

/// Bytes of one element.
size_t itemSize(DType type);
/// numpy's name: "float32".
const char *name(DType type);

template <typename T> constexpr DType dtypeOf() {
  if constexpr (std::is_same_v<T, bool>)
    return DType::Bool;
  else if constexpr (std::is_same_v<T, int8_t>)
    return DType::Int8;
  else if constexpr (std::is_same_v<T, uint8_t>)
    return DType::UInt8;
  else if constexpr (std::is_same_v<T, int16_t>)
    return DType::Int16;
  else if constexpr (std::is_same_v<T, uint16_t>)
    return DType::UInt16;
  else if constexpr (std::is_same_v<T, int32_t>)
    return DType::Int32;
  else if constexpr (std::is_same_v<T, uint32_t>)
    return DType::UInt32;
  else if constexpr (std::is_same_v<T, int64_t>)
    return DType::Int64;
  else if constexpr (std::is_same_v<T, uint64_t>)
    return DType::UInt64;
  else if constexpr (std::is_same_v<T, float>)
    return DType::Float32;
  else {
    static_assert(std::is_same_v<T, double>, "no dtype for this element type");
    return DType::Float64;
  }
}

/// f(p), where p is a null pointer to the C++ type of an element: code for every type from one
/// lambda.
template <typename F> auto withElementType(DType type, F &&f) {
  switch (type) {
  case DType::Bool:
    return f(static_cast<bool *>(nullptr));
  case DType::Int8:
    return f(static_cast<int8_t *>(nullptr));
  case DType::UInt8:
    return f(static_cast<uint8_t *>(nullptr));
  case DType::Int16:
    return f(static_cast<int16_t *>(nullptr));
  case DType::UInt16:
    return f(static_cast<uint16_t *>(nullptr));
  case DType::Int32:
    return f(static_cast<int32_t *>(nullptr));
  case DType::UInt32:
    return f(static_cast<uint32_t *>(nullptr));
  case DType::Int64:
    return f(static_cast<int64_t *>(nullptr));
  case DType::UInt64:
    return f(static_cast<uint64_t *>(nullptr));
  case DType::Float32:
    return f(static_cast<float *>(nullptr));
  case DType::Float64:
    break;
  }
  return f(static_cast<double *>(nullptr));
}

/// Row-major, owning. A shape of rank 0 holds one element.
struct Array {
  DType dtype = DType::Float32;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;

  Array() = default;
  /// Zero-filled.
  Array(DType dtype, std::vector<int64_t> shape);
  template <typename T> static Array of(std::vector<int64_t> shape, const std::vector<T> &values) {
    Array a(dtypeOf<T>(), std::move(shape));
    assert(a.bytes.size() == values.size() * sizeof(T));
    if (!values.empty())
      std::memcpy(a.bytes.data(), values.data(), a.bytes.size());
    return a;
  }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const; ///< number of elements
  template <typename T> T *data() {
    assert(dtypeOf<T>() == dtype);
    return reinterpret_cast<T *>(bytes.data());
  }
  template <typename T> const T *data() const {
    assert(dtypeOf<T>() == dtype);
    return reinterpret_cast<const T *>(bytes.data());
  }
  /// Element i of the flattened array, converted.
  double at(int64_t i) const;
  void set(int64_t i, double value);
  /// The same values as `type`; floating to integer truncates toward zero as numpy does.
  Array cast(DType type) const;
  /// Rows [begin, end) of the first axis, copied.
  Array rows(int64_t begin, int64_t end) const;
};

} // namespace keratin::rt
