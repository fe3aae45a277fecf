// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks given in a call, and the operations that Keras makes boolean tensors with. In a model they
// are layers of their own, of Keras's classes NotEqual and Any.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

namespace keratin {

/// keras.ops.not_equal: its node's argument "x2" is the number that elements are compared with.
LayerSpec notEqualOperation(AutoNames &names, const SourceLocation &location);
/// keras.ops.any(x, axis=-1) of a boolean tensor.
LayerSpec anyOperation(AutoNames &names, const SourceLocation &location);

/// Whether a class is one of these operations.
bool isOperation(const std::string &className);

/// Whether the output of a layer is boolean: of an operation, or an input of that dtype.
bool isBoolean(const LayerSpec &layer);

/// How many masks a call of the class can be given: one, or one a tensor of an attention layer; 0
/// where it takes none.
size_t maskCount(const std::string &className, size_t inputs);

/// Throws UserError unless a mask of the shape fits an input of a layer, in Keras's sense: (batch,
/// steps); of Softmax the input's own shape.
void checkMask(const LayerSpec &layer, const Shape &input, const Shape &mask,
               const SourceLocation &location);

} // namespace keratin
