// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of a running script: construction, truth, equality, hashing, conversion.
#include "compiler/Frontend/Dsl/value.h"

#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/Dsl/ndarray.h"

#include <cmath>
#include <functional>
#include <limits>

namespace keratin::dsl {

Value Value::str(std::string text) { return make<Str>(std::move(text)); }
Value Value::list(std::vector<Value> items) { return make<List>(std::move(items)); }
Value Value::tuple(std::vector<Value> items) { return make<Tuple>(std::move(items)); }

const std::string *Value::asStr() const {
  auto *str = get<Str>();
  return str ? &str->text : nullptr;
}

void Container::release(std::vector<Value> &&values) {
  // The outermost call destroys, inner ones only queue: the stack stays flat.
  static thread_local std::vector<Value> queue;
  static thread_local bool draining = false;
  bool nested = false;
  for (Value &value : values)
    if (value.anyObject()) {
      queue.push_back(std::move(value));
      nested = true;
    }
  if (!nested || draining)
    return;
  draining = true;
  while (!queue.empty()) {
    Value last = std::move(queue.back());
    queue.pop_back();
  }
  draining = false;
  queue.shrink_to_fit();
}

size_t HashTable::locate(const Value &key, Pos pos) const {
  auto [begin, end] = byHash.equal_range(hashOf(key, pos));
  for (auto i = begin; i != end; ++i)
    if (entries[i->second].first.same(key) || equal(entries[i->second].first, key, pos))
      return i->second;
  return entries.size();
}

const Value *HashTable::find(const Value &key, Pos pos) const {
  size_t i = locate(key, pos);
  return i < entries.size() ? &entries[i].second : nullptr;
}

void HashTable::insert(const Value &key, Value value, Pos pos) {
  size_t i = locate(key, pos);
  ++writes;
  if (i < entries.size()) {
    entries[i].second = std::move(value);
    return;
  }
  byHash.emplace(hashOf(key, pos), entries.size());
  entries.emplace_back(key, std::move(value));
}

bool HashTable::erase(const Value &key, Pos pos) {
  size_t i = locate(key, pos);
  if (i == entries.size())
    return false;
  ++writes;
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
  byHash.clear();
  for (size_t k = 0; k < entries.size(); ++k)
    byHash.emplace(hashOf(entries[k].first, pos), k);
  return true;
}

void HashTable::clear() {
  ++writes;
  entries.clear();
  byHash.clear();
}

std::vector<Value> HashTable::releaseValues() {
  std::vector<Value> values;
  for (auto &[key, value] : entries) {
    values.push_back(std::move(key));
    values.push_back(std::move(value));
  }
  clear();
  return values;
}

int64_t Range::size() const {
  // In unsigned arithmetic: the distance may exceed an int64.
  auto distance = [](int64_t low, int64_t high) {
    return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  };
  uint64_t count = 0;
  if (step > 0 && start < stop)
    count = (distance(start, stop) - 1) / static_cast<uint64_t>(step) + 1;
  else if (step < 0 && start > stop)
    count = (distance(stop, start) - 1) / (~static_cast<uint64_t>(step) + 1) + 1;
  return count > INT64_MAX ? INT64_MAX : static_cast<int64_t>(count);
}

SliceRange resolveSlice(const Slice &slice, int64_t length, Pos pos) {
  int64_t step = slice.step.isNone() ? 1 : toInt(slice.step, "slice step", pos);
  if (step == 0)
    fail(pos, "slice step is 0");
  step = std::max(step, -INT64_MAX);
  auto bound = [&](const Value &value, int64_t otherwise) {
    if (value.isNone())
      return otherwise;
    int64_t i = toInt(value, "slice bound", pos);
    if (i < 0)
      i += length;
    int64_t lowest = step < 0 ? -1 : 0, highest = step < 0 ? length - 1 : length;
    return std::min(std::max(i, lowest), highest);
  };
  int64_t start = bound(slice.lower, step < 0 ? length - 1 : 0);
  int64_t stop = bound(slice.upper, step < 0 ? -1 : length);
  int64_t count = Range(start, stop, step).size();
  return {start, step, count};
}

int64_t resolveIndex(const Value &index, int64_t length, const char *what, Pos pos) {
  int64_t i = toInt(index, std::string(what) + " index", pos);
  int64_t resolved = i < 0 ? i + length : i;
  if (resolved < 0 || resolved >= length)
    fail(pos, std::string(what) + " index " + std::to_string(i) + " is out of range for length " +
                  std::to_string(length));
  return resolved;
}

std::string typeName(const Value &value) {
  if (value.isNone())
    return "NoneType";
  if (value.asBool())
    return "bool";
  if (value.asInt())
    return "int";
  if (value.asReal())
    return "float";
  switch (value.anyObject()->kind) {
  case ObjectKind::Str:
    return "str";
  case ObjectKind::List:
    return "list";
  case ObjectKind::Tuple:
    return "tuple";
  case ObjectKind::Dict:
    return "dict";
  case ObjectKind::Set:
    return "set";
  case ObjectKind::Range:
    return "range";
  case ObjectKind::Slice:
    return "slice";
  case ObjectKind::Ellipsis:
    return "ellipsis";
  case ObjectKind::Iterator:
    return value.get<Iterator>()->typeName;
  case ObjectKind::Function:
    return "function";
  case ObjectKind::Native:
    return "builtin function";
  case ObjectKind::BoundMethod:
    return "method";
  case ObjectKind::Module:
    return "module";
  case ObjectKind::Array: {
    auto *array = value.get<NdArray>();
    return array->isScalar ? "numpy." + std::string(rt::name(array->dtype)) : "ndarray";
  }
  case ObjectKind::Sequences:
    return "ndarray of lists";
  case ObjectKind::Archive:
    return "NpzFile";
  case ObjectKind::Tokenizer:
    return "Tokenizer";
  case ObjectKind::KerasClass:
    return "type";
  case ObjectKind::KerasObject:
    return value.get<KerasObject>()->className();
  case ObjectKind::Layer:
    return value.get<Layer>()->layer.spec.className;
  case ObjectKind::Tensor:
    return "KerasTensor";
  case ObjectKind::Model:
    return value.get<Model>()->spec.sequential ? "Sequential" : "Model";
  case ObjectKind::Callback:
    return "Callback";
  case ObjectKind::History:
    return "History";
  case ObjectKind::Skipped:
    return "result of training";
  }
  return "object";
}

std::string describeType(const Value &value) {
  std::string name = typeName(value);
  if (value.isNone())
    return "None";
  bool vowel = std::string_view("aeio").find(name[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + name;
}

bool isTrue(const Value &value, Pos pos) {
  if (value.isNone())
    return false;
  if (auto *b = value.asBool())
    return *b;
  if (auto *i = value.asInt())
    return *i != 0;
  if (auto *d = value.asReal())
    return *d != 0;
  if (auto *s = value.asStr())
    return !s->empty();
  if (auto *list = value.get<List>())
    return !list->items.empty();
  if (auto *tuple = value.get<Tuple>())
    return !tuple->items.empty();
  if (auto *dict = value.get<Dict>())
    return dict->table.size() != 0;
  if (auto *set = value.get<Set>())
    return set->table.size() != 0;
  if (auto *range = value.get<Range>())
    return range->size() != 0;
  if (auto *array = value.get<NdArray>()) {
    if (array->size() != 1)
      fail(pos,
           "the truth of an array of " + std::to_string(array->size()) + " elements is ambiguous",
           "use len(a), a.any() or a.all()");
    return array->number(array->offset).isTrue();
  }
  return true;
}

namespace {

bool equalItems(const std::vector<Value> &a, const std::vector<Value> &b, Pos pos, int depth) {
  if (a.size() != b.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!a[i].same(b[i]) && !equal(a[i], b[i], pos, depth + 1))
      return false;
  return true;
}

/// Exactly, although an int64 need not fit into a double.
bool equalIntReal(int64_t i, double d) {
  return d >= -0x1p63 && d < 0x1p63 && static_cast<int64_t>(d) == i && std::trunc(d) == d;
}

/// A Python number out of a bool, int, float or numpy scalar.
std::variant<std::monostate, int64_t, double> plainNumber(const Value &value) {
  if (auto *b = value.asBool())
    return static_cast<int64_t>(*b);
  if (auto *i = value.asInt())
    return *i;
  if (auto *d = value.asReal())
    return *d;
  if (auto *array = value.get<NdArray>(); array && array->isScalar) {
    Number number = array->number(array->offset);
    if (number.isReal)
      return number.real;
    return number.integer;
  }
  return {};
}

} // namespace

bool equal(const Value &a, const Value &b, Pos pos, int depth) {
  if (depth > 100)
    fail(pos, "comparison of values nested more than 100 deep");
  auto x = plainNumber(a), y = plainNumber(b);
  if (x.index() && y.index()) {
    if (auto *i = std::get_if<int64_t>(&x)) {
      auto *j = std::get_if<int64_t>(&y);
      return j ? *i == *j : equalIntReal(*i, std::get<double>(y));
    }
    double d = std::get<double>(x);
    auto *j = std::get_if<int64_t>(&y);
    return j ? equalIntReal(*j, d) : d == std::get<double>(y);
  }
  if (auto *s = a.asStr()) {
    auto *t = b.asStr();
    if (!t && b.get<Native>() && b.get<Native>()->isType) // x.dtype == np.float32
      return dtypeOf(a) && dtypeOf(a) == dtypeOf(b);
    return t && *s == *t;
  }
  if (a.get<Native>() && b.asStr())
    return equal(b, a, pos, depth);
  if (auto *list = a.get<List>()) {
    auto *other = b.get<List>();
    return other && equalItems(list->items, other->items, pos, depth);
  }
  if (auto *tuple = a.get<Tuple>()) {
    auto *other = b.get<Tuple>();
    return other && equalItems(tuple->items, other->items, pos, depth);
  }
  auto sameTable = [&](const HashTable &s, const HashTable &t) {
    if (s.size() != t.size())
      return false;
    for (auto &[key, value] : s.items()) {
      const Value *found = t.find(key, pos);
      if (!found || !equal(*found, value, pos, depth + 1))
        return false;
    }
    return true;
  };
  if (auto *dict = a.get<Dict>())
    return b.get<Dict>() && sameTable(dict->table, b.get<Dict>()->table);
  if (auto *set = a.get<Set>())
    return b.get<Set>() && sameTable(set->table, b.get<Set>()->table);
  if (auto *range = a.get<Range>()) {
    auto *other = b.get<Range>();
    if (!other || range->size() != other->size())
      return false;
    return range->size() == 0 ||
           (range->start == other->start && (range->size() == 1 || range->step == other->step));
  }
  if (a.get<NdArray>() || b.get<NdArray>()) {
    if (!isNumber(a) && !isNumber(b))
      fail(pos, "arrays do not compare as a whole", "use (a == b).all()");
    return false;
  }
  return a.same(b);
}

uint64_t hashOf(const Value &value, Pos pos, int depth) {
  if (depth > 100)
    fail(pos, "a key nested more than 100 deep");
  auto number = plainNumber(value);
  if (auto *i = std::get_if<int64_t>(&number))
    return std::hash<int64_t>()(*i);
  if (auto *d = std::get_if<double>(&number)) {
    auto whole = *d >= -0x1p63 && *d < 0x1p63 ? static_cast<int64_t>(*d) : 0;
    return equalIntReal(whole, *d) ? std::hash<int64_t>()(whole) : std::hash<double>()(*d);
  }
  if (auto *s = value.asStr())
    return std::hash<std::string>()(*s);
  if (auto *tuple = value.get<Tuple>()) {
    uint64_t hash = 0x9e3779b97f4a7c15u;
    for (const Value &item : tuple->items)
      hash = (hash ^ hashOf(item, pos, depth + 1)) * 0x100000001b3u;
    return hash;
  }
  if (value.get<List>() || value.get<Dict>() || value.get<Set>() || value.get<NdArray>())
    fail(pos, describeType(value) + " cannot be a key or an element of a set", "use a tuple");
  return std::hash<const void *>()(value.anyObject());
}

int64_t strLength(std::string_view text) {
  int64_t length = 0;
  for (char c : text)
    length += (c & 0xc0) != 0x80;
  return length;
}

size_t strOffset(std::string_view text, int64_t i) {
  size_t at = 0;
  for (; i > 0 && at < text.size(); --i)
    at += utf8Length(static_cast<unsigned char>(text[at]));
  return at;
}

int64_t toInt(const Value &value, const std::string &what, Pos pos) {
  auto number = plainNumber(value);
  if (auto *i = std::get_if<int64_t>(&number))
    return *i;
  fail(pos, what + " must be an int, got " + describeType(value),
       value.asReal() ? "convert it with int(...)" : "");
}

double toReal(const Value &value, const std::string &what, Pos pos) {
  auto number = plainNumber(value);
  if (auto *i = std::get_if<int64_t>(&number))
    return static_cast<double>(*i);
  if (auto *d = std::get_if<double>(&number))
    return *d;
  fail(pos, what + " must be a number, got " + describeType(value));
}

const std::string &toStr(const Value &value, const std::string &what, Pos pos) {
  if (auto *text = value.asStr())
    return *text;
  fail(pos, what + " must be a string, got " + describeType(value));
}

bool isNumber(const Value &value) { return plainNumber(value).index() != 0; }

void checkSize(int64_t count, int64_t itemBytes, Pos pos) {
  int64_t bytes;
  if (count < 0 || __builtin_mul_overflow(count, itemBytes, &bytes) || bytes > maxBytes)
    fail(pos, std::to_string(count) + " elements of " + std::to_string(itemBytes) +
                  " bytes are more than " + std::to_string(maxBytes >> 30) + " GiB");
}

} // namespace keratin::dsl
