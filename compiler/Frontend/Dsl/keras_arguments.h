// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a script's values to what the Keras class tables and the engine take.
#pragma once

#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin::dsl {

/// A value as JSON: what keratin::Argument describes. Throws for values that no Keras argument can
/// be.
Json toJson(const Value &value, Pos pos, int depth = 0);

/// A call's arguments for makeLayer, makeObject and compileModel.
Arguments toArguments(Interpreter &interpreter, const CallArguments &arguments);

/// A shape with None for what is not known, batch first.
Shape toKerasShape(const Value &value, const std::string &what, Pos pos);

/// Data of `count` tensors ("x", "y"): an array, a nested list of numbers, or a list with an array
/// a tensor.
std::vector<rt::Array> toTensors(const Value &value, size_t count, const std::string &what,
                                 Pos pos);

} // namespace keratin::dsl
