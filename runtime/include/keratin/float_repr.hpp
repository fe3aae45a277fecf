// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers as Python writes them.
#pragma once

#include <string>

namespace keratin::rt {

/// Python's repr of a float: the fewest digits that read back as the same double.
std::string floatRepr(double value);

} // namespace keratin::rt
