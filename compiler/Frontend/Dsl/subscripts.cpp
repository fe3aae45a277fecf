// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// object[index] of strings, lists, tuples, dicts and ranges; of arrays in ndarray_indexing.cpp.
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/operators.h"

namespace keratin::dsl {

namespace {

std::vector<Value> slice(const std::vector<Value> &items, const Slice &slice, Pos pos) {
  SliceRange range = resolveSlice(slice, static_cast<int64_t>(items.size()), pos);
  std::vector<Value> result;
  result.reserve(range.count);
  for (int64_t i = 0; i < range.count; ++i)
    result.push_back(items[range.start + i * range.step]);
  return result;
}

Value subscriptStr(const std::string &text, const Value &index, Pos pos) {
  int64_t length = strLength(text);
  bool ascii = length == static_cast<int64_t>(text.size());
  auto character = [&](int64_t i) {
    size_t at = ascii ? static_cast<size_t>(i) : strOffset(text, i);
    return text.substr(at, utf8Length(static_cast<unsigned char>(text[at])));
  };
  auto *slice = index.get<Slice>();
  if (!slice)
    return Value::str(character(resolveIndex(index, length, "string", pos)));
  SliceRange range = resolveSlice(*slice, length, pos);
  if (range.step == 1) {
    size_t begin = strOffset(text, range.start);
    std::string_view tail = std::string_view(text).substr(begin);
    return Value::str(std::string(tail.substr(0, strOffset(tail, range.count))));
  }
  std::string result;
  for (int64_t i = 0; i < range.count; ++i)
    result += character(range.start + i * range.step);
  return Value::str(std::move(result));
}

Value lookUp(const Dict &dict, const Value &key, Pos pos) {
  if (const Value *found = dict.table.find(key, pos))
    return *found;
  std::string hint;
  if (auto *text = key.asStr()) {
    std::vector<std::string> known;
    for (auto &[candidate, value] : dict.table.items())
      if (candidate.asStr())
        known.push_back(*candidate.asStr());
    hint = didYouMean(*text, known);
  }
  fail(pos, "the dict has no key " + reprOf(key, pos), hint);
}

} // namespace

Value subscript(const Value &object, const Value &index, Pos pos) {
  auto *part = index.get<Slice>();
  if (auto array = object.share<NdArray>())
    return indexArray(array, index, pos);
  if (auto *list = object.get<List>())
    return part ? Value::list(slice(list->items, *part, pos))
                : list->items[resolveIndex(index, static_cast<int64_t>(list->items.size()), "list",
                                           pos)];
  if (auto *tuple = object.get<Tuple>())
    return part ? Value::tuple(slice(tuple->items, *part, pos))
                : tuple->items[resolveIndex(index, static_cast<int64_t>(tuple->items.size()),
                                            "tuple", pos)];
  if (auto *text = object.asStr())
    return subscriptStr(*text, index, pos);
  if (auto *dict = object.get<Dict>())
    return lookUp(*dict, index, pos);
  if (auto *range = object.get<Range>()) {
    if (!part)
      return Value::integer(range->at(resolveIndex(index, range->size(), "range", pos)));
    SliceRange r = resolveSlice(*part, range->size(), pos);
    std::vector<Value> items;
    checkSize(r.count, sizeof(Value), pos);
    for (int64_t i = 0; i < r.count; ++i)
      items.push_back(Value::integer(range->at(r.start + i * r.step)));
    return Value::list(std::move(items));
  }
  if (auto *rows = object.get<SequenceArray>())
    return rows->subscript(index, pos);
  if (auto *archive = object.get<Archive>())
    return archive->read(toStr(index, "the name of an array in the archive", pos), pos);
  fail(pos, describeType(object) + " cannot be indexed");
}

void assignSubscript(const Value &object, const Value &index, Value value, Pos pos) {
  if (auto array = object.share<NdArray>())
    return assignIndexed(array, index, value, pos);
  if (auto *list = object.get<List>()) {
    if (index.get<Slice>())
      fail(pos, "assignment to a slice of a list is not supported");
    list->items[resolveIndex(index, static_cast<int64_t>(list->items.size()), "list", pos)] =
        std::move(value);
    return;
  }
  if (auto *dict = object.get<Dict>())
    return dict->table.insert(index, std::move(value), pos);
  fail(pos, "elements of " + describeType(object) + " cannot be assigned to");
}

} // namespace keratin::dsl
