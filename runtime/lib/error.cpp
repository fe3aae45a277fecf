// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How an error reads with its place.
#include "keratin/error.hpp"

namespace keratin::rt {

std::string Error::located() const {
  std::string text;
  if (!file.empty()) {
    text = file;
    if (line > 0)
      text += ":" + std::to_string(line);
    if (line > 0 && column > 0)
      text += ":" + std::to_string(column);
    text += ": ";
  }
  return text + message;
}

} // namespace keratin::rt
