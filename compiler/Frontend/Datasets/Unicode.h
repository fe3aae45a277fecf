// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Characters of UTF-8 texts and the case of letters, exactly as Python 3.11's str has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keratin::datasets {

/// The characters, each as its bytes in `text`. Bytes that are not UTF-8 stand for themselves.
std::vector<std::string_view> characters(std::string_view text);

/// str.lower(): Unicode 14's full mapping, the capital sigma by its place in the word.
std::string toLower(std::string_view text);
/// str.upper(): Unicode 14's full mapping, "ß" becomes "SS".
std::string toUpper(std::string_view text);

} // namespace keratin::datasets
