// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keratin/array.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace keratin::rt {

namespace {

int64_t elementCount(const std::vector<int64_t> &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

} // namespace

size_t itemSize(DType type) {
  return withElementType(type, [](auto *p) { return sizeof(*p); });
}

const char *name(DType type) {
  static const char *const names[] = {"bool",   "int8",  "uint8",  "int16",   "uint16", "int32",
                                      "uint32", "int64", "uint64", "float32", "float64"};
  return names[static_cast<size_t>(type)];
}

Array::Array(DType dtype, std::vector<int64_t> shape) : dtype(dtype), shape(std::move(shape)) {
  bytes.resize(static_cast<size_t>(elementCount(this->shape)) * itemSize(dtype));
}

int64_t Array::size() const { return elementCount(shape); }

double Array::at(int64_t i) const {
  return withElementType(dtype, [&](auto *p) {
    std::remove_pointer_t<decltype(p)> value;
    std::memcpy(&value, bytes.data() + static_cast<size_t>(i) * sizeof(value), sizeof(value));
    return static_cast<double>(value);
  });
}

void Array::set(int64_t i, double value) {
  withElementType(dtype, [&](auto *p) {
    auto converted = static_cast<std::remove_pointer_t<decltype(p)>>(value);
    std::memcpy(bytes.data() + static_cast<size_t>(i) * sizeof(converted), &converted,
                sizeof(converted));
  });
}

Array Array::cast(DType type) const {
  if (type == dtype)
    return *this;
  Array result(type, shape);
  withElementType(dtype, [&](auto *from) {
    withElementType(type, [&](auto *to) {
      using From = std::remove_pointer_t<decltype(from)>;
      using To = std::remove_pointer_t<decltype(to)>;
      const From *source = data<From>();
      To *target = result.data<To>();
      for (int64_t i = 0, n = size(); i < n; ++i)
        target[i] = static_cast<To>(source[i]);
    });
  });
  return result;
}

Array Array::rows(int64_t begin, int64_t end) const {
  std::vector<int64_t> resultShape = shape;
  resultShape[0] = end - begin;
  Array result(dtype, resultShape);
  size_t rowBytes = shape[0] == 0 ? 0 : bytes.size() / static_cast<size_t>(shape[0]);
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(rowBytes * static_cast<size_t>(begin)),
            bytes.begin() + static_cast<std::ptrdiff_t>(rowBytes * static_cast<size_t>(end)),
            result.bytes.begin());
  return result;
}

} // namespace keratin::rt
