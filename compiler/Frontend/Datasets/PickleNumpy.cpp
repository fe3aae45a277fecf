// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pickle machine: the globals with which numpy pickles arrays, dtypes and scalars.
#include "compiler/Frontend/Datasets/PickleReader.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/npy.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace keratin::datasets::pickle {

namespace {

/// numpy 2 renamed numpy.core.
std::string canonical(std::string_view module) {
  constexpr std::string_view renamed = "numpy._core";
  if (module.substr(0, renamed.size()) == renamed)
    return "numpy.core" + std::string(module.substr(renamed.size()));
  return std::string(module);
}

/// The bytes whose Latin-1 reading is this UTF-8 text: how Python 3 writes bytes in protocols 0
/// to 2.
std::string latin1(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xfe) == 0xc2 && i + 1 < text.size())
      c = static_cast<unsigned char>(c << 6 | (text[++i] & 0x3f));
    result += static_cast<char>(c);
  }
  return result;
}

} // namespace

void Reader::global(std::string_view module, std::string_view name) {
  static const char *const known[] = {"numpy.core.multiarray _reconstruct",
                                      "numpy.core.multiarray scalar",
                                      "numpy.core.numeric _frombuffer",
                                      "numpy ndarray",
                                      "numpy dtype",
                                      "_codecs encode",
                                      "__builtin__ bytes"};
  std::string text = canonical(module) + " " + std::string(name);
  if (std::find(std::begin(known), std::end(known), text) == std::end(known))
    fail("global " + std::string(module) + "." + std::string(name) +
         " is refused: data files may hold lists, numbers and arrays only");
  pushText(Kind::Global, text);
}

Value Reader::argument(const Object &tuple, size_t i, Kind kind) const {
  if (i >= tuple.items.size() || tuple.items[i].kind != kind)
    fail(std::string("malformed array: expected ") + describe(kind) + " as part " +
         std::to_string(i));
  return tuple.items[i];
}

const std::string &Reader::textOf(Value value) const {
  if (value.kind != Kind::Text && value.kind != Kind::Bytes)
    fail(std::string("malformed array: expected a string, found ") + describe(value.kind));
  return object(value).text;
}

std::vector<int64_t> Reader::shapeOf(Value tuple) const {
  std::vector<int64_t> shape;
  for (Value extent : object(tuple).items) {
    if (extent.kind != Kind::Int || extent.integer < 0)
      fail("malformed array: bad shape");
    shape.push_back(extent.integer);
  }
  return shape;
}

void Reader::reduce() {
  Value tuple = pop(), callable = pop();
  if (tuple.kind != Kind::Tuple || callable.kind != Kind::Global)
    fail("malformed: call of what is no global");
  // Copies: making the result may move the objects.
  std::string name = object(callable).text;
  Object arguments = object(tuple);
  stack.push_back(reduceNumpy(name, arguments));
}

Value Reader::reduceNumpy(const std::string &callable, const Object &arguments) {
  if (callable == "_codecs encode") {
    std::string encoded = latin1(object(argument(arguments, 0, Kind::Text)).text);
    Value result = make(Kind::Bytes);
    objects.back().text = std::move(encoded);
    return result;
  }
  if (callable == "__builtin__ bytes" && arguments.items.empty())
    return make(Kind::Bytes);
  if (callable == "numpy dtype") {
    if (arguments.items.empty())
      fail("malformed dtype");
    std::string type = textOf(arguments.items[0]);
    Value result = make(Kind::Type);
    objects.back().text = type;
    return result;
  }
  Object array;
  if (callable == "numpy.core.multiarray scalar") {
    array.type = argument(arguments, 0, Kind::Type);
    array.content = argument(arguments, 1, Kind::Bytes);
  } else if (callable == "numpy.core.numeric _frombuffer") {
    array.content = argument(arguments, 0, Kind::Bytes);
    array.type = argument(arguments, 1, Kind::Type);
    array.shape = shapeOf(argument(arguments, 2, Kind::Tuple));
    array.fortranOrder = arguments.items.size() > 3 && textOf(arguments.items[3]) == "F";
  } else if (callable != "numpy.core.multiarray _reconstruct") {
    fail("malformed: call of " + callable);
  }
  Value result = make(Kind::Array);
  objects.back() = std::move(array);
  return result;
}

/// BUILD gives a dtype its byte order, and an array its shape, dtype, order and elements.
void Reader::build() {
  Value state = pop(), target = top();
  if (state.kind != Kind::Tuple)
    fail("malformed: state is no tuple");
  const Object &parts = object(state);
  if (target.kind == Kind::Type) {
    if (parts.items.size() < 2)
      fail("malformed dtype");
    objects[target.index].text = textOf(parts.items[1]) + object(target).text;
    return;
  }
  if (target.kind != Kind::Array || parts.items.size() != 5)
    fail("malformed: state for what is no array");
  Object &array = objects[target.index];
  array.shape = shapeOf(argument(parts, 1, Kind::Tuple));
  array.type = argument(parts, 2, Kind::Type);
  Value fortran = parts.items[3];
  array.fortranOrder =
      (fortran.kind == Kind::Bool || fortran.kind == Kind::Int) && fortran.integer != 0;
  array.content = parts.items[4];
}

rt::Array Reader::numbers(Value value) const {
  const Object &array = object(value);
  if (array.type.kind != Kind::Type)
    throw UserError({what}, "malformed array: it has no dtype");
  // As a .npy image, whose reader knows types, byte orders and hostile sizes.
  const std::string &type = object(array.type).text;
  bool plain = std::all_of(type.begin(), type.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("<>|=", c);
  });
  if (!plain || array.content.kind != Kind::Bytes)
    throw UserError({what}, "expected an array of numbers, found one of objects");
  std::string header = "{'descr': '" + type +
                       "', 'fortran_order': " + (array.fortranOrder ? "True" : "False") +
                       ", 'shape': (";
  for (int64_t extent : array.shape)
    header += std::to_string(extent) + ",";
  header += ")}";
  auto size = static_cast<uint32_t>(header.size());
  std::string image("\x93NUMPY\x02\x00", 8);
  for (int shift = 0; shift < 32; shift += 8)
    image += static_cast<char>(size >> shift);
  try {
    return rt::parseNpyArray(image + header + object(array.content).text, what);
  } catch (const rt::Error &e) {
    throw toUserError(e);
  }
}

} // namespace keratin::datasets::pickle
