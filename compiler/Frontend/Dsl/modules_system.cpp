// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The few names of sys, math and time that scripts use around models.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <chrono>
#include <cmath>

namespace keratin::dsl {

namespace {

void unary(Module &math, const char *name, double (*f)(double)) {
  math.function(
      name, "x",
      [f, name = std::string(name)](Call &call) {
        double x = call.real("x", 0), y = f(x);
        if (std::isnan(y) && !std::isnan(x))
          fail(call.at("x"), "math." + name + " is not defined for this number");
        if (std::isinf(y) && !std::isinf(x))
          fail(call.at("x"), "the result of math." + name + " is too large");
        return Value::real(y);
      },
      "float");
}

void whole(Module &math, const char *name, double (*f)(double)) {
  math.function(
      name, "x",
      [f](Call &call) {
        if (call.value("x").asInt())
          return call.value("x");
        double y = f(call.real("x", 0));
        if (!(y >= -0x1p63 && y < 0x1p63))
          fail(call.at("x"), "the number does not fit into a 64-bit integer");
        return Value::integer(static_cast<int64_t>(y));
      },
      "int");
}

} // namespace

void addSystemModules(Module &sys, Module &math, Module &time) {
  sys.members["exit"] = builtins().at("exit");
  auto out = std::make_shared<Module>("sys.stdout");
  out->function(
      "write", "s",
      [](Call &call) {
        const std::string text = call.str("s", "");
        call.interpreter.state.out << text;
        return Value::integer(strLength(text));
      },
      "int");
  out->function(
      "flush", "",
      [](Call &call) -> Value {
        call.interpreter.state.out.flush();
        return {};
      },
      "NoneType");
  sys.members["stdout"] = Value::object(out);
  sys.dynamic["argv"] = [](const Value &, Interpreter &interpreter, Pos) {
    std::vector<Value> items{Value::str(interpreter.state.path)};
    for (const std::string &argument : interpreter.state.arguments)
      items.push_back(Value::str(argument));
    return Value::list(std::move(items));
  };

  for (auto [name, f] : {std::pair<const char *, double (*)(double)>{"sqrt", std::sqrt},
                         {"exp", std::exp},
                         {"sin", std::sin},
                         {"cos", std::cos},
                         {"tan", std::tan},
                         {"tanh", std::tanh},
                         {"log2", std::log2},
                         {"log10", std::log10},
                         {"fabs", std::fabs},
                         {"atan", std::atan}})
    unary(math, name, f);
  whole(math, "floor", std::floor);
  whole(math, "ceil", std::ceil);
  math.function(
      "log", "x, base=",
      [](Call &call) {
        double x = call.real("x", 1), base = call.real("base", std::exp(1.0));
        if (!(x > 0) || !(base > 0) || base == 1)
          fail(call.at("x"), "math.log is not defined for this number");
        return Value::real(call.has("base") ? std::log(x) / std::log(base) : std::log(x));
      },
      "float");
  math.function(
      "pow", "x, y",
      [](Call &call) { return Value::real(std::pow(call.real("x", 0), call.real("y", 0))); },
      "float");
  math.members["pi"] = Value::real(3.14159265358979323846);
  math.members["e"] = Value::real(2.71828182845904523536);
  math.members["inf"] = Value::real(INFINITY);
  math.members["nan"] = Value::real(NAN);

  auto now = [](Call &) {
    auto t = std::chrono::system_clock::now().time_since_epoch();
    return Value::real(std::chrono::duration<double>(t).count());
  };
  time.function("time", "", now, "float");
  time.function(
      "perf_counter", "",
      [](Call &) {
        auto t = std::chrono::steady_clock::now().time_since_epoch();
        return Value::real(std::chrono::duration<double>(t).count());
      },
      "float");
}

} // namespace keratin::dsl
