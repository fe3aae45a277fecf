// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The arguments of a constructor call as any front end hands them over, and where warnings go.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <functional>
#include <string>
#include <vector>

namespace keratin {

/// One argument. Python's None is null, tuples are arrays, int and float stay apart (1 and 1.0), a
/// Keras object is its serialized form (see makeObject), a Keras function its name ("relu").
struct Argument {
  std::string name; ///< empty: given by position
  Json value;
  SourceLocation location;       ///< of the value; without a line, that of the call is shown
  std::vector<rt::Array> arrays; ///< where the value is a list of arrays (Embedding's weights=[E])
};

/// Positional arguments first, as Python has it.
using Arguments = std::vector<Argument>;

/// Told about old spellings and arguments without effect. May be empty.
using WarningHandler = std::function<void(const SourceLocation &, const std::string &message)>;

/// A value as Python's repr prints it: None, True, 'relu', [1, 0.5], <Adam object>.
std::string pythonText(const Json &value);

} // namespace keratin
