// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A restricted unpickler: https://docs.python.org/3/library/pickletools.html lists the opcodes.
#include "compiler/Frontend/Datasets/Pickle.h"
#include "compiler/Frontend/Datasets/PickleReader.h"
#include "compiler/Support/Diagnostic.h"

namespace keratin::datasets {

namespace {

/// Turns one element of the object array into a row of ints.
class RowBuilder {
public:
  RowBuilder(const pickle::Reader &reader, const std::string &what, size_t pickleBytes)
      : reader(reader), what(what), budget(16 * static_cast<int64_t>(pickleBytes)) {}

  std::vector<int32_t> build(pickle::Value value, size_t i) {
    place = "element " + std::to_string(i);
    std::vector<int32_t> row;
    if (value.kind == pickle::Kind::List || value.kind == pickle::Kind::Tuple) {
      const pickle::Object &list = reader.object(value);
      row = list.ints;
      for (pickle::Value item : list.items)
        row.push_back(integer(item));
    } else if (value.kind == pickle::Kind::Array) {
      rt::Array array = reader.numbers(value);
      for (int64_t k = 0; k < array.size(); ++k)
        row.push_back(narrow(array.at(k)));
    } else {
      fail("expected a list of ints, found " + std::string(pickle::describe(value.kind)));
    }
    // Rows may be shared within the pickle; a small file must not grow without bound.
    budget -= static_cast<int64_t>(row.size());
    if (budget < 0)
      fail("absurdly many elements for the size of the file");
    return row;
  }

private:
  [[noreturn]] void fail(const std::string &message) const {
    throw UserError({what}, place + ": " + message);
  }
  int32_t integer(pickle::Value value) const {
    if (value.kind == pickle::Kind::Int || value.kind == pickle::Kind::Bool)
      return narrow(static_cast<double>(value.integer));
    if (value.kind == pickle::Kind::Array && reader.numbers(value).size() == 1) // a numpy scalar
      return narrow(reader.numbers(value).at(0));
    fail("expected an int, found " + std::string(pickle::describe(value.kind)));
  }
  int32_t narrow(double value) const {
    if (!(value >= INT32_MIN && value <= INT32_MAX) ||
        value != static_cast<double>(static_cast<int32_t>(value)))
      fail("expected an int of 32 bits, found " + std::to_string(value));
    return static_cast<int32_t>(value);
  }

  const pickle::Reader &reader;
  const std::string &what;
  int64_t budget;
  std::string place;
};

} // namespace

Sequences unpickleSequences(const rt::ObjectArray &array, const std::string &what) {
  pickle::Reader reader(array.pickle, what);
  pickle::Value root = reader.read();
  pickle::Value list = root;
  if (root.kind == pickle::Kind::Array)
    list = reader.object(root).content;
  if (list.kind != pickle::Kind::List)
    throw UserError({what}, "expected an array of lists, found " +
                                std::string(pickle::describe(root.kind)));
  const pickle::Object &content = reader.object(list);
  int64_t expected = 1;
  for (int64_t extent : array.shape)
    expected *= extent;
  auto found = static_cast<int64_t>(content.items.size() + content.ints.size());
  if (array.shape.size() != 1 || found != expected)
    throw UserError({what}, "expected " + std::to_string(expected) + " lists, found " +
                                std::to_string(found));
  if (!content.ints.empty())
    throw UserError({what}, "expected lists of ints, found ints");
  RowBuilder builder(reader, what, array.pickle.size());
  Sequences result;
  for (size_t i = 0; i < content.items.size(); ++i)
    result.rows.push_back(builder.build(content.items[i], i));
  return result;
}

} // namespace keratin::datasets
