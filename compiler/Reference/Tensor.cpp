// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of the reference evaluator and their exchange with the runtime's arrays.
#include "compiler/Reference/Tensor.h"

#include <stdexcept>

namespace keratin::reference {

static int64_t elementCount(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  return count;
}

Tensor::Tensor(std::vector<int64_t> shape)
    : shape(std::move(shape)), values(static_cast<size_t>(elementCount(this->shape))) {}

Tensor::Tensor(std::vector<int64_t> shape, std::vector<double> values)
    : shape(std::move(shape)), values(std::move(values)) {
  if (size() != elementCount(this->shape))
    throw std::logic_error("a tensor's values do not fill its shape");
}

int64_t Tensor::rows() const {
  return elementCount(std::vector<int64_t>(shape.begin(), shape.end() - 1));
}

Tensor fromArray(const rt::Array &array) {
  Tensor tensor(array.shape);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor[i] = array.at(i);
  return tensor;
}

rt::Array toArray(const Tensor &tensor, rt::DType type) {
  rt::Array array(type, tensor.shape);
  for (int64_t i = 0; i < tensor.size(); ++i)
    array.set(i, tensor[i]);
  return array;
}

} // namespace keratin::reference
