// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Python's built-in functions.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/operators.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ostream>

namespace keratin::dsl {

namespace {

using Builtins = std::map<std::string, Value>;

void add(Builtins &table, const char *name, const char *signature, NativeFunction function,
         std::string result = "", bool isType = false) {
  auto native = std::make_shared<Native>(name, signature, std::move(function), std::move(result));
  native->isType = isType;
  table[name] = Value::object(native);
}

/// zip, map, filter: one step at a time.
struct Stepping : Iterator {
  Stepping(const char *type, std::function<bool(Value &)> step)
      : Iterator(type), step(std::move(step)) {}
  bool next(Value &value) override { return step(value); }
  std::function<bool(Value &)> step;
};
Value stepping(const char *type, std::function<bool(Value &)> step) {
  return Value::object(
      std::static_pointer_cast<Iterator>(std::make_shared<Stepping>(type, std::move(step))));
}

Value lengthOf(const Value &value, Pos pos) {
  if (auto *text = value.asStr())
    return Value::integer(strLength(*text));
  if (auto *list = value.get<List>())
    return Value::integer(static_cast<int64_t>(list->items.size()));
  if (auto *tuple = value.get<Tuple>())
    return Value::integer(static_cast<int64_t>(tuple->items.size()));
  if (auto *dict = value.get<Dict>())
    return Value::integer(static_cast<int64_t>(dict->table.size()));
  if (auto *set = value.get<Set>())
    return Value::integer(static_cast<int64_t>(set->table.size()));
  if (auto *range = value.get<Range>())
    return Value::integer(range->size());
  if (auto *array = value.get<NdArray>(); array && array->rank() > 0)
    return Value::integer(array->shape[0]);
  if (auto *rows = value.get<SequenceArray>())
    return Value::integer(rows->sequences.size());
  if (auto *archive = value.get<Archive>())
    return Value::integer(static_cast<int64_t>(archive->reader.names().size()));
  fail(pos, describeType(value) + " has no length");
}

Value print(Call &call) {
  std::string text, separator = call.str("sep", " ");
  for (size_t i = 0; i < call.rest.size(); ++i)
    text += (i ? separator : "") + strOf(call.rest[i].value, call.rest[i].pos);
  text += call.str("end", "\n");
  call.interpreter.state.out << text;
  if (call.flag("flush", false))
    call.interpreter.state.out.flush();
  return {};
}

Value range(Call &call) {
  int64_t first = toInt(call.value("start"), "range's bound", call.at("start"));
  int64_t step =
      call.given("step") ? toInt(call.value("step"), "range's step", call.at("step")) : 1;
  if (step == 0)
    fail(call.at("step"), "range's step is 0");
  if (!call.given("stop"))
    return Value::make<Range>(0, first, 1);
  return Value::make<Range>(first, toInt(call.value("stop"), "range's bound", call.at("stop")),
                            step);
}

std::string stripped(const std::string &text) {
  size_t begin = text.find_first_not_of(" \t\r\n\f\v");
  return begin == std::string::npos
             ? ""
             : text.substr(begin, text.find_last_not_of(" \t\r\n\f\v") - begin + 1);
}

Value toInteger(Call &call) {
  if (!call.given("x"))
    return Value::integer(0);
  const Value &x = call.value("x");
  if (auto *text = x.asStr()) {
    std::string digits = stripped(*text);
    int64_t base = call.integer("base", 10);
    char *end = nullptr;
    errno = 0;
    bool valid = base >= 2 && base <= 36 && digits.find_first_of(" _") == std::string::npos;
    long long value = valid ? std::strtoll(digits.c_str(), &end, static_cast<int>(base)) : 0;
    if (!valid || digits.empty() || *end)
      fail(call.at("x"), reprOf(x, call.pos) + " is not an integer");
    if (errno == ERANGE)
      fail(call.at("x"), "the integer does not fit into 64 bits");
    return Value::integer(value);
  }
  if (x.asInt() || x.asBool())
    return Value::integer(toInt(x, "x", call.pos));
  double real = 0;
  if (auto *array = x.get<NdArray>(); array && array->size() == 1) {
    Number n = array->number(array->offset);
    if (!n.isReal)
      return Value::integer(n.integer);
    real = n.real;
  } else {
    real = toReal(x, "int()'s argument", call.at("x"));
  }
  if (!(real > -0x1p63 && real < 0x1p63))
    fail(call.at("x"),
         std::isnan(real) ? "NaN is no integer" : "the number does not fit into a 64-bit integer");
  return Value::integer(static_cast<int64_t>(real));
}

Value toFloat(Call &call) {
  if (!call.given("x"))
    return Value::real(0);
  const Value &x = call.value("x");
  if (auto *text = x.asStr()) {
    std::string digits = stripped(*text);
    char *end = nullptr;
    double value = std::strtod(digits.c_str(), &end);
    if (digits.empty() || *end || digits.find_first_of("xX(") != std::string::npos)
      fail(call.at("x"), reprOf(x, call.pos) + " is not a number");
    return Value::real(value);
  }
  if (auto *array = x.get<NdArray>(); array && array->size() == 1)
    return Value::real(array->number(array->offset).asReal());
  return Value::real(toReal(x, "float()'s argument", call.at("x")));
}

Value absolute(Call &call) {
  const Value &x = call.value("x");
  if (auto *array = x.get<NdArray>())
    return mapNumbers(
        *array,
        [](Number n) {
          return n.isReal                                  ? Number::ofReal(std::fabs(n.real))
                 : n.integer < 0 && n.integer != INT64_MIN ? Number::ofInt(-n.integer)
                                                           : n;
        },
        call.pos);
  if (auto *d = x.asReal())
    return Value::real(std::fabs(*d));
  int64_t i = toInt(x, "abs()'s argument", call.at("x"));
  return i < 0 ? unaryOperation(UnaryOp::Minus, Value::integer(i), call.pos) : Value::integer(i);
}

/// Half to even on the exact decimal value, as CPython: through the shortest correctly rounded
/// text.
double roundedTo(double x, int64_t digits) {
  if (!std::isfinite(x) || digits > 330)
    return x;
  if (digits < -330)
    return std::copysign(0.0, x);
  if (digits >= 0) {
    char buffer[1024];
    std::snprintf(buffer, sizeof buffer, "%.*f", static_cast<int>(digits), x);
    return std::strtod(buffer, nullptr);
  }
  double scale = std::pow(10.0, static_cast<double>(-digits));
  return std::nearbyint(x / scale) * scale;
}

Value roundOff(Call &call) {
  const Value &x = call.value("number");
  int64_t digits = call.integer("ndigits", 0);
  if (x.asInt() || x.asBool()) {
    int64_t i = toInt(x, "number", call.pos);
    if (digits >= 0)
      return Value::integer(i);
    double rounded = roundedTo(static_cast<double>(i), digits);
    if (std::fabs(rounded) > 0x1p53 || std::llabs(i) > (int64_t(1) << 53))
      fail(call.pos, "rounding of so large an integer is not supported");
    return Value::integer(static_cast<int64_t>(rounded));
  }
  double d = toReal(x, "round()'s argument", call.at("number"));
  auto *array = x.get<NdArray>();
  if (call.has("ndigits")) {
    double rounded = roundedTo(d, digits);
    return array ? Value::object(makeScalar(array->dtype, Number::ofReal(rounded)))
                 : Value::real(rounded);
  }
  double rounded = std::nearbyint(d);
  if (!(rounded >= -0x1p63 && rounded < 0x1p63))
    fail(call.pos, "the number does not fit into a 64-bit integer");
  return Value::integer(static_cast<int64_t>(rounded));
}

/// Stable; equal keys keep their order in reverse as well.
Value sorted(Call &call) {
  std::vector<Value> items = call.interpreter.elements(call.value("iterable"), call.at("iterable"));
  sortValues(call.interpreter, items, call.has("key") ? call.value("key") : Value(),
             call.flag("reverse", false), call.pos);
  return Value::list(std::move(items));
}

Value extreme(Call &call, bool wantMax) {
  std::vector<Value> items;
  if (call.rest.empty())
    items = call.interpreter.elements(call.value("first"), call.at("first"));
  else {
    items.push_back(call.value("first"));
    for (const Arg &arg : call.rest)
      items.push_back(arg.value);
  }
  if (items.empty()) {
    if (call.given("default"))
      return call.value("default");
    fail(call.at("first"), std::string(wantMax ? "max" : "min") + " of nothing");
  }
  auto keyOf = [&](const Value &item) {
    return call.has("key")
               ? call.interpreter.call(call.value("key"), {{{item, call.pos}}, {}}, call.pos)
               : item;
  };
  Value best = items[0], bestKey = keyOf(best);
  for (size_t i = 1; i < items.size(); ++i) {
    Value key = keyOf(items[i]);
    if (wantMax ? lessThan(bestKey, key, call.pos) : lessThan(key, bestKey, call.pos)) {
      best = items[i];
      bestKey = key;
    }
  }
  return best;
}

Value sum(Call &call) {
  Value total = call.given("start") ? call.value("start") : Value::integer(0);
  if (total.asStr())
    fail(call.at("start"), "strings are not summed", "use \"\".join(...)");
  auto iterator = call.interpreter.iterate(call.value("iterable"), call.at("iterable"));
  for (Value item; iterator->next(item);)
    total = binaryOperation(BinaryOp::Add, total, item, call.at("iterable"));
  return total;
}

Value toDict(Call &call) {
  auto dict = std::make_shared<Dict>();
  if (call.given("items")) {
    Pos pos = call.at("items");
    if (auto *other = call.value("items").get<Dict>()) {
      for (auto &[key, value] : other->table.items())
        dict->table.insert(key, value, pos);
    } else {
      auto iterator = call.interpreter.iterate(call.value("items"), pos);
      for (Value item; iterator->next(item);) {
        std::vector<Value> pair = call.interpreter.elements(item, pos);
        if (pair.size() != 2)
          fail(pos, "dict() needs pairs, got " + std::to_string(pair.size()) + " values");
        dict->table.insert(pair[0], pair[1], pos);
      }
    }
  }
  for (auto &[name, arg] : call.keywords)
    dict->table.insert(Value::str(name), arg.value, arg.pos);
  return Value::object(dict);
}

Value leave(Call &call) {
  if (!call.has("code"))
    throw ScriptExit{0};
  if (call.value("code").asStr()) {
    call.interpreter.state.err << *call.value("code").asStr() << '\n';
    throw ScriptExit{1};
  }
  throw ScriptExit{static_cast<int>(call.integer("code", 0) & 0xff)};
}

void addFunctions(Builtins &table) {
  add(table, "print", "*values, sep=, end=, file!, flush=", print);
  add(
      table, "len", "object",
      [](Call &call) { return lengthOf(call.value("object"), call.at("object")); }, "int");
  add(table, "range", "start, stop=, step=", range, "range", true);
  add(table, "abs", "x", absolute);
  add(table, "round", "number, ndigits=", roundOff);
  add(table, "sorted", "iterable, *, key=, reverse=", sorted, "list");
  add(table, "min",
      "first, *values, key=, default=", [](Call &call) { return extreme(call, false); });
  add(table, "max",
      "first, *values, key=, default=", [](Call &call) { return extreme(call, true); });
  add(table, "sum", "iterable, start=", sum);
  add(
      table, "any", "iterable",
      [](Call &call) {
        for (const Value &item :
             call.interpreter.elements(call.value("iterable"), call.at("iterable")))
          if (isTrue(item, call.pos))
            return Value::boolean(true);
        return Value::boolean(false);
      },
      "bool");
  add(
      table, "all", "iterable",
      [](Call &call) {
        for (const Value &item :
             call.interpreter.elements(call.value("iterable"), call.at("iterable")))
          if (!isTrue(item, call.pos))
            return Value::boolean(false);
        return Value::boolean(true);
      },
      "bool");
  add(
      table, "repr", "object",
      [](Call &call) { return Value::str(reprOf(call.value("object"), call.pos)); }, "str");
  add(
      table, "ord", "c",
      [](Call &call) {
        const std::string &text = toStr(call.value("c"), "ord()'s argument", call.at("c"));
        if (strLength(text) != 1)
          fail(call.at("c"), "ord() needs one character, got " + std::to_string(strLength(text)));
        auto lead = static_cast<unsigned char>(text[0]);
        int64_t code = text.size() == 1 ? lead : lead & (0x7f >> text.size());
        for (size_t i = 1; i < text.size(); ++i)
          code = code << 6 | (text[i] & 0x3f);
        return Value::integer(code);
      },
      "int");
  add(
      table, "chr", "i",
      [](Call &call) {
        int64_t code = call.integer("i", 0);
        if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
          fail(call.at("i"), "no character has the number " + std::to_string(code));
        std::string text;
        appendUtf8(text, static_cast<uint32_t>(code));
        return Value::str(std::move(text));
      },
      "str");
  add(table, "pow", "base, exp", [](Call &call) {
    return binaryOperation(BinaryOp::Pow, call.value("base"), call.value("exp"), call.pos);
  });
  add(
      table, "divmod", "a, b",
      [](Call &call) {
        return Value::tuple(
            {binaryOperation(BinaryOp::FloorDiv, call.value("a"), call.value("b"), call.pos),
             binaryOperation(BinaryOp::Mod, call.value("a"), call.value("b"), call.pos)});
      },
      "tuple");
  add(table, "exit", "code=", leave);
  add(table, "quit", "code=", leave);
}

void addIterators(Builtins &table) {
  add(table, "enumerate", "iterable, start=", [](Call &call) {
    auto iterator = call.interpreter.iterate(call.value("iterable"), call.at("iterable"));
    return stepping("enumerate", [iterator, i = call.integer("start", 0)](Value &value) mutable {
      Value item;
      if (!iterator->next(item))
        return false;
      value = Value::tuple({Value::integer(i++), item});
      return true;
    });
  });
  add(table, "zip", "*iterables", [](Call &call) {
    std::vector<std::shared_ptr<Iterator>> iterators;
    for (const Arg &arg : call.rest)
      iterators.push_back(call.interpreter.iterate(arg.value, arg.pos));
    return stepping("zip", [iterators](Value &value) {
      std::vector<Value> items(iterators.size());
      for (size_t i = 0; i < items.size(); ++i)
        if (!iterators[i]->next(items[i]))
          return false;
      value = Value::tuple(items);
      return !iterators.empty();
    });
  });
  add(table, "map", "function, iterable, *iterables", [](Call &call) {
    std::vector<std::shared_ptr<Iterator>> iterators{
        call.interpreter.iterate(call.value("iterable"), call.at("iterable"))};
    for (const Arg &arg : call.rest)
      iterators.push_back(call.interpreter.iterate(arg.value, arg.pos));
    return stepping("map", [iterators, f = call.value("function"), in = &call.interpreter,
                            pos = call.pos](Value &value) {
      CallArguments arguments;
      for (auto &iterator : iterators) {
        Value item;
        if (!iterator->next(item))
          return false;
        arguments.positional.push_back({item, pos});
      }
      value = in->call(f, std::move(arguments), pos);
      return true;
    });
  });
  add(table, "filter", "function, iterable", [](Call &call) {
    auto iterator = call.interpreter.iterate(call.value("iterable"), call.at("iterable"));
    return stepping("filter", [iterator, f = call.value("function"), in = &call.interpreter,
                               pos = call.pos](Value &value) {
      while (iterator->next(value))
        if (isTrue(f.isNone() ? value : in->call(f, {{{value, pos}}, {}}, pos), pos))
          return true;
      return false;
    });
  });
  add(table, "reversed", "sequence", [](Call &call) {
    std::vector<Value> items =
        call.interpreter.elements(call.value("sequence"), call.at("sequence"));
    std::reverse(items.begin(), items.end());
    return Value::object(call.interpreter.iterate(Value::list(std::move(items)), call.pos));
  });
}

void addTypes(Builtins &table) {
  add(table, "int", "x=, base=", toInteger, "int", true);
  add(table, "float", "x=", toFloat, "float", true);
  add(
      table, "bool",
      "x=", [](Call &call) { return Value::boolean(isTrue(call.value("x"), call.pos)); }, "bool",
      true);
  add(
      table, "str", "object=",
      [](Call &call) {
        return Value::str(call.given("object") ? strOf(call.value("object"), call.pos) : "");
      },
      "str", true);
  auto items = [](Call &call) {
    return call.given("iterable")
               ? call.interpreter.elements(call.value("iterable"), call.at("iterable"))
               : std::vector<Value>{};
  };
  add(
      table, "list", "iterable=", [items](Call &call) { return Value::list(items(call)); }, "list",
      true);
  add(
      table, "tuple", "iterable=", [items](Call &call) { return Value::tuple(items(call)); },
      "tuple", true);
  add(
      table, "set", "iterable=",
      [items](Call &call) {
        auto set = std::make_shared<Set>();
        for (const Value &item : items(call))
          set->table.insert(item, {}, call.at("iterable"));
        return Value::object(set);
      },
      "set", true);
  add(table, "dict", "items=, **", toDict, "dict", true);
}

} // namespace

void sortValues(Interpreter &interpreter, std::vector<Value> &items, const Value &key, bool reverse,
                Pos pos) {
  std::vector<std::pair<Value, Value>> keyed;
  for (Value &item : items) {
    Value k = key.isNone() ? item : interpreter.call(key, {{{item, pos}}, {}}, pos);
    keyed.emplace_back(std::move(k), std::move(item));
  }
  auto before = [&](const auto &a, const auto &b) {
    return reverse ? lessThan(b.first, a.first, pos) : lessThan(a.first, b.first, pos);
  };
  // Merging stays in bounds whatever a comparison with NaN says.
  std::stable_sort(keyed.begin(), keyed.end(), before);
  for (size_t i = 0; i < items.size(); ++i)
    items[i] = std::move(keyed[i].second);
}

const std::map<std::string, Value> &builtins() {
  static const Builtins table = [] {
    Builtins t;
    addFunctions(t);
    addIterators(t);
    addTypes(t);
    addFileBuiltins(t);
    t["__name__"] = Value::str("__main__");
    return t;
  }();
  return table;
}

} // namespace keratin::dsl
