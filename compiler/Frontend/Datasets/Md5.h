// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MD5 (RFC 1321), by which Keras's hashing_trick can number words.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace keratin::datasets {

std::array<uint8_t, 16> md5(std::string_view bytes);

} // namespace keratin::datasets
