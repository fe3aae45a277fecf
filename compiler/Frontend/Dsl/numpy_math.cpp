// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's elementwise functions and reductions.
#include "compiler/Frontend/Dsl/numpy_math.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/operators.h"

#include <algorithm>
#include <cmath>

namespace keratin::dsl {

using rt::DType;

namespace {

DType resultType(Reduction kind, DType dtype) {
  bool integral = !isReal(dtype);
  switch (kind) {
  case Reduction::Sum:
  case Reduction::Prod:
    return integral ? DType::Int64 : dtype;
  case Reduction::Mean:
  case Reduction::Std:
    return integral ? DType::Float64 : dtype;
  case Reduction::Max:
  case Reduction::Min:
    return dtype;
  case Reduction::ArgMax:
  case Reduction::ArgMin:
    return DType::Int64;
  case Reduction::Any:
  case Reduction::All:
    return DType::Bool;
  }
  return dtype;
}

/// a before b in the order of max or min; NaN comes first, as in numpy.
bool beats(Number a, Number b, bool wantMax) {
  if (a.isReal && std::isnan(b.real))
    return false;
  if (a.isReal && std::isnan(a.real))
    return true;
  if (a.isReal)
    return wantMax ? a.real > b.real : a.real < b.real;
  return wantMax ? a.integer > b.integer : a.integer < b.integer;
}

Number reduceLine(Reduction kind, const std::vector<Number> &line) {
  switch (kind) {
  case Reduction::Sum:
  case Reduction::Mean:
  case Reduction::Std: {
    double total = 0;
    uint64_t whole = 0;
    for (Number n : line) {
      total += n.asReal();
      whole += static_cast<uint64_t>(n.integer);
    }
    if (kind == Reduction::Sum)
      return !line.empty() && !line[0].isReal ? Number::ofInt(static_cast<int64_t>(whole))
                                              : Number::ofReal(total);
    double mean = total / static_cast<double>(line.size());
    if (kind == Reduction::Mean)
      return Number::ofReal(mean);
    double squares = 0;
    for (Number n : line)
      squares += (n.asReal() - mean) * (n.asReal() - mean);
    return Number::ofReal(std::sqrt(squares / static_cast<double>(line.size())));
  }
  case Reduction::Prod: {
    double real = 1;
    uint64_t whole = 1;
    for (Number n : line) {
      real *= n.asReal();
      whole *= static_cast<uint64_t>(n.integer);
    }
    return !line.empty() && !line[0].isReal ? Number::ofInt(static_cast<int64_t>(whole))
                                            : Number::ofReal(real);
  }
  case Reduction::Any:
  case Reduction::All: {
    bool any = false, all = true;
    for (Number n : line) {
      any = any || n.isTrue();
      all = all && n.isTrue();
    }
    return Number::ofInt(kind == Reduction::Any ? any : all);
  }
  default: {
    bool wantMax = kind == Reduction::Max || kind == Reduction::ArgMax;
    size_t best = 0;
    for (size_t i = 1; i < line.size(); ++i)
      if (beats(line[i], line[best], wantMax))
        best = i;
    bool index = kind == Reduction::ArgMax || kind == Reduction::ArgMin;
    return index ? Number::ofInt(static_cast<int64_t>(best)) : line[best];
  }
  }
}

bool needsElements(Reduction kind) {
  return kind == Reduction::Max || kind == Reduction::Min || kind == Reduction::ArgMax ||
         kind == Reduction::ArgMin;
}

} // namespace

Value reduce(Reduction kind, const ArrayRef &array, const Value &axisValue, bool keepDims,
             Pos pos) {
  DType dtype = resultType(kind, array->dtype);
  if (axisValue.isNone()) {
    if (array->size() == 0 && needsElements(kind))
      fail(pos, "an empty array has no maximum or minimum");
    std::vector<Number> line;
    line.reserve(array->size());
    array->forEach([&](int64_t at) { line.push_back(array->number(at)); });
    ArrayRef result = makeScalar(dtype, reduceLine(kind, line));
    return keepDims ? Value::object(reshape(result, Dims(array->shape.size(), 1), pos))
                    : Value::object(result);
  }
  int64_t axis = toAxis(axisValue, array->rank(), pos), length = array->shape[axis];
  if (length == 0 && needsElements(kind))
    fail(pos, "an empty array has no maximum or minimum");
  Dims shape = array->shape, strides = array->strides;
  shape.erase(shape.begin() + axis);
  strides.erase(strides.begin() + axis);
  ArrayRef result = makeArray(dtype, shape, pos);
  NdArray starts(array->dtype, array->storage, array->offset, shape, strides);
  int64_t to = 0;
  std::vector<Number> line(static_cast<size_t>(length));
  starts.forEach([&](int64_t at) {
    for (int64_t i = 0; i < length; ++i)
      line[i] = array->number(at + i * array->strides[axis]);
    result->store(to++, reduceLine(kind, line));
  });
  if (!keepDims)
    return arrayValue(result);
  shape.insert(shape.begin() + axis, 1);
  return Value::object(reshape(result, shape, pos));
}

Value roundArray(const NdArray &array, int64_t decimals, Pos pos) {
  if (decimals < -300 || decimals > 300)
    fail(pos, "decimals must be between -300 and 300");
  if (!isReal(array.dtype)) {
    if (decimals < 0)
      fail(pos, "rounding integers to tens is not supported");
    return mapNumbers(array, [](Number n) { return n; }, pos);
  }
  double scale = std::pow(10.0, static_cast<double>(std::llabs(decimals)));
  bool single = array.dtype == DType::Float32;
  return mapNumbers(
      array,
      [&](Number n) {
        if (single) {
          auto s = static_cast<float>(scale), x = static_cast<float>(n.real);
          return Number::ofReal(decimals >= 0 ? std::nearbyint(x * s) / s
                                              : std::nearbyint(x / s) * s);
        }
        return Number::ofReal(decimals >= 0 ? std::nearbyint(n.real * scale) / scale
                                            : std::nearbyint(n.real / scale) * scale);
      },
      pos);
}

namespace {

double square(double x) { return x * x; }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }

Value where(Call &call) {
  if (!call.given("x") || !call.given("y"))
    fail(call.pos, "where needs a condition and two values", "use a mask: a[condition]");
  ArrayRef condition = toArray(call.value("condition"), call.at("condition"));
  ArrayRef x = toArray(call.value("x"), call.at("x")), y = toArray(call.value("y"), call.at("y"));
  auto fits = [&](const ArrayRef &a) { return a->rank() == 0 || a->shape == condition->shape; };
  if (!fits(x) || !fits(y))
    fail(call.pos, "where needs values that are numbers or arrays of the condition's shape");
  ArrayRef result = makeArray(promote(x->dtype, y->dtype), condition->shape, call.pos);
  ArrayRef flatX = fromRuntime(toRuntime(*x)), flatY = fromRuntime(toRuntime(*y));
  int64_t i = 0;
  condition->forEach([&](int64_t at) {
    const ArrayRef &from = condition->number(at).isTrue() ? flatX : flatY;
    result->store(i, from->number(from->rank() == 0 ? 0 : i));
    ++i;
  });
  return Value::object(result);
}

Value unique(Call &call) {
  ArrayRef array = toArray(call.value("a"), call.at("a"));
  std::vector<Number> numbers;
  array->forEach([&](int64_t at) { numbers.push_back(array->number(at)); });
  std::sort(numbers.begin(), numbers.end(), [](Number a, Number b) { return beats(b, a, true); });
  numbers.erase(std::unique(numbers.begin(), numbers.end(),
                            [](Number a, Number b) { return !beats(b, a, true); }),
                numbers.end());
  ArrayRef result = makeArray(array->dtype, {static_cast<int64_t>(numbers.size())}, call.pos);
  for (size_t i = 0; i < numbers.size(); ++i)
    result->store(static_cast<int64_t>(i), numbers[i]);
  return Value::object(result);
}

} // namespace

void addNumpyMath(Module &numpy) {
  using Function = double (*)(double);
  for (auto [name, f] : {std::pair<const char *, Function>{"sin", std::sin},
                         {"cos", std::cos},
                         {"tan", std::tan},
                         {"tanh", std::tanh},
                         {"exp", std::exp},
                         {"log", std::log},
                         {"log2", std::log2},
                         {"log10", std::log10},
                         {"log1p", std::log1p},
                         {"expm1", std::expm1},
                         {"sqrt", std::sqrt},
                         {"floor", std::floor},
                         {"ceil", std::ceil},
                         {"square", square},
                         {"sign", sign}})
    numpy.function(
        name, "x",
        [f = f](Call &call) {
          return mapReal(*toArray(call.value("x"), call.at("x")), f, call.pos);
        },
        "ndarray");
  numpy.members["abs"] = numpy.members["absolute"] = builtins().at("abs");

  for (auto [name, kind] : {std::pair<const char *, Reduction>{"sum", Reduction::Sum},
                            {"mean", Reduction::Mean},
                            {"std", Reduction::Std},
                            {"max", Reduction::Max},
                            {"min", Reduction::Min},
                            {"amax", Reduction::Max},
                            {"amin", Reduction::Min},
                            {"prod", Reduction::Prod},
                            {"argmax", Reduction::ArgMax},
                            {"argmin", Reduction::ArgMin},
                            {"any", Reduction::Any},
                            {"all", Reduction::All}})
    numpy.function(
        name, "a, axis=, keepdims=",
        [kind = kind](Call &call) {
          return reduce(kind, toArray(call.value("a"), call.at("a")), call.value("axis"),
                        call.flag("keepdims", false), call.pos);
        },
        "ndarray");

  NativeFunction round = [](Call &call) {
    return roundArray(*toArray(call.value("a"), call.at("a")), call.integer("decimals", 0),
                      call.pos);
  };
  numpy.function("round", "a, decimals=", round, "ndarray");
  numpy.function("around", "a, decimals=", round, "ndarray");
  numpy.function(
      "reshape", "a, shape|newshape",
      [](Call &call) {
        return Value::object(reshape(toArray(call.value("a"), call.at("a")),
                                     toShape(call.value("shape"), "shape", call.at("shape")),
                                     call.at("shape")));
      },
      "ndarray");
  numpy.function(
      "shape", "a",
      [](Call &call) { return shapeTuple(toArray(call.value("a"), call.at("a"))->shape); },
      "tuple");
  numpy.function("where", "condition, x=, y=", where, "ndarray");
  numpy.function("unique", "a", unique, "ndarray");
  for (auto [name, op] : {std::pair<const char *, BinaryOp>{"add", BinaryOp::Add},
                          {"subtract", BinaryOp::Sub},
                          {"multiply", BinaryOp::Mul},
                          {"divide", BinaryOp::Div},
                          {"power", BinaryOp::Pow}})
    numpy.function(
        name, "x1, x2",
        [op = op](Call &call) {
          return arrayBinary(op, call.value("x1"), call.value("x2"), call.pos);
        },
        "ndarray");
}

} // namespace keratin::dsl
