// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A parsed format specification, and what numbers look like under it. Shared by format() and "%".
#pragma once

#include "compiler/Frontend/Dsl/source.h"

#include <string>

namespace keratin::dsl {

/// Largest width and precision that a format may ask for.
constexpr int64_t maxWidth = 100000;

/// [[fill]align][sign][#][0][width][,][.precision][type]
struct Spec {
  std::string fill = " ";
  char align = 0; ///< '<', '>', '^', '=', or 0: the type's own
  char sign = '-';
  bool alternate = false;
  char grouping = 0;
  int64_t width = 0, precision = -1;
  char type = 0;
};

/// Digits from text[i] on; i moves behind them.
int64_t readNumber(const std::string &text, size_t &i, Pos pos);
/// Fills up to the width; the sign stays in front of zeros.
std::string pad(const std::string &sign, std::string body, const Spec &spec, char defaultAlign);
std::string formatReal(double value, const Spec &spec, Pos pos);
std::string formatInteger(int64_t value, const Spec &spec, Pos pos);

} // namespace keratin::dsl
