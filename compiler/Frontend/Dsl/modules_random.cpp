// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Python's random module, as far as its numbers are anybody's: with a stream of its own, so that
// numpy's stays what numpy makes of its seed.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/operators.h"
#include "compiler/Frontend/Dsl/script_state.h"

namespace keratin::dsl {

namespace {

rt::RandomState &generator(const Call &call) { return call.interpreter.state.pythonRandom; }

/// A number from low to high, both possible.
Value between(Call &call, const char *from, const char *to) {
  int64_t low = call.integer(from, 0), high = call.integer(to, 0);
  if (low > high || high == INT64_MAX)
    fail(call.pos, "the range of random numbers is empty: from " + std::to_string(low) + " to " +
                       std::to_string(high));
  return Value::integer(generator(call).randint(low, high + 1));
}

} // namespace

void addRandom(Module &random) {
  random.function(
      "random", "", [](Call &call) { return Value::real(generator(call).random()); }, "float");
  random.function(
      "uniform", "a, b",
      [](Call &call) {
        return Value::real(generator(call).uniform(call.real("a", 0), call.real("b", 1)));
      },
      "float");
  random.function("randint", "a, b", [](Call &call) { return between(call, "a", "b"); }, "int");
  random.function("choice", "seq", [](Call &call) {
    const Value &items = call.value("seq");
    std::vector<Value> all = call.interpreter.elements(items, call.at("seq"));
    if (all.empty())
      fail(call.at("seq"), "there is nothing to choose from");
    return all[generator(call).randint(0, static_cast<int64_t>(all.size()))];
  });
  random.function(
      "shuffle", "x",
      [](Call &call) -> Value {
        auto *list = call.value("x").get<List>();
        if (!list)
          fail(call.at("x"), "shuffle needs a list, got " + describeType(call.value("x")),
               "numpy.random.shuffle takes arrays");
        generator(call).shuffle(list->items);
        return {};
      },
      "NoneType");
  random.refused["seed"] = "the numbers of a seed are Python's own; numpy.random.seed is supported";
}

} // namespace keratin::dsl
