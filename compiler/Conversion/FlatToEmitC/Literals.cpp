// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C++ literals that read back as the same bits, and identifiers.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdio>
#include <cstdlib>

using namespace mlir;

namespace keratin {

static std::string floatLiteral(const APFloat &value, bool isDouble) {
  std::string suffix = isDouble ? "" : "f";
  if (value.isNaN())
    return "__builtin_nan" + suffix + "(\"\")";
  if (value.isInfinity())
    return (value.isNegative() ? "-__builtin_inf" : "__builtin_inf") + suffix + "()";
  double wide = isDouble ? value.convertToDouble() : double(value.convertToFloat());
  // The fewest digits that are enough.
  char buffer[40];
  for (int digits = isDouble ? 15 : 6; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, wide);
    if (isDouble ? std::strtod(buffer, nullptr) == wide
                 : std::strtof(buffer, nullptr) == float(wide))
      break;
  }
  std::string text = buffer;
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text + suffix;
}

static std::string integerLiteral(const APInt &value, bool isUnsigned) {
  unsigned bits = value.getBitWidth();
  if (isUnsigned) {
    uint64_t number = value.getZExtValue();
    std::string text = number >= 0x10000 ? "0x" + llvm::utohexstr(number, /*LowerCase=*/true)
                                         : llvm::utostr(number);
    return text + (number > UINT32_MAX ? "ull" : "u");
  }
  int64_t number = value.getSExtValue();
  if (value.isMinSignedValue() && bits >= 32)
    return bits == 64 ? "(-9223372036854775807ll - 1)" : "(-2147483647 - 1)";
  bool isLong = number > INT32_MAX || number < -INT32_MAX;
  return llvm::itostr(number) + (isLong ? "ll" : "");
}

std::string literalText(Attribute value, bool isUnsigned) {
  if (auto splat = dyn_cast<SplatElementsAttr>(value))
    value = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(value))
    return floatLiteral(number.getValue(), number.getType().isF64());
  auto integer = cast<IntegerAttr>(value);
  if (integer.getType().isInteger(1))
    return integer.getValue().isZero() ? "false" : "true";
  return integerLiteral(integer.getValue(), isUnsigned);
}

std::string identifier(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result.front()))
    result.insert(0, "_");
  return result;
}

} // namespace keratin
