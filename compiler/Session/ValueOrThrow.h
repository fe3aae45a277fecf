// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's errors that only a bug of the compiler can cause, as exceptions.
#pragma once

#include "llvm/Support/Error.h"

#include <stdexcept>

namespace keratin {

template <typename T> T valueOrThrow(llvm::Expected<T> expected) {
  if (!expected)
    throw std::logic_error(llvm::toString(expected.takeError()));
  return std::move(*expected);
}

} // namespace keratin
