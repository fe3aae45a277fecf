// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy.random's legacy functions, with numpy's own numbers.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <cmath>

namespace keratin::dsl {

using rt::DType;

namespace {

rt::RandomState &generator(const Call &call) { return call.interpreter.state.random; }

/// A number, or an array of them of the given shape.
template <typename Draw> Value drawn(DType dtype, const Dims *shape, Pos pos, Draw &&draw) {
  if (!shape)
    return dtype == DType::Int64 ? Value::integer(draw().integer) : Value::real(draw().real);
  ArrayRef array = makeArray(dtype, *shape, pos);
  for (int64_t i = 0; i < array->size(); ++i)
    array->store(i, draw());
  return Value::object(array);
}

template <typename Draw> Value sized(const Call &call, DType dtype, Draw &&draw) {
  if (!call.has("size"))
    return drawn(dtype, nullptr, call.pos, draw);
  Dims shape = toShape(call.value("size"), "size", call.at("size"));
  return drawn(dtype, &shape, call.at("size"), draw);
}

template <typename Draw> Value shapedByArguments(const Call &call, Draw &&draw) {
  if (call.rest.empty())
    return drawn(DType::Float64, nullptr, call.pos, draw);
  Dims shape;
  for (const Arg &arg : call.rest)
    shape.push_back(toInt(arg.value, "dimension", arg.pos));
  return drawn(DType::Float64, &shape, call.pos, draw);
}

Value randint(Call &call) {
  bool two = call.has("high");
  int64_t low = two ? call.integer("low", 0) : 0, high = call.integer(two ? "high" : "low", 0);
  if (low >= high)
    fail(call.pos,
         "randint's range is empty: low " + std::to_string(low) + ", high " + std::to_string(high));
  DType dtype = call.has("dtype") ? toDType(call.value("dtype"), call.at("dtype")) : DType::Int64;
  if (dtype != DType::Int64)
    fail(call.at("dtype"), "randint gives int64 here", "convert with .astype(...)");
  return sized(call, DType::Int64,
               [&, r = &generator(call)] { return Number::ofInt(r->randint(low, high)); });
}

/// Rows change places, as in numpy: lists by element, arrays along the first axis.
Value shuffle(Call &call) {
  Value x = call.value("x");
  rt::RandomState &random = generator(call);
  if (auto *list = x.get<List>()) {
    random.shuffle(list->items);
    return {};
  }
  if (auto *rows = x.get<SequenceArray>()) {
    random.shuffle(rows->sequences.rows);
    return {};
  }
  auto array = x.share<NdArray>();
  if (!array || array->rank() == 0)
    fail(call.at("x"), "shuffle needs a list or an array, got " + describeType(x));
  std::vector<int64_t> order(static_cast<size_t>(array->shape[0]));
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = static_cast<int64_t>(i);
  random.shuffle(order);
  Value mixed = indexArray(
      array, Value::object(fromRuntime(rt::Array::of({array->shape[0]}, order))), call.pos);
  assignIndexed(array, Value::make<EllipsisObject>(), mixed, call.pos);
  return {};
}

Value permutation(Call &call) {
  const Value &x = call.value("x");
  int64_t n = 0;
  ArrayRef array;
  if (x.asInt())
    n = *x.asInt();
  else {
    array = toArray(x, call.at("x"));
    n = array->rank() ? array->shape[0] : 0;
  }
  checkSize(n, 8, call.at("x"));
  Value order = Value::object(fromRuntime(rt::Array::of({n}, generator(call).permutation(n))));
  return array ? indexArray(array, order, call.pos) : order;
}

Value choice(Call &call) {
  const Value &a = call.value("a");
  ArrayRef from;
  int64_t n;
  if (a.asInt()) {
    n = *a.asInt();
  } else {
    from = toArray(a, call.at("a"));
    n = from->rank() == 1 ? from->shape[0] : 0;
  }
  if (n <= 0)
    fail(call.at("a"), "choice needs a positive number or a list of numbers to choose from");
  Dims shape;
  if (call.has("size"))
    shape = toShape(call.value("size"), "size", call.at("size"));
  ArrayRef result = makeArray(DType::Int64, shape, call.at("size"));
  int64_t count = result->size();
  bool replace = call.flag("replace", true);
  if (!replace && count > n)
    fail(call.at("size"), "cannot choose " + std::to_string(count) + " of " + std::to_string(n) +
                              " without repetition");
  std::vector<int64_t> chosen;
  if (call.has("p")) {
    if (!replace)
      fail(call.at("p"), "choice with p and without replacement is not supported");
    ArrayRef given = toArray(call.value("p"), call.at("p"));
    // numpy's: the root of the epsilon of what p is made of.
    double tolerance = given->dtype == DType::Float32 ? 3.4526698e-4 : 1.4901161e-8;
    ArrayRef p = castArray(*given, DType::Float64, call.at("p"));
    std::vector<double> weights;
    double total = 0;
    p->forEach([&](int64_t at) { weights.push_back(p->number(at).real); });
    for (double w : weights)
      total += w < 0 ? NAN : w;
    if (static_cast<int64_t>(weights.size()) != n || !(std::abs(total - 1) <= tolerance))
      fail(call.at("p"), "p must be " + std::to_string(n) + " probabilities that sum to 1");
    chosen = generator(call).choice(weights, count);
  } else {
    chosen = replace ? generator(call).choice(n, count)
                     : generator(call).choiceWithoutReplacement(n, count);
  }
  for (int64_t i = 0; i < count; ++i)
    result->store(i, Number::ofInt(chosen[i]));
  if (!call.has("size"))
    return from ? indexArray(from, Value::integer(chosen[0]), call.pos) : Value::integer(chosen[0]);
  return from ? indexArray(from, Value::object(result), call.pos) : Value::object(result);
}

} // namespace

void addNumpyRandom(Module &random) {
  random.function(
      "seed", "seed=",
      [](Call &call) -> Value {
        int64_t seed = call.integer("seed", -1);
        if (!call.has("seed") || seed < 0 || seed > UINT32_MAX)
          fail(call.at("seed"), "the seed must be an int from 0 to 2**32 - 1");
        generator(call).seed(static_cast<uint32_t>(seed));
        return {};
      },
      "NoneType");
  random.function("rand", "*shape", [](Call &call) {
    return shapedByArguments(call, [r = &generator(call)] { return Number::ofReal(r->random()); });
  });
  random.function("randn", "*shape", [](Call &call) {
    return shapedByArguments(call, [r = &generator(call)] { return Number::ofReal(r->randn()); });
  });
  for (const char *name : {"random", "random_sample"})
    random.function(name, "size=", [](Call &call) {
      return sized(call, DType::Float64,
                   [r = &generator(call)] { return Number::ofReal(r->random()); });
    });
  random.function("randint", "low, high=, size=, dtype=", randint);
  random.function("uniform", "low=, high=, size=", [](Call &call) {
    double low = call.real("low", 0), high = call.real("high", 1);
    return sized(call, DType::Float64,
                 [&, r = &generator(call)] { return Number::ofReal(r->uniform(low, high)); });
  });
  random.function("normal", "loc=, scale=, size=", [](Call &call) {
    double mean = call.real("loc", 0), deviation = call.real("scale", 1);
    if (deviation < 0)
      fail(call.at("scale"), "scale is negative");
    return sized(call, DType::Float64,
                 [&, r = &generator(call)] { return Number::ofReal(r->normal(mean, deviation)); });
  });
  random.function("shuffle", "x", shuffle, "NoneType");
  random.function("permutation", "x", permutation, "ndarray");
  random.function("choice", "a, size=, replace=, p=", choice);
  random.refused["default_rng"] =
      "numpy.random.seed and the functions of numpy.random are supported";
}

} // namespace keratin::dsl
