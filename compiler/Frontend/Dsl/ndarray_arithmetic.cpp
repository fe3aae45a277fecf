// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise arithmetic and comparison of arrays, with numpy's broadcasting and promotion.
#include "compiler/Frontend/Dsl/ndarray.h"

#include "compiler/Frontend/Dsl/format.h"

#include <cmath>

namespace keratin::dsl {

using rt::DType;

namespace {

/// An operand as an array. Python numbers are weak: they take the other operand's type where they
/// can (NEP 50).
struct Operand {
  ArrayRef array;
  bool weak;
};

Operand operand(const Value &value, Pos pos) {
  if (auto array = value.share<NdArray>())
    return {array, false};
  if (auto *b = value.asBool())
    return {makeScalar(DType::Bool, Number::ofInt(*b)), false};
  if (auto *i = value.asInt())
    return {makeScalar(DType::Int64, Number::ofInt(*i)), true};
  if (auto *d = value.asReal())
    return {makeScalar(DType::Float64, Number::ofReal(*d)), true};
  if (value.get<List>() || value.get<Tuple>() || value.get<Range>())
    return {toArray(value, pos), false};
  fail(pos, "arrays do not combine with " + describeType(value));
}

/// Rank of a type's kind: bool, int, real.
int kindRank(DType t) { return t == DType::Bool ? 0 : isReal(t) ? 2 : 1; }

DType commonType(const Operand &a, const Operand &b) {
  if (a.weak == b.weak)
    return promote(a.array->dtype, b.array->dtype);
  DType strong = a.weak ? b.array->dtype : a.array->dtype,
        weak = a.weak ? a.array->dtype : b.array->dtype;
  return kindRank(weak) > kindRank(strong) ? promote(strong == DType::Bool ? weak : strong, weak)
                                           : strong;
}

/// A weak integer must fit into the type that it takes on.
void checkFits(const Operand &weak, DType type, Pos pos) {
  if (!weak.weak || isReal(type) || type == DType::Bool)
    return;
  Number n = weak.array->number(0);
  ArrayRef as = makeScalar(type, n);
  if (!n.isReal && as->number(0).integer != n.integer)
    fail(pos, "the integer " + std::to_string(n.integer) + " does not fit into " + rt::name(type));
}

Dims broadcastShape(const Dims &a, const Dims &b, Pos pos) {
  Dims shape(std::max(a.size(), b.size()));
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      fail(pos,
           "arrays of shapes " + shapeText(a) + " and " + shapeText(b) + " do not fit together");
    shape[shape.size() - 1 - i] = x == 1 ? y : x;
  }
  return shape;
}

NdArray broadcast(const NdArray &array, const Dims &shape) {
  Dims strides(shape.size(), 0);
  for (size_t i = 0; i < array.shape.size(); ++i)
    if (array.shape[array.shape.size() - 1 - i] != 1)
      strides[shape.size() - 1 - i] = array.strides[array.strides.size() - 1 - i];
  return NdArray(array.dtype, array.storage, array.offset, shape, strides);
}

/// Calls f(a element, b element) over the broadcast operands, row-major, and stores its results.
template <typename F>
Value combine(const Operand &a, const Operand &b, DType result, Pos pos, F &&f) {
  Dims shape = broadcastShape(a.array->shape, b.array->shape, pos);
  ArrayRef out = makeArray(result, shape, pos);
  NdArray left = broadcast(*a.array, shape), right = broadcast(*b.array, shape);
  std::vector<int64_t> rightPositions;
  rightPositions.reserve(out->size());
  right.forEach([&](int64_t at) { rightPositions.push_back(at); });
  int64_t i = 0;
  left.forEach([&](int64_t at) {
    out->store(i, f(left.number(at), right.number(rightPositions[i])));
    ++i;
  });
  return arrayValue(out);
}

int64_t wrap(uint64_t bits) { return static_cast<int64_t>(bits); }

int64_t integerPower(int64_t base, int64_t exponent) {
  uint64_t result = 1, factor = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent >>= 1, factor *= factor)
    if (exponent & 1)
      result *= factor;
  return wrap(result);
}

/// numpy's integer operators: they wrap around; a division by zero gives zero.
int64_t integerOp(BinaryOp op, int64_t a, int64_t b, Pos pos) {
  auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
  switch (op) {
  case BinaryOp::Add:
    return wrap(x + y);
  case BinaryOp::Sub:
    return wrap(x - y);
  case BinaryOp::Mul:
    return wrap(x * y);
  case BinaryOp::FloorDiv:
    if (b == 0)
      return 0;
    if (b == -1)
      return wrap(0 - x);
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
  case BinaryOp::Mod:
    if (b == 0 || b == -1)
      return 0;
    return a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
  case BinaryOp::Pow:
    if (b < 0)
      fail(pos, "integers to negative integer powers are not allowed", "make the base a float");
    return integerPower(a, b);
  case BinaryOp::BitAnd:
    return a & b;
  case BinaryOp::BitOr:
    return a | b;
  case BinaryOp::BitXor:
    return a ^ b;
  default:
    fail(pos, "this operator is not supported for arrays");
  }
}

double realOp(BinaryOp op, double a, double b, Pos pos) {
  switch (op) {
  case BinaryOp::Add:
    return a + b;
  case BinaryOp::Sub:
    return a - b;
  case BinaryOp::Mul:
    return a * b;
  case BinaryOp::Div:
    return a / b;
  case BinaryOp::FloorDiv:
    return std::floor(a / b);
  case BinaryOp::Mod: {
    double m = std::fmod(a, b);
    return m != 0 && (m < 0) != (b < 0) ? m + b : m;
  }
  case BinaryOp::Pow:
    return std::pow(a, b);
  default:
    fail(pos, "this operator is not supported for arrays of reals");
  }
}

} // namespace

Value arrayBinary(BinaryOp op, const Value &a, const Value &b, Pos pos) {
  Operand left = operand(a, pos), right = operand(b, pos);
  DType type = commonType(left, right);
  bool bitwise = op == BinaryOp::BitAnd || op == BinaryOp::BitOr || op == BinaryOp::BitXor;
  if (op == BinaryOp::Div && !isReal(type))
    type = DType::Float64;
  if (type == DType::Bool && !bitwise) {
    if (op == BinaryOp::Sub)
      fail(pos, "bool arrays cannot be subtracted", "use ^ or convert with astype");
    if (op == BinaryOp::FloorDiv || op == BinaryOp::Mod || op == BinaryOp::Pow)
      type = DType::Int8;
  }
  checkFits(left, type, pos);
  checkFits(right, type, pos);
  if (isReal(type)) {
    bool single = type == DType::Float32;
    return combine(left, right, type, pos, [&](Number x, Number y) {
      // Operands take the result's type first, as in numpy.
      double p = single ? static_cast<float>(x.asReal()) : x.asReal();
      double q = single ? static_cast<float>(y.asReal()) : y.asReal();
      return Number::ofReal(realOp(op, p, q, pos));
    });
  }
  return combine(left, right, type, pos, [&](Number x, Number y) {
    return Number::ofInt(integerOp(op, x.integer, y.integer, pos));
  });
}

Value arrayCompare(CompareOp op, const Value &a, const Value &b, Pos pos) {
  Operand left = operand(a, pos), right = operand(b, pos);
  DType type = commonType(left, right);
  bool single = type == DType::Float32, real = isReal(type);
  auto holds = [&](auto x, auto y) {
    switch (op) {
    case CompareOp::Equal:
      return x == y;
    case CompareOp::NotEqual:
      return x != y;
    case CompareOp::Less:
      return x < y;
    case CompareOp::LessEqual:
      return x <= y;
    case CompareOp::Greater:
      return x > y;
    case CompareOp::GreaterEqual:
      return x >= y;
    default:
      fail(pos, "this comparison is not supported for arrays");
    }
  };
  return combine(left, right, DType::Bool, pos, [&](Number x, Number y) {
    bool result = !real    ? holds(x.integer, y.integer)
                  : single ? holds(static_cast<float>(x.asReal()), static_cast<float>(y.asReal()))
                           : holds(x.asReal(), y.asReal());
    return Number::ofInt(result);
  });
}

Value mapNumbers(const NdArray &array, const std::function<Number(Number)> &f, Pos pos) {
  ArrayRef out = makeArray(array.dtype, array.shape, pos);
  int64_t to = 0;
  array.forEach([&](int64_t at) { out->store(to++, f(array.number(at))); });
  return arrayValue(out);
}

Value mapReal(const NdArray &array, double (*f)(double), Pos pos) {
  ArrayRef out =
      makeArray(array.dtype == DType::Float32 ? DType::Float32 : DType::Float64, array.shape, pos);
  int64_t to = 0;
  array.forEach(
      [&](int64_t at) { out->store(to++, Number::ofReal(f(array.number(at).asReal()))); });
  return arrayValue(out);
}

} // namespace keratin::dsl
