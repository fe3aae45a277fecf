// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keratin/float_repr.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace keratin::rt {

std::string floatRepr(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[64];
  auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string scientific(buffer, end);
  int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  if (exponent < -4 || exponent >= 16)
    return scientific;
  end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  std::string text(buffer, end);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

} // namespace keratin::rt
