// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of a running script, with Python's meaning of truth, equality and hashing.
#pragma once

#include "compiler/Frontend/Dsl/source.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace keratin::dsl {

enum class ObjectKind {
  Str,
  List,
  Tuple,
  Dict,
  Set,
  Range,
  Slice,
  Ellipsis,
  Iterator,
  Function,
  Native,
  BoundMethod,
  Module,
  Array,
  Sequences,
  Archive,
  Tokenizer,
  KerasClass,
  KerasObject,
  Layer,
  Tensor,
  Model,
  Callback,
  History,
  Skipped
};

/// Whatever does not fit into a Value itself. Shared, as in Python.
struct Object {
  explicit Object(ObjectKind kind) : kind(kind) {}
  virtual ~Object() = default;
  const ObjectKind kind;
};

class Value {
public:
  Value() = default; ///< None
  static Value boolean(bool b) { return Value(Data(b)); }
  static Value integer(int64_t i) { return Value(Data(i)); }
  static Value real(double d) { return Value(Data(d)); }
  static Value str(std::string text);
  static Value list(std::vector<Value> items);
  static Value tuple(std::vector<Value> items);
  template <typename T> static Value object(std::shared_ptr<T> object) {
    return Value(Data(std::shared_ptr<Object>(std::move(object))));
  }
  template <typename T, typename... Args> static Value make(Args &&...args) {
    return object(std::make_shared<T>(std::forward<Args>(args)...));
  }

  bool isNone() const { return data.index() == 0; }
  const bool *asBool() const { return std::get_if<bool>(&data); }
  const int64_t *asInt() const { return std::get_if<int64_t>(&data); }
  const double *asReal() const { return std::get_if<double>(&data); }
  const std::string *asStr() const;
  /// The object if it is of this type, else null.
  template <typename T> T *get() const {
    auto *ref = std::get_if<std::shared_ptr<Object>>(&data);
    return ref && (*ref)->kind == T::objectKind ? static_cast<T *>(ref->get()) : nullptr;
  }
  template <typename T> std::shared_ptr<T> share() const {
    return get<T>() ? std::static_pointer_cast<T>(std::get<std::shared_ptr<Object>>(data))
                    : nullptr;
  }
  const Object *anyObject() const {
    auto *ref = std::get_if<std::shared_ptr<Object>>(&data);
    return ref ? ref->get() : nullptr;
  }
  /// Python's `is`.
  bool same(const Value &other) const { return data == other.data; }

private:
  using Data = std::variant<std::monostate, bool, int64_t, double, std::shared_ptr<Object>>;
  explicit Value(Data data) : data(std::move(data)) {}
  Data data;
};

struct Str : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Str;
  explicit Str(std::string text) : Object(objectKind), text(std::move(text)) {}
  const std::string text; ///< UTF-8
};

/// Holds other values and lets go of them without recursion, however deep they are nested.
struct Container : Object {
  using Object::Object;
  static void release(std::vector<Value> &&values);
};

struct List : Container {
  static constexpr ObjectKind objectKind = ObjectKind::List;
  explicit List(std::vector<Value> items = {}) : Container(objectKind), items(std::move(items)) {}
  ~List() override { release(std::move(items)); }
  std::vector<Value> items;
};

struct Tuple : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Tuple;
  explicit Tuple(std::vector<Value> items = {}) : Container(objectKind), items(std::move(items)) {}
  ~Tuple() override { release(std::move(items)); }
  std::vector<Value> items;
};

/// Keys in order of insertion, found by hash. Set uses it with values of None.
class HashTable {
public:
  size_t size() const { return entries.size(); }
  const std::vector<std::pair<Value, Value>> &items() const { return entries; }
  /// Throw at `pos` where the key is unhashable.
  const Value *find(const Value &key, Pos pos) const;
  void insert(const Value &key, Value value, Pos pos);
  bool erase(const Value &key, Pos pos);
  void clear();
  std::vector<Value> releaseValues();
  /// How often it was written to.
  uint64_t changes() const { return writes; }

private:
  size_t locate(const Value &key, Pos pos) const; ///< index, or size() if absent
  std::vector<std::pair<Value, Value>> entries;
  std::unordered_multimap<uint64_t, size_t> byHash;
  uint64_t writes = 0;
};

struct Dict : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Dict;
  Dict() : Container(objectKind) {}
  ~Dict() override { release(table.releaseValues()); }
  HashTable table;
};

struct Set : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Set;
  Set() : Container(objectKind) {}
  ~Set() override { release(table.releaseValues()); }
  HashTable table;
};

struct Range : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Range;
  Range(int64_t start, int64_t stop, int64_t step)
      : Object(objectKind), start(start), stop(stop), step(step) {}
  int64_t start, stop, step;
  int64_t size() const;
  int64_t at(int64_t i) const { return start + i * step; }
};

struct Slice : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Slice;
  Slice(Value lower, Value upper, Value step)
      : Container(objectKind), lower(std::move(lower)), upper(std::move(upper)),
        step(std::move(step)) {}
  Value lower, upper, step; ///< None where left out
};

/// A slice applied to a sequence: element k is start + k·step, for k < count.
struct SliceRange {
  int64_t start, step, count;
};
SliceRange resolveSlice(const Slice &slice, int64_t length, Pos pos);
/// A Python index, negative ones from the end. Throws `what` index out of range.
int64_t resolveIndex(const Value &index, int64_t length, const char *what, Pos pos);

struct EllipsisObject : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Ellipsis;
  EllipsisObject() : Object(objectKind) {}
};

/// What iter() gives: values one after another.
struct Iterator : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Iterator;
  explicit Iterator(const char *typeName) : Container(objectKind), typeName(typeName) {}
  const char *typeName; ///< "zip", "enumerate", …
  virtual bool next(Value &value) = 0;
};

/// Python's name of the type: "int", "ndarray".
std::string typeName(const Value &value);
/// "an int", "a list", for messages.
std::string describeType(const Value &value);

bool isTrue(const Value &value, Pos pos);
/// Python's ==, except for arrays, which compare elementwise (operators.h).
bool equal(const Value &a, const Value &b, Pos pos, int depth = 0);
uint64_t hashOf(const Value &value, Pos pos, int depth = 0);

/// Number of characters.
int64_t strLength(std::string_view text);
/// Byte offset of character i.
size_t strOffset(std::string_view text, int64_t i);

/// An int, or a bool or numpy integer standing for one. Throws "WHAT must be an int, got a str".
int64_t toInt(const Value &value, const std::string &what, Pos pos);
/// A number of any kind.
double toReal(const Value &value, const std::string &what, Pos pos);
const std::string &toStr(const Value &value, const std::string &what, Pos pos);
bool isNumber(const Value &value); ///< bool, int, float or numpy scalar

/// Largest list, string or array in bytes that a script may make in one go.
constexpr int64_t maxBytes = int64_t(1) << 32;
/// Refuses what would exceed maxBytes.
void checkSize(int64_t count, int64_t itemBytes, Pos pos);

} // namespace keratin::dsl
