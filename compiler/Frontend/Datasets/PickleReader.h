// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pickle machine behind unpickleSequences: a stack, a memo, and a short list of what may be
// built.
#pragma once

#include "keratin/array.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keratin::datasets::pickle {

enum class Kind : uint8_t {
  None,
  Bool,
  Int,
  Float, // held in the value itself
  Bytes,
  Text,
  Tuple,
  List,
  Global,
  Type,
  Array // an index into the reader's objects
};
/// "a list"
const char *describe(Kind kind);

struct Value {
  Kind kind = Kind::None;
  union {
    int64_t integer = 0;
    double number;
    size_t index;
  };
};

/// What a value with an index stands for. Which fields count depends on the kind.
struct Object {
  std::string text;           ///< Bytes, Text; Global: "numpy ndarray"; Type: numpy's "<i8"
  std::vector<int32_t> ints;  ///< List: its items as long as all are small ints (the common case)
  std::vector<Value> items;   ///< List, Tuple otherwise
  std::vector<int64_t> shape; ///< Array
  Value type;                 ///< Array: a Type
  Value content;              ///< Array: Bytes, or a List of objects
  bool fortranOrder = false;  ///< Array
};

/// Runs one pickle, protocols 0 to 5. Throws UserError on anything but lists, tuples, numbers,
/// strings and numpy arrays; the few globals it knows are cases of its own, nothing is ever
/// imported or called.
class Reader {
public:
  Reader(std::string_view bytes, const std::string &what) : bytes(bytes), what(what) {}

  /// The object that the pickle stands for.
  Value read();
  const Object &object(Value value) const { return objects[value.index]; }
  /// An array of numbers, as numpy would have it.
  rt::Array numbers(Value array) const;

private:
  [[noreturn]] void fail(const std::string &message) const;
  std::string_view take(size_t count);
  std::string_view line();
  uint64_t unsignedInteger(size_t width);

  Value make(Kind kind);
  void pushText(Kind kind, std::string_view text);
  void pushInt(int64_t value, Kind kind = Kind::Int);
  void pushTuple(size_t count);
  Value pop();
  Value top() const;
  size_t popMark(); ///< how many values lie above it
  void append(size_t count);
  void recall(uint64_t key);

  bool step(unsigned char opcode); ///< true for STOP
  bool stepText(unsigned char opcode);
  bool stepBinary(unsigned char opcode);
  void longInteger(size_t width);
  void decimal(std::string_view text);
  void quoted(std::string_view text);

  // PickleNumpy.cpp: what globals stand for
  void global(std::string_view module, std::string_view name);
  void reduce();
  void build();
  Value reduceNumpy(const std::string &callable, const Object &arguments);
  Value argument(const Object &tuple, size_t i, Kind kind) const;
  const std::string &textOf(Value value) const;
  std::vector<int64_t> shapeOf(Value tuple) const;

  std::string_view bytes;
  const std::string &what;
  size_t position = 0;
  std::vector<Value> stack;
  std::vector<size_t> marks; ///< sizes of the stack
  std::vector<Object> objects;
  std::unordered_map<uint64_t, Value> memo;
};

} // namespace keratin::datasets::pickle
