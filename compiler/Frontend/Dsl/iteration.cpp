// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What `for` goes through: the elements of each type of value.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <algorithm>

namespace keratin::dsl {

namespace {

/// Elements by number, up to a count that may change on the way (a list that grows).
template <typename Count, typename At> struct Indexed : Iterator {
  Indexed(Value owner, Count count, At at)
      : Iterator("iterator"), owner(std::move(owner)), count(std::move(count)), at(std::move(at)) {}
  bool next(Value &value) override {
    if (i >= count())
      return false;
    value = at(i++);
    return true;
  }
  Value owner; // keeps alive what `at` reads
  Count count;
  At at;
  int64_t i = 0;
};

template <typename Count, typename At>
std::shared_ptr<Iterator> indexed(const Value &owner, Count count, At at) {
  return std::make_shared<Indexed<Count, At>>(owner, std::move(count), std::move(at));
}

struct Characters : Iterator {
  explicit Characters(Value text) : Iterator("iterator"), text(std::move(text)) {}
  bool next(Value &value) override {
    const std::string &s = *text.asStr();
    if (at >= s.size())
      return false;
    size_t length = utf8Length(static_cast<unsigned char>(s[at]));
    value = Value::str(s.substr(at, length));
    at += length;
    return true;
  }
  Value text;
  size_t at = 0;
};

template <typename Items> int64_t sizeOf(const Items &items) {
  return static_cast<int64_t>(items.size());
}

} // namespace

std::shared_ptr<Iterator> Interpreter::iterate(const Value &value, Pos pos) {
  if (auto iterator = std::dynamic_pointer_cast<Iterator>(value.share<Iterator>()))
    return iterator;
  if (value.asStr())
    return std::make_shared<Characters>(value);
  if (auto *list = value.get<List>())
    return indexed(
        value, [list] { return sizeOf(list->items); },
        [list](int64_t i) { return list->items[i]; });
  if (auto *tuple = value.get<Tuple>())
    return indexed(
        value, [tuple] { return sizeOf(tuple->items); },
        [tuple](int64_t i) { return tuple->items[i]; });
  if (auto *range = value.get<Range>())
    return indexed(
        value, [range] { return range->size(); },
        [range](int64_t i) { return Value::integer(range->at(i)); });
  auto keys = [&](HashTable *table) {
    int64_t size = sizeOf(table->items());
    return indexed(
        value,
        [table, size, pos] {
          if (sizeOf(table->items()) != size)
            fail(pos, "the dict or set changes its size while the loop goes through it",
                 "loop over list(...) of it");
          return size;
        },
        [table](int64_t i) { return table->items()[i].first; });
  };
  if (auto *dict = value.get<Dict>())
    return keys(&dict->table);
  if (auto *set = value.get<Set>())
    return keys(&set->table);
  if (auto array = value.share<NdArray>()) {
    if (array->rank() == 0)
      fail(pos, "a numpy scalar has no elements to go through");
    return indexed(
        value, [array] { return array->shape[0]; },
        [array, pos](int64_t i) { return indexArray(array, Value::integer(i), pos); });
  }
  if (auto *rows = value.get<SequenceArray>())
    return indexed(
        value, [rows] { return rows->sequences.size(); },
        [rows](int64_t i) { return rows->row(i); });
  if (auto *archive = value.get<Archive>())
    return indexed(
        value, [archive] { return sizeOf(archive->reader.names()); },
        [archive](int64_t i) { return Value::str(archive->reader.names()[i]); });
  if (value.get<Skipped>())
    throw StopEvaluation{};
  fail(pos, describeType(value) + " has no elements to go through",
       value.asInt() ? "loop over range(n)" : "");
}

std::vector<Value> Interpreter::elements(const Value &value, Pos pos) {
  if (auto *list = value.get<List>())
    return list->items;
  if (auto *tuple = value.get<Tuple>())
    return tuple->items;
  if (auto *range = value.get<Range>())
    checkSize(range->size(), sizeof(Value), pos);
  std::vector<Value> items;
  auto iterator = iterate(value, pos);
  for (Value item; iterator->next(item);) {
    items.push_back(std::move(item));
    checkSize(static_cast<int64_t>(items.size()), sizeof(Value), pos);
  }
  return items;
}

} // namespace keratin::dsl
