// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions in double, because a compiled program depends on libc alone, not on libm.
#pragma once

#include <cmath> // only what libc or the compiler itself has: frexp, ldexp
#include <cstdint>

namespace keratin::rt {

/// For |x| below 2^63.
inline double floorOf(double x) {
  auto whole = static_cast<double>(static_cast<int64_t>(x));
  return whole > x ? whole - 1 : whole;
}
inline double ceilOf(double x) { return -floorOf(-x); }

/// e^x, a few units in the last place off.
inline double expOf(double x) {
  double n = floorOf(x * 1.4426950408889634 + 0.5), r = x - n * 0.6931471805599453, sum = 1;
  for (int i = 16; i > 0; --i) // Taylor's polynomial for |r| <= ln 2 / 2
    sum = 1 + sum * r / i;
  return std::ldexp(sum, static_cast<int>(n));
}

/// ln x for positive x.
inline double logOf(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.7071067811865476) {
    m *= 2;
    --exponent;
  }
  double s = (m - 1) / (m + 1), z = s * s, sum = 0; // ln m = 2 atanh s, |s| <= 0.172
  for (int i = 23; i > 0; i -= 2)
    sum = sum * z + 1.0 / i;
  return exponent * 0.6931471805599453 + 2 * s * sum;
}

/// x^y for x >= 0.
inline double powerOf(double x, double y) {
  if (y == 0)
    return 1;
  return x > 0 ? expOf(y * logOf(x)) : 0;
}

/// cos(pi x) for x in [0, 1].
inline double cosineOfPi(double x) {
  if (x > 0.5)
    return -cosineOfPi(1 - x);
  double angle = 3.141592653589793 * x, square = angle * angle, sum = 1;
  for (int i = 20; i > 0; i -= 2)
    sum = 1 - sum * square / (i * (i - 1));
  return sum;
}

} // namespace keratin::rt
