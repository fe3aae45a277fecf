// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SHA-256 (FIPS 180-4), by which Keras knows its data sets.
#pragma once

#include <string>
#include <string_view>

namespace keratin::datasets {

/// 64 hexadecimal digits, lower case.
std::string sha256(std::string_view bytes);

} // namespace keratin::datasets
