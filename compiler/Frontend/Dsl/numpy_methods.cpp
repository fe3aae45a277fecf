// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Methods and properties of arrays, and of the archives that numpy.load opens.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/numpy_math.h"

#include <algorithm>

namespace keratin::dsl {

namespace {

ArrayRef self(const Call &call) { return call.self.share<NdArray>(); }

Value reshapeMethod(Call &call) {
  Dims shape;
  if (call.rest.size() == 1)
    shape = toShape(call.rest[0].value, "shape", call.rest[0].pos);
  else
    for (const Arg &arg : call.rest)
      shape.push_back(toInt(arg.value, "dimension", arg.pos));
  if (call.rest.empty())
    fail(call.pos, "reshape needs a shape");
  return Value::object(reshape(self(call), shape, call.rest[0].pos));
}

Value copyOf(const NdArray &array, Dims shape, Pos pos) {
  return Value::object(reshape(fromRuntime(toRuntime(array)), std::move(shape), pos));
}

Value transpose(const ArrayRef &array) {
  Dims shape(array->shape.rbegin(), array->shape.rend()),
      strides(array->strides.rbegin(), array->strides.rend());
  return Value::make<NdArray>(array->dtype, array->storage, array->offset, std::move(shape),
                              std::move(strides));
}

} // namespace

void addArrayMethods(TypeTable &table) {
  table.method("reshape", "*shape", reshapeMethod, "ndarray");
  table.method(
      "astype", "dtype",
      [](Call &call) {
        return Value::object(
            castArray(*self(call), toDType(call.value("dtype"), call.at("dtype")), call.pos));
      },
      "ndarray");
  table.method(
      "copy", "", [](Call &call) { return copyOf(*self(call), self(call)->shape, call.pos); },
      "ndarray");
  table.method(
      "flatten", "", [](Call &call) { return copyOf(*self(call), {self(call)->size()}, call.pos); },
      "ndarray");
  table.method(
      "ravel", "",
      [](Call &call) { return Value::object(reshape(self(call), {self(call)->size()}, call.pos)); },
      "ndarray");
  table.method("tolist", "",
               [](Call &call) { return nestedList(*self(call), 0, self(call)->offset); });
  table.method("item", "", [](Call &call) {
    if (self(call)->size() != 1)
      fail(call.pos, "item() needs an array of one element, this one has " +
                         std::to_string(self(call)->size()));
    return pythonNumber(*self(call), self(call)->offset);
  });
  table.method(
      "round", "decimals=",
      [](Call &call) { return roundArray(*self(call), call.integer("decimals", 0), call.pos); },
      "ndarray");
  for (auto [name, kind] : {std::pair<const char *, Reduction>{"sum", Reduction::Sum},
                            {"mean", Reduction::Mean},
                            {"std", Reduction::Std},
                            {"max", Reduction::Max},
                            {"min", Reduction::Min},
                            {"argmax", Reduction::ArgMax},
                            {"argmin", Reduction::ArgMin},
                            {"any", Reduction::Any},
                            {"all", Reduction::All}})
    table.method(
        name, "axis=, keepdims=",
        [kind = kind](Call &call) {
          return reduce(kind, self(call), call.value("axis"), call.flag("keepdims", false),
                        call.pos);
        },
        "ndarray");
  auto property = [&](const char *name, Value (*get)(const ArrayRef &), const char *result) {
    table.property(
        name, [get](const Value &value, Interpreter &, Pos) { return get(value.share<NdArray>()); },
        result);
  };
  property("shape", [](const ArrayRef &a) { return shapeTuple(a->shape); }, "tuple");
  property("ndim", [](const ArrayRef &a) { return Value::integer(a->rank()); }, "int");
  property("size", [](const ArrayRef &a) { return Value::integer(a->size()); }, "int");
  property("dtype", [](const ArrayRef &a) { return Value::str(rt::name(a->dtype)); }, "str");
  property("T", [](const ArrayRef &a) { return transpose(a); }, "ndarray");
}

Value Archive::read(const std::string &name, Pos pos) {
  if (!reader.contains(name))
    fail(pos, path + " has no array \"" + name + "\"", didYouMean(name, reader.names()));
  return Value::object(fromRuntime(reader.readArray(name)));
}

void addArchiveMethods(TypeTable &table) {
  auto names = [](const Value &value) {
    std::vector<Value> items;
    for (const std::string &name : value.get<Archive>()->reader.names())
      items.push_back(Value::str(name));
    return Value::list(std::move(items));
  };
  table.property(
      "files", [names](const Value &value, Interpreter &, Pos) { return names(value); }, "list");
  table.method("keys", "", [names](Call &call) { return names(call.self); }, "list");
  table.method("close", "", [](Call &) { return Value(); }, "NoneType");
}

} // namespace keratin::dsl
