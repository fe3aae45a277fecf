// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Methods of lists, tuples, dicts and sets.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/modules.h"

#include <algorithm>

namespace keratin::dsl {

namespace {

Value indexIn(const Call &call, const std::vector<Value> &items) {
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i].same(call.value("value")) || equal(items[i], call.value("value"), call.pos))
      return Value::integer(static_cast<int64_t>(i));
  fail(call.at("value"),
       reprOf(call.value("value"), call.pos) + " is not in the " + typeName(call.self));
}

Value countIn(const Call &call, const std::vector<Value> &items) {
  int64_t n = 0;
  for (const Value &item : items)
    n += item.same(call.value("value")) || equal(item, call.value("value"), call.pos);
  return Value::integer(n);
}

void grow(std::vector<Value> &items, std::vector<Value> more, Pos pos) {
  checkSize(static_cast<int64_t>(items.size() + more.size()), sizeof(Value), pos);
  for (Value &value : more)
    items.push_back(std::move(value));
}

Value popItem(Call &call) {
  auto &items = call.selfAs<List>().items;
  if (items.empty())
    fail(call.pos, "pop from an empty list");
  Value index = call.given("index") ? call.value("index") : Value::integer(-1);
  auto at = items.begin() +
            resolveIndex(index, static_cast<int64_t>(items.size()), "list", call.at("index"));
  Value item = *at;
  items.erase(at);
  return item;
}

Value sortInPlace(Call &call) {
  // Sorted apart: the key function may look at the list.
  std::vector<Value> items = call.selfAs<List>().items;
  sortValues(call.interpreter, items, call.has("key") ? call.value("key") : Value(),
             call.flag("reverse", false), call.pos);
  call.selfAs<List>().items = std::move(items);
  return {};
}

Value columnOf(const HashTable &table,
               const std::function<Value(const std::pair<Value, Value> &)> &part) {
  std::vector<Value> items;
  for (auto &entry : table.items())
    items.push_back(part(entry));
  return Value::list(std::move(items));
}

Value popKey(Call &call) {
  HashTable &table = call.selfAs<Dict>().table;
  const Value &key = call.value("key");
  if (const Value *found = table.find(key, call.at("key"))) {
    Value value = *found;
    table.erase(key, call.at("key"));
    return value;
  }
  if (!call.given("default"))
    fail(call.at("key"), "the dict has no key " + reprOf(key, call.pos));
  return call.value("default");
}

} // namespace

void addListMethods(TypeTable &table) {
  table.method(
      "append", "value",
      [](Call &call) -> Value {
        grow(call.selfAs<List>().items, {call.value("value")}, call.pos);
        return {};
      },
      "NoneType");
  table.method(
      "extend", "iterable",
      [](Call &call) -> Value {
        grow(call.selfAs<List>().items,
             call.interpreter.elements(call.value("iterable"), call.at("iterable")), call.pos);
        return {};
      },
      "NoneType");
  table.method(
      "insert", "index, value",
      [](Call &call) -> Value {
        auto &items = call.selfAs<List>().items;
        auto size = static_cast<int64_t>(items.size());
        int64_t at = call.integer("index", 0);
        at = std::clamp<int64_t>(at < 0 ? at + size : at, 0, size);
        items.insert(items.begin() + at, call.value("value"));
        return {};
      },
      "NoneType");
  table.method("pop", "index=", popItem);
  table.method(
      "remove", "value",
      [](Call &call) -> Value {
        auto &items = call.selfAs<List>().items;
        items.erase(items.begin() + *indexIn(call, items).asInt());
        return {};
      },
      "NoneType");
  table.method(
      "index", "value", [](Call &call) { return indexIn(call, call.selfAs<List>().items); }, "int");
  table.method(
      "count", "value", [](Call &call) { return countIn(call, call.selfAs<List>().items); }, "int");
  table.method(
      "reverse", "",
      [](Call &call) -> Value {
        auto &items = call.selfAs<List>().items;
        std::reverse(items.begin(), items.end());
        return {};
      },
      "NoneType");
  table.method("sort", "*, key=, reverse=", sortInPlace, "NoneType");
  table.method(
      "copy", "", [](Call &call) { return Value::list(call.selfAs<List>().items); }, "list");
  table.method(
      "clear", "",
      [](Call &call) -> Value {
        call.selfAs<List>().items.clear();
        return {};
      },
      "NoneType");
}

void addTupleMethods(TypeTable &table) {
  table.method(
      "index", "value", [](Call &call) { return indexIn(call, call.selfAs<Tuple>().items); },
      "int");
  table.method(
      "count", "value", [](Call &call) { return countIn(call, call.selfAs<Tuple>().items); },
      "int");
}

void addDictMethods(TypeTable &table) {
  // Lists where Python has views: they look the same to a loop, list() and len().
  table.method(
      "keys", "",
      [](Call &call) {
        return columnOf(call.selfAs<Dict>().table, [](auto &entry) { return entry.first; });
      },
      "list");
  table.method(
      "values", "",
      [](Call &call) {
        return columnOf(call.selfAs<Dict>().table, [](auto &entry) { return entry.second; });
      },
      "list");
  table.method(
      "items", "",
      [](Call &call) {
        return columnOf(call.selfAs<Dict>().table,
                        [](auto &entry) { return Value::tuple({entry.first, entry.second}); });
      },
      "list");
  table.method("get", "key, default=", [](Call &call) {
    const Value *found = call.selfAs<Dict>().table.find(call.value("key"), call.at("key"));
    return found ? *found : call.value("default");
  });
  table.method("setdefault", "key, default=", [](Call &call) {
    HashTable &entries = call.selfAs<Dict>().table;
    if (const Value *found = entries.find(call.value("key"), call.at("key")))
      return *found;
    entries.insert(call.value("key"), call.value("default"), call.at("key"));
    return call.value("default");
  });
  table.method(
      "update", "other",
      [](Call &call) -> Value {
        auto *other = call.value("other").get<Dict>();
        if (!other)
          fail(call.at("other"), "update() needs a dict, got " + describeType(call.value("other")));
        auto entries = other->table.items(); // copied: it may be the same dict
        for (auto &[key, value] : entries)
          call.selfAs<Dict>().table.insert(key, value, call.pos);
        return {};
      },
      "NoneType");
  table.method("pop", "key, default=", popKey);
  table.method(
      "copy", "",
      [](Call &call) {
        auto copy = std::make_shared<Dict>();
        copy->table = call.selfAs<Dict>().table;
        return Value::object(copy);
      },
      "dict");
}

void addSetMethods(TypeTable &table) {
  table.method(
      "add", "value",
      [](Call &call) -> Value {
        call.selfAs<Set>().table.insert(call.value("value"), {}, call.at("value"));
        return {};
      },
      "NoneType");
  table.method(
      "discard", "value",
      [](Call &call) -> Value {
        call.selfAs<Set>().table.erase(call.value("value"), call.at("value"));
        return {};
      },
      "NoneType");
  table.method(
      "update", "iterable",
      [](Call &call) -> Value {
        for (const Value &item :
             call.interpreter.elements(call.value("iterable"), call.at("iterable")))
          call.selfAs<Set>().table.insert(item, {}, call.at("iterable"));
        return {};
      },
      "NoneType");
}

} // namespace keratin::dsl
