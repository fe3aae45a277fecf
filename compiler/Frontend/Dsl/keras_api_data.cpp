// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pad_sequences, lists of sequences, and keras.utils.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"

#include <algorithm>

namespace keratin::dsl {

namespace {

datasets::PadArguments padArguments(const Call &call) {
  datasets::PadArguments arguments;
  if (call.has("maxlen")) {
    arguments.maxLength = call.integer("maxlen", 0);
    if (*arguments.maxLength < 0)
      fail(call.at("maxlen"), "maxlen is negative");
  }
  if (call.has("dtype"))
    arguments.dtype = toDType(call.value("dtype"), call.at("dtype"));
  auto side = [&](const char *name, std::string &value) {
    value = call.str(name, "pre");
    if (value != "pre" && value != "post")
      fail(call.at(name),
           std::string(name) + " must be \"pre\" or \"post\", got \"" + value + "\"");
  };
  side("padding", arguments.padding);
  side("truncating", arguments.truncating);
  arguments.value = call.real("value", 0);
  return arguments;
}

Value pad(Call &call) {
  datasets::PadArguments arguments = padArguments(call);
  const Value &value = call.value("sequences");
  Pos pos = call.at("sequences");
  auto sized = [&](size_t rows, size_t longest) {
    auto columns = arguments.maxLength.value_or(static_cast<int64_t>(longest));
    checkSize(static_cast<int64_t>(rows), std::max<int64_t>(columns, 1) * 8, pos);
  };
  if (auto *array = value.get<SequenceArray>()) {
    size_t longest = 0;
    for (auto &row : array->sequences.rows)
      longest = std::max(longest, row.size());
    sized(array->sequences.rows.size(), longest);
    return Value::object(fromRuntime(datasets::padSequences(array->sequences, arguments)));
  }
  datasets::Sequences whole;
  std::vector<std::vector<double>> real;
  bool integral = true;
  size_t longest = 0;
  for (const Value &row : call.interpreter.elements(value, pos)) {
    if (isNumber(row) || row.asStr())
      fail(pos, "pad_sequences needs a list of sequences, got a list with " + describeType(row));
    std::vector<double> numbers;
    for (const Value &item : call.interpreter.elements(row, pos)) {
      double number = toReal(item, "an element of a sequence", pos);
      integral = integral && !item.asReal() && number >= INT32_MIN && number <= INT32_MAX &&
                 !(item.get<NdArray>() && isReal(item.get<NdArray>()->dtype));
      numbers.push_back(number);
    }
    longest = std::max(longest, numbers.size());
    real.push_back(std::move(numbers));
  }
  sized(real.size(), longest);
  if (!integral)
    return Value::object(fromRuntime(datasets::padSequences(real, arguments)));
  for (auto &row : real)
    whole.rows.emplace_back(row.begin(), row.end());
  return Value::object(fromRuntime(datasets::padSequences(whole, arguments)));
}

/// One-hot rows, float64 as Keras makes them.
Value toCategorical(Call &call) {
  ArrayRef labels = toArray(call.value("x"), call.at("x"), {});
  Dims shape = labels->shape;
  if (shape.size() > 1 && shape.back() == 1)
    shape.pop_back();
  int64_t highest = -1;
  labels->forEach([&](int64_t at) {
    Number n = labels->number(at);
    int64_t label = n.isReal ? static_cast<int64_t>(std::clamp(n.real, -1.0, 1e9)) : n.integer;
    if (label < 0)
      fail(call.at("x"), "class labels must be 0 or more");
    highest = std::max(highest, label);
  });
  int64_t classes = call.has("num_classes") ? call.integer("num_classes", 0) : highest + 1;
  if (highest >= classes)
    fail(call.at("x"), "label " + std::to_string(highest) + " is not below num_classes " +
                           std::to_string(classes));
  shape.push_back(classes);
  ArrayRef result = makeArray(rt::DType::Float64, shape, call.pos);
  int64_t row = 0;
  labels->forEach([&](int64_t at) {
    Number n = labels->number(at);
    result->store(row++ * classes + (n.isReal ? static_cast<int64_t>(n.real) : n.integer),
                  Number::ofInt(1));
  });
  return Value::object(result);
}

Value setSeed(Call &call, bool numpyToo) {
  int64_t seed = call.integer("seed", 0);
  if (seed < 0 || seed > UINT32_MAX)
    fail(call.at("seed"), "the seed must be an int from 0 to 2**32 - 1");
  ScriptState &state = call.interpreter.state;
  if (numpyToo)
    state.random.seed(static_cast<uint32_t>(seed));
  state.options.run.seed = static_cast<uint64_t>(seed);
  state.options.run.seedGiven = true;
  return {};
}

} // namespace

Value SequenceArray::row(int64_t i) const {
  std::vector<Value> items;
  for (int32_t id : sequences.rows[i])
    items.push_back(Value::integer(id));
  return Value::list(std::move(items));
}

Value SequenceArray::subscript(const Value &index, Pos pos) const {
  auto *slice = index.get<Slice>();
  if (!slice && (index.get<NdArray>() || index.get<List>()) && !isNumber(index)) {
    datasets::Sequences chosen;
    ArrayRef rows = toArray(index, pos);
    int64_t i = 0;
    rows->forEach([&](int64_t at) {
      Number n = rows->number(at);
      if (n.isReal)
        fail(pos, "an array used as an index must hold integers or bools");
      bool mask = rows->dtype == rt::DType::Bool;
      if (mask && rows->size() != sequences.size())
        fail(pos, "a mask over " + std::to_string(sequences.size()) + " rows has as many elements");
      if (!mask)
        chosen.rows.push_back(sequences.rows[resolveIndex(Value::integer(n.integer),
                                                          sequences.size(), "array", pos)]);
      else if (n.isTrue())
        chosen.rows.push_back(sequences.rows[i]);
      ++i;
    });
    return Value::make<SequenceArray>(std::move(chosen));
  }
  if (!slice)
    return row(resolveIndex(index, sequences.size(), "array", pos));
  SliceRange range = resolveSlice(*slice, sequences.size(), pos);
  datasets::Sequences part;
  for (int64_t i = 0; i < range.count; ++i)
    part.rows.push_back(sequences.rows[range.start + i * range.step]);
  return Value::make<SequenceArray>(std::move(part));
}

void addSequencesMethods(TypeTable &table) {
  table.property(
      "shape",
      [](const Value &value, Interpreter &, Pos) {
        return shapeTuple({value.get<SequenceArray>()->sequences.size()});
      },
      "tuple");
  table.property(
      "size",
      [](const Value &value, Interpreter &, Pos) {
        return Value::integer(value.get<SequenceArray>()->sequences.size());
      },
      "int");
  table.property(
      "dtype", [](const Value &, Interpreter &, Pos) { return Value::str("object"); }, "str");
  table.property(
      "ndim", [](const Value &, Interpreter &, Pos) { return Value::integer(1); }, "int");
}

void addKerasData(Module &sequence, Module &utils) {
  sequence.function("pad_sequences",
                    "sequences, maxlen=, dtype=, padding=, truncating=, value=", pad, "ndarray");
  utils.members["pad_sequences"] = sequence.members["pad_sequences"];
  utils.function("to_categorical", "x|y, num_classes|nb_classes=", toCategorical, "ndarray");
  utils.function(
      "set_random_seed", "seed", [](Call &call) { return setSeed(call, true); }, "NoneType");
  utils.function(
      "set_backend_seed", "seed", [](Call &call) { return setSeed(call, false); }, "NoneType");
  utils.function(
      "clear_session", "free_memory=",
      [](Call &call) -> Value {
        call.interpreter.state.names.clear();
        return {};
      },
      "NoneType");
}

} // namespace keratin::dsl
