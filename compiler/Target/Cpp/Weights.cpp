// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Cpp/Weights.h"
#include "keratin/abi.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"

#include <cmath>

namespace keratin {

namespace {

constexpr size_t valuesPerLine = 8;

/// Hexadecimal, so that no compiler has anything to round.
void printLiteral(float value, llvm::raw_ostream &os) {
  auto bits = llvm::bit_cast<uint32_t>(value);
  if (bits == 0)
    os << "0";
  else if (std::isinf(value))
    os << (value < 0 ? "-" : "") << "__builtin_inff()";
  else if (std::isnan(value))
    os << (std::signbit(value) ? "-" : "")
       << (bits & 0x400000u ? "__builtin_nanf" : "__builtin_nansf")
       << llvm::format("(\"0x%x\")", bits & 0x3fffffu);
  else
    os << llvm::format("%af", static_cast<double>(value));
}

} // namespace

void printWeights(llvm::StringRef symbol, llvm::ArrayRef<float> values,
                  llvm::ArrayRef<WeightSection> sections, llvm::raw_ostream &os) {
  os << "\nextern \"C\" {\nextern const float " << symbol << "[" << values.size() << "];\nalignas("
     << KRT_ALIGNMENT << ") const float " << symbol << "[" << values.size() << "] = {";
  for (size_t i = 0; i < values.size(); ++i) {
    bool begins = !sections.empty() && static_cast<size_t>(sections.front().offset) == i;
    if (begins) {
      os << "\n    // " << sections.front().name;
      sections = sections.drop_front();
    }
    os << (begins || i % valuesPerLine == 0 ? "\n    " : " ");
    printLiteral(values[i], os);
    os << ",";
  }
  os << "\n};\n}\n";
}

} // namespace keratin
