// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays of scripts: storage, conversion from and to other values, element types.
#include "compiler/Frontend/Dsl/ndarray.h"

#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/native.h"

#include <cmath>

namespace keratin::dsl {

using rt::DType;

int64_t NdArray::size() const {
  int64_t n = 1;
  for (int64_t d : shape)
    n *= d;
  return n;
}

namespace {

/// Truncation toward zero; what does not fit becomes the lowest int64, as on x86-64.
int64_t truncated(double d) {
  return d >= -0x1p63 && d < 0x1p63 ? static_cast<int64_t>(d) : INT64_MIN;
}

Dims rowMajor(const Dims &shape) {
  Dims strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<int64_t>(shape[i], 1);
  }
  return strides;
}

} // namespace

Number NdArray::number(int64_t at) const {
  return rt::withElementType(dtype, [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    T value = storage->data<T>()[at];
    if constexpr (std::is_floating_point_v<T>)
      return Number::ofReal(static_cast<double>(value));
    else
      return Number::ofInt(static_cast<int64_t>(value));
  });
}

void NdArray::store(int64_t at, Number value) {
  rt::withElementType(dtype, [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    T &element = storage->data<T>()[at];
    if constexpr (std::is_same_v<T, bool>)
      element = value.isTrue();
    else if constexpr (std::is_floating_point_v<T>)
      element = static_cast<T>(value.asReal());
    else
      element = static_cast<T>(value.isReal ? truncated(value.real) : value.integer);
  });
}

ArrayRef makeArray(DType dtype, Dims shape, Pos pos) {
  int64_t count = 1;
  auto tooLarge = [&] {
    fail(pos, "an array of shape " + shapeText(shape) + " is larger than " +
                  std::to_string(maxBytes >> 30) + " GiB");
  };
  if (shape.size() > 32)
    fail(pos, "arrays have at most 32 dimensions, got " + std::to_string(shape.size()));
  for (int64_t d : shape) {
    if (d < 0)
      fail(pos, "negative dimension " + std::to_string(d));
    if (d != 0 && count > maxBytes / d)
      tooLarge();
    count *= d;
  }
  if (count > maxBytes / static_cast<int64_t>(rt::itemSize(dtype)))
    tooLarge();
  return fromRuntime(rt::Array(dtype, std::move(shape)));
}

ArrayRef makeScalar(DType dtype, Number value) {
  ArrayRef scalar = fromRuntime(rt::Array(dtype, {}));
  scalar->store(0, value);
  scalar->isScalar = true;
  return scalar;
}

ArrayRef fromRuntime(rt::Array array) {
  Dims shape = array.shape;
  auto storage = std::make_shared<rt::Array>(std::move(array));
  DType dtype = storage->dtype;
  Dims strides = rowMajor(shape);
  return std::make_shared<NdArray>(dtype, std::move(storage), 0, std::move(shape),
                                   std::move(strides));
}

rt::Array toRuntime(const NdArray &array) {
  rt::Array copy(array.dtype, array.shape);
  size_t item = rt::itemSize(array.dtype);
  std::byte *to = copy.bytes.data();
  if (array.strides == rowMajor(array.shape)) {
    if (!copy.bytes.empty())
      std::memcpy(to, array.storage->bytes.data() + array.offset * item, copy.bytes.size());
    return copy;
  }
  array.forEach([&](int64_t at) {
    std::memcpy(to, array.storage->bytes.data() + at * item, item);
    to += item;
  });
  return copy;
}

bool isReal(DType dtype) { return dtype == DType::Float32 || dtype == DType::Float64; }

DType promote(DType a, DType b) {
  if (a == b)
    return a;
  if (a == DType::Bool)
    return b;
  if (b == DType::Bool)
    return a;
  if (isReal(a) || isReal(b)) {
    // float32 holds integers of up to 16 bits.
    auto small = [](DType t) {
      return t == DType::Float32 || (!isReal(t) && rt::itemSize(t) <= 2);
    };
    return small(a) && small(b) ? DType::Float32 : DType::Float64;
  }
  auto isSigned = [](DType t) {
    return t == DType::Int8 || t == DType::Int16 || t == DType::Int32 || t == DType::Int64;
  };
  if (isSigned(a) == isSigned(b))
    return rt::itemSize(a) > rt::itemSize(b) ? a : b;
  DType s = isSigned(a) ? a : b, u = isSigned(a) ? b : a;
  if (rt::itemSize(s) > rt::itemSize(u))
    return s;
  switch (rt::itemSize(u)) {
  case 1:
    return DType::Int16;
  case 2:
    return DType::Int32;
  case 4:
    return DType::Int64;
  default:
    return DType::Float64;
  }
}

std::optional<DType> dtypeOf(const Value &value) {
  static const std::pair<const char *, DType> names[] = {
      {"bool", DType::Bool},     {"bool_", DType::Bool},      {"int8", DType::Int8},
      {"uint8", DType::UInt8},   {"int16", DType::Int16},     {"uint16", DType::UInt16},
      {"int32", DType::Int32},   {"uint32", DType::UInt32},   {"int64", DType::Int64},
      {"uint64", DType::UInt64}, {"float32", DType::Float32}, {"float64", DType::Float64},
      {"int", DType::Int64},     {"float", DType::Float64},   {"double", DType::Float64},
      {"int_", DType::Int64},    {"single", DType::Float32}};
  std::string name;
  if (auto *text = value.asStr())
    name = *text;
  else if (auto *type = value.get<Native>(); type && type->isType)
    name = type->name;
  for (auto &[known, dtype] : names)
    if (name == known)
      return dtype;
  return {};
}

DType toDType(const Value &value, Pos pos) {
  if (auto dtype = dtypeOf(value))
    return *dtype;
  if (auto *text = value.asStr())
    fail(pos, "unknown or unsupported dtype \"" + *text + "\"",
         didYouMean(*text, std::vector<std::string>{"bool", "int32", "int64", "uint8", "float32",
                                                    "float64"}));
  fail(pos, "dtype must be a numpy type, got " + describeType(value));
}

Value arrayValue(ArrayRef array) {
  if (array->rank() == 0)
    array->isScalar = true;
  return Value::object(std::move(array));
}

Value pythonNumber(const NdArray &array, int64_t at) {
  Number n = array.number(at);
  if (array.dtype == DType::Bool)
    return Value::boolean(n.integer != 0);
  return n.isReal ? Value::real(n.real) : Value::integer(n.integer);
}

Value nestedList(const NdArray &array, int64_t axis, int64_t at) {
  if (axis == array.rank())
    return pythonNumber(array, at);
  std::vector<Value> items;
  for (int64_t i = 0; i < array.shape[axis]; ++i)
    items.push_back(nestedList(array, axis + 1, at + i * array.strides[axis]));
  return Value::list(std::move(items));
}

namespace {

/// What a nested sequence of numbers and arrays holds: its shape and element type.
struct Nesting {
  Dims shape;
  std::optional<DType> type; ///< none while no element was seen
  Pos pos;

  void join(DType t) { type = type ? promote(*type, t) : t; }

  void measure(const Value &value, size_t axis) {
    if (auto *array = value.get<NdArray>()) {
      for (size_t i = 0; i < array->shape.size(); ++i)
        dimension(axis + i, array->shape[i]);
      leaf(axis + array->shape.size());
      return join(array->dtype);
    }
    auto *list = value.get<List>();
    auto *tuple = value.get<Tuple>();
    auto *range = value.get<Range>();
    if (list || tuple) {
      const std::vector<Value> &items = list ? list->items : tuple->items;
      dimension(axis, static_cast<int64_t>(items.size()));
      if (axis + 1 > 32)
        fail(pos, "arrays have at most 32 dimensions");
      for (const Value &item : items)
        measure(item, axis + 1);
      return;
    }
    if (range) {
      dimension(axis, range->size());
      leaf(axis + 1);
      return join(DType::Int64);
    }
    leaf(axis);
    if (value.asBool())
      return join(DType::Bool);
    if (value.asInt())
      return join(DType::Int64);
    if (value.asReal())
      return join(DType::Float64);
    fail(pos, "an array of numbers cannot hold " + describeType(value),
         value.asStr() ? "" : "convert it to a list first");
  }

  void dimension(size_t axis, int64_t length) {
    if (leafAxis && axis >= *leafAxis)
      ragged(axis);
    if (axis == shape.size())
      shape.push_back(length);
    else if (shape[axis] != length)
      ragged(axis);
  }
  void leaf(size_t axis) {
    if (!leafAxis && axis < shape.size())
      ragged(axis);
    if (leafAxis && *leafAxis != axis)
      ragged(std::min(axis, *leafAxis));
    leafAxis = axis;
  }
  [[noreturn]] void ragged(size_t axis) {
    fail(pos, "the sequences have different lengths in dimension " + std::to_string(axis),
         "pad them, for instance with pad_sequences");
  }

  std::optional<size_t> leafAxis;
};

void fill(NdArray &array, const Value &value, int64_t &at) {
  if (auto *part = value.get<NdArray>()) {
    part->forEach([&](int64_t from) { array.store(at++, part->number(from)); });
  } else if (auto *range = value.get<Range>()) {
    for (int64_t i = 0; i < range->size(); ++i)
      array.store(at++, Number::ofInt(range->at(i)));
  } else if (value.get<List>() || value.get<Tuple>()) {
    for (const Value &item :
         value.get<List>() ? value.get<List>()->items : value.get<Tuple>()->items)
      fill(array, item, at);
  } else if (auto *real = value.asReal()) {
    array.store(at++, Number::ofReal(*real));
  } else {
    array.store(at++, Number::ofInt(value.asBool() ? *value.asBool() : *value.asInt()));
  }
}

} // namespace

ArrayRef toArray(const Value &value, Pos pos, std::optional<DType> dtype) {
  if (auto array = value.share<NdArray>())
    if (!dtype || *dtype == array->dtype)
      return array;
  Nesting nesting{{}, {}, pos, {}};
  nesting.measure(value, 0);
  ArrayRef array =
      makeArray(dtype.value_or(nesting.type.value_or(DType::Float64)), nesting.shape, pos);
  int64_t at = 0;
  if (array->size() > 0)
    fill(*array, value, at);
  return array;
}

ArrayRef castArray(const NdArray &array, DType dtype, Pos pos) {
  ArrayRef result = makeArray(dtype, array.shape, pos);
  int64_t to = 0;
  array.forEach([&](int64_t at) { result->store(to++, array.number(at)); });
  result->isScalar = array.isScalar;
  return result;
}

ArrayRef reshape(const ArrayRef &array, Dims shape, Pos pos) {
  int64_t known = 1, unknown = -1;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1 && unknown < 0)
      unknown = static_cast<int64_t>(i);
    else if (shape[i] < 0)
      fail(pos, "a shape has at most one -1 and no other negative dimension");
    else if (__builtin_mul_overflow(known, shape[i], &known))
      known = -1;
  }
  if (unknown >= 0 && known > 0 && array->size() % known == 0)
    shape[unknown] = array->size() / known;
  else if (unknown >= 0 || known != array->size())
    fail(pos, "cannot reshape " + std::to_string(array->size()) + " elements into shape " +
                  shapeText(shape));
  ArrayRef base = array;
  if (array->strides != rowMajor(array->shape))
    base = fromRuntime(toRuntime(*array));
  Dims strides = rowMajor(shape);
  return std::make_shared<NdArray>(base->dtype, base->storage, base->offset, std::move(shape),
                                   std::move(strides));
}

Dims toShape(const Value &value, const std::string &what, Pos pos) {
  if (auto *array = value.get<NdArray>(); array && array->rank() == 1) {
    Dims shape;
    array->forEach(
        [&](int64_t at) { shape.push_back(toInt(pythonNumber(*array, at), what, pos)); });
    return shape;
  }
  auto *list = value.get<List>();
  auto *tuple = value.get<Tuple>();
  if (!list && !tuple)
    return {toInt(value, what, pos)};
  Dims shape;
  for (const Value &item : list ? list->items : tuple->items)
    shape.push_back(toInt(item, what, pos));
  return shape;
}

Value shapeTuple(const Dims &shape) {
  std::vector<Value> items;
  for (int64_t d : shape)
    items.push_back(Value::integer(d));
  return Value::tuple(std::move(items));
}

int64_t toAxis(const Value &value, int64_t rank, Pos pos) {
  int64_t axis = toInt(value, "axis", pos);
  if (axis < -rank || axis >= rank)
    fail(pos, "axis " + std::to_string(axis) + " is out of range for an array of " +
                  std::to_string(rank) + " dimensions");
  return axis < 0 ? axis + rank : axis;
}

} // namespace keratin::dsl
