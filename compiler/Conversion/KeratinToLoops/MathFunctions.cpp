// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/MathFunctions.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace keratin {

namespace {

using Predicate = arith::CmpFPredicate;

/// i32 with as many lanes as a float32 value.
Type integersLike(KernelBuilder &k, Value x) {
  if (auto vector = dyn_cast<VectorType>(x.getType()))
    return VectorType::get(vector.getShape(), k.getI32Type());
  return k.getI32Type();
}

Value integerConstant(KernelBuilder &k, int64_t value, Type like) {
  TypedAttr attr = k.getI32IntegerAttr(static_cast<int32_t>(value));
  if (auto vector = dyn_cast<VectorType>(like))
    attr = DenseElementsAttr::get(vector, cast<Attribute>(attr));
  return arith::ConstantOp::create(k, attr);
}

/// c[0] + x (c[1] + x (c[2] + …))
Value horner(KernelBuilder &k, Value x, ArrayRef<double> coefficients) {
  Value sum = k.constant(coefficients.back(), x.getType());
  for (double c : llvm::reverse(coefficients.drop_back()))
    sum = k.fma(sum, x, k.constant(c, x.getType()));
  return sum;
}

/// x = n ln 2 + high + low with |high + low| <= ln 2 / 2. Rounding to n adds 1.5 * 2^23, which
/// leaves n in the low bits of `shifted`. ln 2 has two parts, of which the first, with few bits,
/// makes n times it exact.
struct ReducedArgument {
  Value high, low;
  Value shifted; ///< the bits of 1.5 * 2^23 + n
};

ReducedArgument reduceArgument(KernelBuilder &k, Value x) {
  constexpr double magic = 12582912.0; // 1.5 * 2^23
  Value shifted =
      k.fma(x, k.constant(1.4426950408889634, x.getType()), k.constant(magic, x.getType()));
  Value n = k.add(shifted, -magic);
  Value high = k.fma(n, k.constant(-0.693359375, x.getType()), x);
  Value low = k.mul(n, 2.12194440e-4);
  return {high, low, arith::BitcastOp::create(k, integersLike(k, x), shifted)};
}

/// q with e^r = 1 + r + r^2 q: Taylor's polynomial of degree 7, whose remainder, 5e-9, is below
/// half an ULP of float32.
Value emitExpTail(KernelBuilder &k, Value r) {
  return horner(k, r, {0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040});
}

/// 2^n from an integer n in [-126, 127] that may have any multiple of 2^9 added to it.
Value powerOfTwo(KernelBuilder &k, Value n, Type like) {
  Value exponent = arith::ShLIOp::create(k, n, integerConstant(k, 23, n.getType()));
  Value bits = arith::AddIOp::create(k, exponent, integerConstant(k, 0x3f800000, n.getType()));
  return arith::BitcastOp::create(k, like, bits);
}

/// e^x where it is a normal number with a factor of two to spare: x in [-87, 88]. At most 1.1 ULP
/// off.
Value emitExpInRange(KernelBuilder &k, Value x) {
  ReducedArgument a = reduceArgument(k, x);
  Value r = k.add(a.high, a.low);
  Value power = k.fma(k.mul(r, r), emitExpTail(k, r), r);
  Value scale = powerOfTwo(k, a.shifted, x.getType());
  return k.fma(power, scale, scale);
}

Value clamp(KernelBuilder &k, Value x, double low, double high) {
  x = k.minimum(x, k.constant(high, x.getType()));
  return k.maximum(x, k.constant(low, x.getType()));
}

} // namespace

Value emitExp(KernelBuilder &k, Value x) {
  constexpr double smallest = -87.33654; // e^x is the smallest normal number
  ReducedArgument a = reduceArgument(k, clamp(k, x, smallest, 89.0));
  // 1 + r with what rounding r = high + low, and then 1 + r, leaves behind.
  Value r = k.add(a.high, a.low);
  Value lostOfR = k.add(k.sub(a.high, r), a.low);
  Value one = k.constant(1, x.getType());
  Value sum = k.add(one, r);
  Value lostOfSum = k.add(k.sub(one, sum), r);
  Value tail = k.fma(k.mul(r, r), emitExpTail(k, r), k.add(lostOfR, lostOfSum));
  Value mantissa = k.add(sum, tail);
  // n reaches 128 before e^x overflows: scale in two steps.
  Value n =
      arith::SubIOp::create(k, a.shifted, integerConstant(k, 0x4b400000, a.shifted.getType()));
  Value half = arith::ShRSIOp::create(k, n, integerConstant(k, 1, n.getType()));
  Value rest = arith::SubIOp::create(k, n, half);
  Value result =
      k.mul(k.mul(mantissa, powerOfTwo(k, half, x.getType())), powerOfTwo(k, rest, x.getType()));
  Value vanishes = k.compare(Predicate::OLT, x, k.constant(smallest, x.getType()));
  return k.select(vanishes, k.constant(0, x.getType()), result);
}

Value emitLog(KernelBuilder &k, Value x) {
  // x = 2^n m with m in [sqrt(1/2), sqrt(2)); with f = m - 1 and s = f / (2 + f),
  // log m = 2 atanh(s) = 2s + s (2/3 s^2 + 2/5 s^4 + …), |s| <= 0.1716.
  Type integers = integersLike(k, x), type = x.getType();
  Value bits = arith::BitcastOp::create(k, integers, x);
  // Adding this makes the exponent field round at sqrt(1/2) instead of 1.
  Value offset = integerConstant(k, 0x3f800000 - 0x3f3504f3, integers);
  Value moved = arith::AddIOp::create(k, bits, offset);
  Value exponent = arith::ShRSIOp::create(k, moved, integerConstant(k, 23, integers));
  Value n = arith::SIToFPOp::create(
      k, type, arith::SubIOp::create(k, exponent, integerConstant(k, 127, integers)).getResult());
  Value mantissa = arith::AndIOp::create(k, moved, integerConstant(k, 0x007fffff, integers));
  Value mBits = arith::AddIOp::create(k, mantissa, integerConstant(k, 0x3f3504f3, integers));
  Value m = arith::BitcastOp::create(k, type, mBits);
  Value f = k.add(m, -1.0);
  Value s = k.div(f, k.add(f, 2.0));
  Value z = k.mul(s, s);
  Value series = k.mul(z, horner(k, z, {2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11}));
  // log m = f - (f^2/2 - s (f^2/2 + series)), exact where f is small.
  Value halfSquare = k.mul(k.mul(f, f), 0.5);
  Value tail = k.mul(s, k.add(halfSquare, series));
  Value low = k.fma(n, k.constant(-2.12194440e-4, type), k.sub(tail, halfSquare));
  Value result = k.fma(n, k.constant(0.693359375, type), k.add(low, f));
  Value zero = k.constant(0, type);
  double infinity = std::numeric_limits<double>::infinity();
  result = k.select(k.compare(Predicate::OEQ, x, zero), k.constant(-infinity, type), result);
  Value bad = k.compare(Predicate::ULT, x, zero);
  result = k.select(bad, k.constant(std::numeric_limits<double>::quiet_NaN(), type), result);
  return k.select(k.compare(Predicate::OEQ, x, k.constant(infinity, type)), x, result);
}

Value emitSoftplus(KernelBuilder &k, Value x) {
  // max(x, 0) + log(1 + e^-|x|)
  Value small = emitExp(k, k.neg(k.abs(x)));
  // log1p(u) = u log(1 + u) / ((1 + u) - 1), which undoes the rounding of 1 + u.
  Value one = k.constant(1, x.getType());
  Value sum = k.add(small, one);
  Value rounded = k.sub(sum, one);
  Value tiny = k.compare(Predicate::OEQ, rounded, k.constant(0, x.getType()));
  Value safe = k.select(tiny, one, rounded);
  Value log1p = k.select(tiny, small, k.div(k.mul(small, emitLog(k, sum)), safe));
  return k.add(k.maximum(x, k.constant(0, x.getType())), log1p);
}

Value emitSigmoid(KernelBuilder &k, Value x) {
  // With e = e^-|x| and q = e/(1+e): 1 - q where x is positive, so that the rounding of 1 + e does
  // not decide what is next to 1; q where it is negative, far from 0 rather e - e q for the same
  // reason.
  Type type = x.getType();
  Value e = emitExp(k, k.neg(k.abs(x)));
  Value one = k.constant(1, type);
  Value negative = k.compare(Predicate::OLT, x, k.constant(0, type));
  Value quotient = k.div(e, k.add(e, one));
  Value far = k.compare(Predicate::OLT, x, k.constant(-1, type));
  Value below = k.select(far, k.sub(e, k.mul(e, quotient)), quotient);
  return k.select(negative, below, k.sub(one, quotient));
}

Value emitGateSigmoid(KernelBuilder &k, Value x) {
  // e^-x stays finite within the clamp, beyond which the result is 1, or too small to matter.
  Value e = emitExpInRange(k, clamp(k, k.neg(x), -87.0, 88.0));
  return k.div(k.constant(1, x.getType()), k.add(e, 1.0));
}

Value emitGateTanh(KernelBuilder &k, Value x) {
  Value e = emitExpInRange(k, clamp(k, k.mul(x, -2.0), -87.0, 88.0));
  return k.add(k.div(k.constant(2, x.getType()), k.add(e, 1.0)), -1.0);
}

Value emitTanh(KernelBuilder &k, Value x) {
  // Near 0, where 1 - 2/(e^2x + 1) cancels: x + x^3 p(x^2), a minimax polynomial for |x| < 0.625
  // (Cephes, tanhf).
  Value z = k.mul(x, x);
  Value p = horner(k, z,
                   {-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2,
                    -5.70498872745e-3});
  Value near = k.fma(k.mul(p, z), x, x);
  Value magnitude = k.abs(x);
  Value e = emitExpInRange(k, clamp(k, k.mul(magnitude, 2.0), 0, 40.0));
  Value far = k.sub(k.constant(1, x.getType()), k.div(k.constant(2, x.getType()), k.add(e, 1.0)));
  Value negative = k.compare(Predicate::OLT, x, k.constant(0, x.getType()));
  far = k.select(negative, k.neg(far), far);
  return k.select(k.compare(Predicate::OLT, magnitude, k.constant(0.625, x.getType())), near, far);
}

Value emitNormalDistribution(KernelBuilder &k, Value x) {
  // erfc(z) = t exp(-z^2 + p(t)) with t = 1/(1 + z/2), z = |x|/sqrt(2), and Chebyshev's polynomial
  // p (Press et al., "Numerical Recipes", 6.2).
  Type type = x.getType();
  Value one = k.constant(1, type);
  Value z = k.mul(k.abs(x), 0.70710678118654752);
  Value t = k.div(one, k.fma(z, k.constant(0.5, type), one));
  Value p = horner(k, t,
                   {-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807,
                    -1.13520398, 1.48851587, -0.82215223, 0.17087277});
  Value upper = k.mul(k.mul(t, emitExp(k, k.sub(p, k.mul(z, z)))), 0.5);
  Value negative = k.compare(Predicate::OLT, x, k.constant(0, type));
  return k.select(negative, upper, k.sub(one, upper));
}

} // namespace keratin
