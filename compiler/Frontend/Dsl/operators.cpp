// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Python's operators on values. Integers have 64 bits: what does not fit is refused, never wrapped.
#include "compiler/Frontend/Dsl/operators.h"

#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/ndarray.h"

#include <algorithm>
#include <cmath>

namespace keratin::dsl {

namespace {

const char *symbol(BinaryOp op) {
  constexpr const char *symbols[] = {"+", "-", "*", "/", "//", "%", "**",
                                     "@", "&", "|", "^", "<<", ">>"};
  return symbols[static_cast<int>(op)];
}

const char *symbol(CompareOp op) {
  constexpr const char *symbols[] = {"==", "!=", "<",      "<=", ">",
                                     ">=", "in", "not in", "is", "is not"};
  return symbols[static_cast<int>(op)];
}

[[noreturn]] void overflow(BinaryOp op, Pos pos) {
  fail(pos, std::string("the result of ") + symbol(op) + " does not fit into 64 bits",
       "compute with floats, for instance 2.0 ** 100");
}

[[noreturn]] void divisionByZero(Pos pos) { fail(pos, "division by zero"); }

Value realOperation(BinaryOp op, double a, double b, Pos pos) {
  switch (op) {
  case BinaryOp::Add:
    return Value::real(a + b);
  case BinaryOp::Sub:
    return Value::real(a - b);
  case BinaryOp::Mul:
    return Value::real(a * b);
  case BinaryOp::Div:
    if (b == 0)
      divisionByZero(pos);
    return Value::real(a / b);
  case BinaryOp::FloorDiv:
  case BinaryOp::Mod: {
    // As CPython: the remainder takes the divisor's sign, the quotient follows from it.
    if (b == 0)
      divisionByZero(pos);
    double mod = std::fmod(a, b), quotient = (a - mod) / b;
    if (mod != 0 && (b < 0) != (mod < 0)) {
      mod += b;
      quotient -= 1;
    } else if (mod == 0) {
      mod = std::copysign(0.0, b);
    }
    if (op == BinaryOp::Mod)
      return Value::real(mod);
    if (quotient == 0)
      return Value::real(std::copysign(0.0, a / b));
    double floor = std::floor(quotient);
    return Value::real(quotient - floor > 0.5 ? floor + 1 : floor);
  }
  case BinaryOp::Pow: {
    if (a == 0 && b < 0)
      divisionByZero(pos);
    if (a < 0 && std::isfinite(b) && b != std::floor(b))
      fail(pos, "a negative number to a fractional power is complex",
           "complex numbers are not supported");
    double power = std::pow(a, b);
    if (std::isinf(power) && std::isfinite(a) && std::isfinite(b))
      fail(pos, "the result of ** is too large for a float");
    return Value::real(power);
  }
  default:
    fail(pos, std::string("floats have no operator ") + symbol(op));
  }
}

Value integerPower(int64_t base, int64_t exponent, Pos pos) {
  if (exponent < 0)
    return realOperation(BinaryOp::Pow, static_cast<double>(base), static_cast<double>(exponent),
                         pos);
  int64_t result = 1;
  for (int64_t factor = base;;) {
    if ((exponent & 1) && __builtin_mul_overflow(result, factor, &result))
      overflow(BinaryOp::Pow, pos);
    exponent >>= 1;
    if (exponent == 0)
      return Value::integer(result);
    if (__builtin_mul_overflow(factor, factor, &factor))
      overflow(BinaryOp::Pow, pos);
  }
}

Value integerOperation(BinaryOp op, int64_t a, int64_t b, Pos pos) {
  int64_t result = 0;
  bool overflows = false;
  switch (op) {
  case BinaryOp::Add:
    overflows = __builtin_add_overflow(a, b, &result);
    break;
  case BinaryOp::Sub:
    overflows = __builtin_sub_overflow(a, b, &result);
    break;
  case BinaryOp::Mul:
    overflows = __builtin_mul_overflow(a, b, &result);
    break;
  case BinaryOp::Div:
    return realOperation(op, static_cast<double>(a), static_cast<double>(b), pos);
  case BinaryOp::FloorDiv:
  case BinaryOp::Mod: {
    if (b == 0)
      divisionByZero(pos);
    if (b == -1) { // INT64_MIN / -1 overflows
      overflows = op == BinaryOp::FloorDiv && __builtin_sub_overflow(int64_t(0), a, &result);
      break;
    }
    bool adjust = a % b != 0 && (a < 0) != (b < 0);
    result = op == BinaryOp::FloorDiv ? a / b - adjust : a % b + (adjust ? b : 0);
    break;
  }
  case BinaryOp::Pow:
    return integerPower(a, b, pos);
  case BinaryOp::BitAnd:
    result = a & b;
    break;
  case BinaryOp::BitOr:
    result = a | b;
    break;
  case BinaryOp::BitXor:
    result = a ^ b;
    break;
  case BinaryOp::ShiftLeft:
    if (b < 0)
      fail(pos, "negative shift count");
    overflows = a != 0 && (b > 62 || __builtin_mul_overflow(a, int64_t(1) << b, &result));
    break;
  case BinaryOp::ShiftRight:
    if (b < 0)
      fail(pos, "negative shift count");
    result = a >> std::min<int64_t>(b, 63);
    break;
  case BinaryOp::MatMul:
    fail(pos, "@ is not supported");
  }
  if (overflows)
    overflow(op, pos);
  return Value::integer(result);
}

std::vector<Value> repeated(const std::vector<Value> &items, int64_t times, Pos pos) {
  std::vector<Value> result;
  if (times <= 0 || items.empty())
    return result;
  checkSize(times, static_cast<int64_t>(items.size() * sizeof(Value)), pos);
  result.reserve(items.size() * times);
  for (int64_t i = 0; i < times; ++i)
    result.insert(result.end(), items.begin(), items.end());
  return result;
}

std::vector<Value> joined(const std::vector<Value> &a, const std::vector<Value> &b) {
  std::vector<Value> result = a;
  result.insert(result.end(), b.begin(), b.end());
  return result;
}

bool isWhole(const Value &value) { return value.asInt() || value.asBool(); }
int64_t whole(const Value &value) { return value.asInt() ? *value.asInt() : *value.asBool(); }

/// sequence * count, in either order; None if it is not that.
bool repeat(const Value &sequence, const Value &count, Pos pos, Value &result) {
  if (!isWhole(count))
    return false;
  if (auto *list = sequence.get<List>())
    result = Value::list(repeated(list->items, whole(count), pos));
  else if (auto *tuple = sequence.get<Tuple>())
    result = Value::tuple(repeated(tuple->items, whole(count), pos));
  else if (auto *text = sequence.asStr()) {
    int64_t times = std::max<int64_t>(whole(count), 0);
    checkSize(times, static_cast<int64_t>(text->size()), pos);
    std::string all;
    all.reserve(text->size() * times);
    for (int64_t i = 0; i < times && !text->empty(); ++i)
      all += *text;
    result = Value::str(std::move(all));
  } else {
    return false;
  }
  return true;
}

Value setOperation(BinaryOp op, const Set &a, const Set &b, Pos pos) {
  auto result = std::make_shared<Set>();
  auto addIf = [&](const Set &from, const Set &other, bool wanted) {
    for (auto &[item, none] : from.table.items())
      if ((other.table.find(item, pos) != nullptr) == wanted)
        result->table.insert(item, {}, pos);
  };
  if (op == BinaryOp::BitAnd || op == BinaryOp::BitOr)
    addIf(a, b, true);
  if (op != BinaryOp::BitAnd)
    addIf(a, b, false);
  if (op == BinaryOp::BitOr || op == BinaryOp::BitXor)
    addIf(b, a, false);
  return Value::object(result);
}

} // namespace

Value binaryOperation(BinaryOp op, const Value &left, const Value &right, Pos pos) {
  if (isWhole(left) && isWhole(right)) {
    bool logical = op == BinaryOp::BitAnd || op == BinaryOp::BitOr || op == BinaryOp::BitXor;
    Value result = integerOperation(op, whole(left), whole(right), pos);
    return logical && left.asBool() && right.asBool() ? Value::boolean(*result.asInt() != 0)
                                                      : result;
  }
  if (op == BinaryOp::Mod && left.asStr())
    return Value::str(percentFormat(*left.asStr(), right, pos));
  if (left.get<NdArray>() || right.get<NdArray>()) {
    if (op == BinaryOp::MatMul)
      fail(pos, "@ is not supported");
    return arrayBinary(op, left, right, pos);
  }
  if (isNumber(left) && isNumber(right))
    return realOperation(op, toReal(left, "operand", pos), toReal(right, "operand", pos), pos);
  Value result;
  if (op == BinaryOp::Mul && (repeat(left, right, pos, result) || repeat(right, left, pos, result)))
    return result;
  if (op == BinaryOp::Add) {
    if (auto *a = left.asStr(), *b = right.asStr(); a && b) {
      checkSize(static_cast<int64_t>(a->size() + b->size()), 1, pos);
      return Value::str(*a + *b);
    }
    if (auto *a = left.get<List>(), *b = right.get<List>(); a && b) {
      checkSize(static_cast<int64_t>(a->items.size() + b->items.size()), sizeof(Value), pos);
      return Value::list(joined(a->items, b->items));
    }
    if (auto *a = left.get<Tuple>(), *b = right.get<Tuple>(); a && b)
      return Value::tuple(joined(a->items, b->items));
  }
  bool setLike = op == BinaryOp::BitAnd || op == BinaryOp::BitOr || op == BinaryOp::BitXor ||
                 op == BinaryOp::Sub;
  if (auto *a = left.get<Set>(), *b = right.get<Set>(); a && b && setLike)
    return setOperation(op, *a, *b, pos);
  std::string hint;
  if (op == BinaryOp::Add && (left.asStr() || right.asStr()))
    hint = "convert with str(...)";
  fail(pos,
       std::string(symbol(op)) + " does not combine " + describeType(left) + " and " +
           describeType(right),
       hint);
}

Value unaryOperation(UnaryOp op, const Value &operand, Pos pos) {
  if (op == UnaryOp::Not)
    return Value::boolean(!isTrue(operand, pos));
  if (op == UnaryOp::Invert) {
    if (isWhole(operand))
      return Value::integer(~whole(operand));
    if (auto *array = operand.get<NdArray>(); array && array->dtype == rt::DType::Bool)
      return arrayBinary(BinaryOp::BitXor, operand, Value::boolean(true), pos);
    if (auto *array = operand.get<NdArray>(); array && !isReal(array->dtype))
      return arrayBinary(BinaryOp::BitXor, operand, Value::integer(-1), pos);
    fail(pos, "~ does not apply to " + describeType(operand));
  }
  if (op == UnaryOp::Plus) {
    if (isWhole(operand))
      return Value::integer(whole(operand));
    if (isNumber(operand) || operand.get<NdArray>())
      return operand;
    fail(pos, "+ does not apply to " + describeType(operand));
  }
  if (isWhole(operand))
    return integerOperation(BinaryOp::Sub, 0, whole(operand), pos);
  if (auto *d = operand.asReal())
    return Value::real(-*d);
  if (auto *array = operand.get<NdArray>()) // times -1 keeps the sign of zero
    return isReal(array->dtype) ? arrayBinary(BinaryOp::Mul, operand, Value::integer(-1), pos)
                                : arrayBinary(BinaryOp::Sub, Value::integer(0), operand, pos);
  fail(pos, "- does not apply to " + describeType(operand));
}

bool lessThan(const Value &left, const Value &right, Pos pos, int depth) {
  if (depth > 100)
    fail(pos, "comparison of values nested more than 100 deep");
  if (isWhole(left) && isWhole(right))
    return whole(left) < whole(right);
  if (isNumber(left) && isNumber(right))
    return toReal(left, "operand", pos) < toReal(right, "operand", pos);
  if (auto *a = left.asStr(), *b = right.asStr(); a && b)
    return *a < *b; // UTF-8 sorts as its code points
  auto lexicographic = [&](const std::vector<Value> &a, const std::vector<Value> &b) {
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      if (!equal(a[i], b[i], pos, depth + 1))
        return lessThan(a[i], b[i], pos, depth + 1);
    return a.size() < b.size();
  };
  if (auto *a = left.get<List>(), *b = right.get<List>(); a && b)
    return lexicographic(a->items, b->items);
  if (auto *a = left.get<Tuple>(), *b = right.get<Tuple>(); a && b)
    return lexicographic(a->items, b->items);
  fail(pos, describeType(left) + " and " + describeType(right) + " have no order");
}

bool contains(const Value &container, const Value &item, Pos pos) {
  auto among = [&](const std::vector<Value> &items) {
    for (const Value &candidate : items)
      if (candidate.same(item) || equal(candidate, item, pos))
        return true;
    return false;
  };
  if (auto *text = container.asStr())
    return text->find(toStr(item, "what is looked for in a string", pos)) != std::string::npos;
  if (auto *list = container.get<List>())
    return among(list->items);
  if (auto *tuple = container.get<Tuple>())
    return among(tuple->items);
  if (auto *dict = container.get<Dict>())
    return dict->table.find(item, pos) != nullptr;
  if (auto *set = container.get<Set>())
    return set->table.find(item, pos) != nullptr;
  if (auto *range = container.get<Range>()) {
    if (!isWhole(item))
      return false;
    int64_t i = whole(item), low = std::min(range->start, range->stop),
            high = std::max(range->start, range->stop);
    if (i < low || i > high || i == range->stop)
      return false;
    auto distance = static_cast<uint64_t>(i) - static_cast<uint64_t>(range->start);
    auto step = static_cast<uint64_t>(range->step);
    return range->step > 0 ? i >= range->start && distance % step == 0
                           : i <= range->start && (0 - distance) % (0 - step) == 0;
  }
  if (auto *array = container.get<NdArray>()) {
    bool found = false;
    array->forEach(
        [&](int64_t at) { found = found || equal(pythonNumber(*array, at), item, pos); });
    return found;
  }
  fail(pos, "nothing can be looked for in " + describeType(container));
}

Value compareOperation(CompareOp op, const Value &left, const Value &right, Pos pos) {
  switch (op) {
  case CompareOp::Is:
    return Value::boolean(left.same(right));
  case CompareOp::IsNot:
    return Value::boolean(!left.same(right));
  case CompareOp::In:
    return Value::boolean(contains(right, left, pos));
  case CompareOp::NotIn:
    return Value::boolean(!contains(right, left, pos));
  default:
    break;
  }
  auto isSequence = [](const Value &v) { return v.get<List>() || v.get<Tuple>(); };
  bool numeric = (left.get<NdArray>() || isNumber(left) || isSequence(left)) &&
                 (right.get<NdArray>() || isNumber(right) || isSequence(right));
  if (numeric && (left.get<NdArray>() || right.get<NdArray>()))
    return arrayCompare(op, left, right, pos);
  switch (op) {
  case CompareOp::Equal:
    return Value::boolean(equal(left, right, pos));
  case CompareOp::NotEqual:
    return Value::boolean(!equal(left, right, pos));
  default:
    break;
  }
  if (auto *a = left.get<Set>(), *b = right.get<Set>(); a || b)
    fail(pos, std::string(symbol(op)) + " of sets is not supported");
  if (isNumber(left) && isNumber(right) && (left.asReal() || right.asReal())) {
    double a = toReal(left, "operand", pos),
           b = toReal(right, "operand", pos); // NaN is not less, nor not less
    bool result = op == CompareOp::Less        ? a < b
                  : op == CompareOp::Greater   ? a > b
                  : op == CompareOp::LessEqual ? a <= b
                                               : a >= b;
    return Value::boolean(result);
  }
  switch (op) {
  case CompareOp::Less:
    return Value::boolean(lessThan(left, right, pos));
  case CompareOp::Greater:
    return Value::boolean(lessThan(right, left, pos));
  case CompareOp::LessEqual:
    return Value::boolean(!lessThan(right, left, pos));
  default:
    return Value::boolean(!lessThan(left, right, pos));
  }
}

} // namespace keratin::dsl
