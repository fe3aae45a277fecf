// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's functions that make, load or put together arrays, and its types and constants.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/operators.h"
#include "keratin/csv.hpp"
#include "keratin/npy.hpp"

#include <cmath>

namespace keratin::dsl {

using rt::DType;

namespace {

DType dtypeArg(const Call &call, DType otherwise) {
  return call.has("dtype") ? toDType(call.value("dtype"), call.at("dtype")) : otherwise;
}

Value filled(const Call &call, DType dtype, Number value) {
  ArrayRef array =
      makeArray(dtype, toShape(call.value("shape"), "shape", call.at("shape")), call.at("shape"));
  if (value.isTrue())
    for (int64_t i = 0; i < array->size(); ++i)
      array->store(i, value);
  return Value::object(array);
}

Value filledLike(const Call &call, Number value) {
  ArrayRef model = toArray(call.value("a"), call.at("a"));
  ArrayRef array = makeArray(dtypeArg(call, model->dtype), model->shape, call.pos);
  for (int64_t i = 0; i < array->size(); ++i)
    array->store(i, value);
  return Value::object(array);
}

Value full(Call &call) {
  ArrayRef value = toArray(call.value("fill_value"), call.at("fill_value"));
  if (value->size() != 1)
    fail(call.at("fill_value"), "fill_value must be a number");
  return filled(call, dtypeArg(call, value->dtype), value->number(value->offset));
}

Value makeNdArray(Call &call, bool copy) {
  Value object = call.value("object");
  if (auto *iterator = object.get<Iterator>(); iterator || object.get<Set>())
    fail(call.at("object"), "an array cannot be made of " + describeType(object),
         "convert it to a list first");
  if (auto *list = object.get<List>(); list && !list->items.empty() && list->items[0].asStr())
    fail(call.at("object"), "arrays of strings are not supported");
  std::optional<DType> dtype;
  if (call.has("dtype"))
    dtype = toDType(call.value("dtype"), call.at("dtype"));
  ArrayRef array = toArray(object, call.at("object"), dtype);
  if (copy && object.get<NdArray>() == array.get())
    array = fromRuntime(toRuntime(*array));
  return Value::object(array);
}

Value arange(Call &call) {
  bool two = call.given("stop");
  auto bound = [&](const char *name, int64_t otherwise) {
    return call.has(name) ? call.value(name) : Value::integer(otherwise);
  };
  Value start = two ? call.value("start") : Value::integer(0),
        stop = two ? call.value("stop") : call.value("start");
  Value step = bound("step", 1);
  bool whole = start.asInt() && stop.asInt() && step.asInt();
  double first = toReal(start, "arange's bound", call.pos),
         last = toReal(stop, "arange's bound", call.pos);
  double by = toReal(step, "arange's step", call.at("step"));
  if (by == 0)
    fail(call.at("step"), "arange's step is 0");
  double count = std::ceil((last - first) / by);
  if (!(count < 1e12))
    fail(call.pos, "arange would be too long");
  int64_t n = whole ? Range(*start.asInt(), *stop.asInt(), *step.asInt()).size()
                    : static_cast<int64_t>(std::max(count, 0.0));
  ArrayRef array = makeArray(dtypeArg(call, whole ? DType::Int64 : DType::Float64), {n}, call.pos);
  // As numpy: the second element's rounded difference is the step.
  double difference = (first + by) - first;
  for (int64_t i = 0; i < n; ++i)
    array->store(i, whole ? Number::ofInt(*start.asInt() + i * *step.asInt())
                          : Number::ofReal(i == 1 ? first + by
                                                  : first + static_cast<double>(i) * difference));
  return Value::object(array);
}

Value linspace(Call &call) {
  double start = call.real("start", 0), stop = call.real("stop", 0);
  int64_t n = call.integer("num", 50);
  if (n < 0)
    fail(call.at("num"), "linspace's number of elements is negative");
  ArrayRef array = makeArray(dtypeArg(call, DType::Float64), {n}, call.pos);
  double step = n > 1 ? (stop - start) / static_cast<double>(n - 1) : 0;
  for (int64_t i = 0; i < n; ++i)
    array->store(
        i, Number::ofReal(n > 1 && i == n - 1 ? stop : start + static_cast<double>(i) * step));
  return Value::object(array);
}

/// Joins arrays along an axis; all must have the same rank and, elsewhere, the same dimensions.
Value joinArrays(const std::vector<ArrayRef> &arrays, int64_t axis, Pos pos) {
  Dims shape = arrays[0]->shape;
  DType dtype = arrays[0]->dtype;
  for (size_t i = 1; i < arrays.size(); ++i) {
    Dims other = arrays[i]->shape;
    bool fits = other.size() == shape.size();
    for (size_t d = 0; fits && d < shape.size(); ++d)
      fits = static_cast<int64_t>(d) == axis || other[d] == shape[d];
    if (!fits)
      fail(pos, "arrays of shapes " + shapeText(arrays[0]->shape) + " and " + shapeText(other) +
                    " cannot be joined along axis " + std::to_string(axis));
    shape[axis] += other[axis];
    dtype = promote(dtype, arrays[i]->dtype);
  }
  ArrayRef result = makeArray(dtype, shape, pos);
  int64_t begin = 0;
  for (const ArrayRef &array : arrays) {
    NdArray part(dtype, result->storage, begin * result->strides[axis], array->shape,
                 result->strides);
    std::vector<int64_t> to;
    part.forEach([&](int64_t at) { to.push_back(at); });
    size_t i = 0;
    array->forEach([&](int64_t at) { result->store(to[i++], array->number(at)); });
    begin += array->shape[axis];
  }
  return Value::object(result);
}

std::vector<ArrayRef> arraysOf(Call &call) {
  std::vector<ArrayRef> arrays;
  for (const Value &item : call.interpreter.elements(call.value("arrays"), call.at("arrays")))
    arrays.push_back(toArray(item, call.at("arrays")));
  if (arrays.empty())
    fail(call.at("arrays"), "there is nothing to join");
  return arrays;
}

Value concatenate(Call &call) {
  std::vector<Value> items = call.interpreter.elements(call.value("arrays"), call.at("arrays"));
  if (!items.empty() && items[0].get<SequenceArray>()) {
    datasets::Sequences all;
    for (const Value &item : items) {
      auto *rows = item.get<SequenceArray>();
      if (!rows)
        fail(call.at("arrays"), "sequences are joined with sequences only");
      all.rows.insert(all.rows.end(), rows->sequences.rows.begin(), rows->sequences.rows.end());
    }
    return Value::make<SequenceArray>(std::move(all));
  }
  std::vector<ArrayRef> arrays = arraysOf(call);
  if (arrays[0]->rank() == 0)
    fail(call.at("arrays"), "arrays without dimensions cannot be joined");
  int64_t axis =
      call.has("axis") ? toAxis(call.value("axis"), arrays[0]->rank(), call.at("axis")) : 0;
  return joinArrays(arrays, axis, call.at("arrays"));
}

Value stack(Call &call, bool vertical) {
  std::vector<ArrayRef> arrays = arraysOf(call);
  for (ArrayRef &array : arrays) {
    if (array->rank() == 0)
      array = reshape(array, {1}, call.pos);
    if (vertical && array->rank() == 1)
      array = reshape(array, {1, array->shape[0]}, call.pos);
  }
  return joinArrays(arrays, vertical || arrays[0]->rank() == 1 ? 0 : 1, call.at("arrays"));
}

Value expandDims(Call &call) {
  ArrayRef array = toArray(call.value("a"), call.at("a"));
  int64_t axis = toAxis(call.value("axis"), array->rank() + 1, call.at("axis"));
  Dims shape = array->shape, strides = array->strides;
  shape.insert(shape.begin() + axis, 1);
  strides.insert(strides.begin() + axis, 0);
  return Value::make<NdArray>(array->dtype, array->storage, array->offset, std::move(shape),
                              std::move(strides));
}

Value load(Call &call) {
  const std::string path = call.str("file", "");
  auto hasSuffix = [&](const char *suffix) {
    size_t length = std::string_view(suffix).size();
    return path.size() > length && path.compare(path.size() - length, length, suffix) == 0;
  };
  if (hasSuffix(".npz"))
    return Value::object(std::make_shared<Archive>(path));
  if (hasSuffix(".npy"))
    return Value::object(fromRuntime(rt::readNpy(path)));
  fail(call.at("file"), "numpy.load reads .npy and .npz files, got \"" + path + "\"",
       "text is read with numpy.loadtxt");
}

Value loadText(Call &call) {
  std::string delimiter = call.str("delimiter", " ");
  if (delimiter.size() != 1)
    fail(call.at("delimiter"), "the delimiter must be one character");
  rt::CsvOptions options;
  options.delimiter = delimiter[0];
  options.header = rt::CsvOptions::Header::No;
  options.skipRows = call.integer("skiprows", 0);
  if (call.value("usecols").asInt())
    options.useColumns = {call.integer("usecols", 0)};
  else if (call.has("usecols"))
    for (const Value &column : call.interpreter.elements(call.value("usecols"), call.at("usecols")))
      options.useColumns.push_back(toInt(column, "column", call.at("usecols")));
  ArrayRef table = fromRuntime(rt::readCsv(call.str("fname", ""), options).values);
  if (table->rank() == 2 && (table->shape[0] == 1 || table->shape[1] == 1)) // as loadtxt squeezes
    table = reshape(table, {table->size()}, call.pos);
  DType dtype = dtypeArg(call, DType::Float64);
  return Value::object(dtype == DType::Float64 ? table : castArray(*table, dtype, call.pos));
}

Value eye(Call &call) {
  int64_t n = call.integer("N", 0);
  ArrayRef array = makeArray(dtypeArg(call, DType::Float64), {n, n}, call.pos);
  for (int64_t i = 0; i < n; ++i)
    array->store(i * n + i, Number::ofInt(1));
  return Value::object(array);
}

void addTypes(Module &numpy) {
  for (const char *name : {"bool_", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
                           "uint64", "float32", "float64"}) {
    auto type = std::make_shared<Native>(
        name, "value=",
        [name = std::string(name)](Call &call) {
          DType dtype = *dtypeOf(Value::str(name));
          Value value = call.given("value") ? call.value("value") : Value::integer(0);
          return arrayValue(castArray(*toArray(value, call.at("value")), dtype, call.pos));
        },
        "ndarray");
    type->isType = true;
    numpy.members[name] = Value::object(type);
  }
  numpy.members["float"] = numpy.members["double"] = numpy.members["float64"];
  numpy.members["int"] = numpy.members["int64"];
  numpy.members["bool"] = numpy.members["bool_"];
}

} // namespace

void addNumpy(Module &numpy) {
  addTypes(numpy);
  numpy.function(
      "array", "object, dtype=", [](Call &call) { return makeNdArray(call, true); }, "ndarray");
  numpy.function(
      "asarray", "object, dtype=", [](Call &call) { return makeNdArray(call, false); }, "ndarray");
  numpy.function(
      "zeros", "shape, dtype=",
      [](Call &call) { return filled(call, dtypeArg(call, DType::Float64), Number::ofInt(0)); },
      "ndarray");
  numpy.function(
      "ones", "shape, dtype=",
      [](Call &call) { return filled(call, dtypeArg(call, DType::Float64), Number::ofInt(1)); },
      "ndarray");
  numpy.function("full", "shape, fill_value, dtype=", full, "ndarray");
  numpy.function(
      "zeros_like", "a, dtype=", [](Call &call) { return filledLike(call, Number::ofInt(0)); },
      "ndarray");
  numpy.function(
      "ones_like", "a, dtype=", [](Call &call) { return filledLike(call, Number::ofInt(1)); },
      "ndarray");
  numpy.function("arange", "start, stop=, step=, dtype=", arange, "ndarray");
  numpy.function("linspace", "start, stop, num=, dtype=", linspace, "ndarray");
  numpy.function("eye", "N, dtype=", eye, "ndarray");
  numpy.function("concatenate", "arrays, axis=", concatenate);
  numpy.function("vstack", "arrays", [](Call &call) { return stack(call, true); }, "ndarray");
  numpy.function("hstack", "arrays", [](Call &call) { return stack(call, false); }, "ndarray");
  numpy.function("expand_dims", "a, axis", expandDims, "ndarray");
  numpy.function("load", "file, allow_pickle=", load);
  numpy.function("loadtxt", "fname, dtype=, delimiter=, skiprows=, usecols=", loadText, "ndarray");
  numpy.members["newaxis"] = Value();
  numpy.members["pi"] = Value::real(3.14159265358979323846);
  numpy.members["e"] = Value::real(2.71828182845904523536);
  numpy.members["inf"] = Value::real(INFINITY);
  numpy.members["nan"] = Value::real(NAN);
}

} // namespace keratin::dsl
