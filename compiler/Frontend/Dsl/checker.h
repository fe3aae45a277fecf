// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks through a whole script before any of it runs, so that a slip in the last line is not found
// after an hour of training.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"

#include <map>
#include <string>

namespace keratin::dsl {

/// Resolves every name, import, attribute of a module or of a value of known type, and the
/// arguments of every known function, Keras class and method; fills in FunctionCode::locals.
/// `predefined` are names that exist from the start. Throws UserError at the first error. What
/// depends on values is left to the evaluator.
void checkScript(const Block &script, const std::map<std::string, std::string> &predefined);

} // namespace keratin::dsl
