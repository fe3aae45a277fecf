// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runtime's errors as the compiler's.
#pragma once

#include "compiler/Support/Diagnostic.h"
#include "keratin/error.hpp"

namespace keratin {

/// The same error for who prints UserErrors; the hint may be replaced by a more fitting one.
inline UserError toUserError(const rt::Error &error, const std::string &hint = "") {
  return UserError({error.file, static_cast<int>(error.line), static_cast<int>(error.column)},
                   error.message, hint.empty() ? error.hint : hint);
}

} // namespace keratin
