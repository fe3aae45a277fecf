// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a script's values to what the Keras class tables and the engine take.
#include "compiler/Frontend/Dsl/keras_arguments.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/script_state.h"

namespace keratin::dsl {

namespace {

const std::vector<Value> *itemsOf(const Value &value) {
  if (auto *list = value.get<List>())
    return &list->items;
  auto *tuple = value.get<Tuple>();
  return tuple ? &tuple->items : nullptr;
}

} // namespace

Json toJson(const Value &value, Pos pos, int depth) {
  if (depth > 50)
    fail(pos, "argument is nested more than 50 deep");
  if (value.isNone())
    return nullptr;
  if (auto *b = value.asBool())
    return *b;
  if (auto *i = value.asInt())
    return *i;
  if (auto *d = value.asReal())
    return *d;
  if (auto *text = value.asStr())
    return *text;
  if (auto *items = itemsOf(value)) {
    Json array = Json::array();
    for (const Value &item : *items)
      array.push_back(toJson(item, pos, depth + 1));
    return array;
  }
  if (auto *dict = value.get<Dict>()) {
    Json object = Json::object();
    for (auto &[key, item] : dict->table.items())
      object[toStr(key, "a key", pos)] = toJson(item, pos, depth + 1);
    return object;
  }
  if (auto *array = value.get<NdArray>())
    return toJson(nestedList(*array, 0, array->offset), pos, depth + 1);
  if (auto *object = value.get<KerasObject>())
    return object->json;
  if (auto *layer = value.get<Layer>())
    return {{"module", "keras.layers"},
            {"class_name", layer->layer.spec.className},
            {"config", layer->layer.spec.config},
            {"registered_name", nullptr}};
  if (auto *native = value.get<Native>(); native && native->isType)
    if (auto dtype = dtypeOf(value))
      return std::string(rt::name(*dtype));
  if (auto *type = value.get<KerasClass>())
    fail(pos, "expected an object, got the class " + type->name, "call it: " + type->name + "()");
  fail(pos, describeType(value) + " is not supported as an argument of Keras",
       value.get<Model>() ? "give a layer; a model's layers can be wrapped one after the other"
                          : "");
}

Arguments toArguments(Interpreter &interpreter, const CallArguments &arguments) {
  Arguments list;
  auto add = [&](const std::string &name, const Arg &arg) {
    keratin::Argument argument;
    argument.name = name;
    argument.location = interpreter.state.location(arg.pos);
    auto *items = itemsOf(arg.value);
    bool arrays = items && !items->empty();
    for (size_t i = 0; arrays && i < items->size(); ++i)
      arrays = (*items)[i].get<NdArray>() && !(*items)[i].get<NdArray>()->isScalar;
    if (arrays)
      for (const Value &item : *items)
        argument.arrays.push_back(toRuntime(*item.get<NdArray>()));
    else
      argument.value = toJson(arg.value, arg.pos);
    list.push_back(std::move(argument));
  };
  for (const Arg &arg : arguments.positional)
    add("", arg);
  for (auto &[name, arg] : arguments.keywords)
    add(name, arg);
  return list;
}

Shape toKerasShape(const Value &value, const std::string &what, Pos pos) {
  auto *items = itemsOf(value);
  if (!items)
    fail(pos, what + " must be a tuple, got " + describeType(value), "write (None, 10)");
  Shape shape;
  for (const Value &item : *items) {
    int64_t d = item.isNone() ? -1 : toInt(item, "a dimension", pos);
    if (!item.isNone() && d < 1)
      fail(pos, what + ": dimensions must be positive or None, got " + std::to_string(d));
    shape.push_back(d);
  }
  return shape;
}

std::vector<rt::Array> toTensors(const Value &value, size_t count, const std::string &what,
                                 Pos pos) {
  auto one = [&](const Value &tensor) {
    if (tensor.get<SequenceArray>())
      fail(pos, what + " holds sequences of different lengths", "pad them with pad_sequences");
    if (tensor.asStr() || tensor.get<Dict>() || tensor.isNone())
      fail(pos, what + " must be an array, got " + describeType(tensor));
    rt::Array array = toRuntime(*toArray(tensor, pos));
    if (array.rank() == 0)
      fail(pos, what + " must be an array, got a number");
    return array;
  };
  auto *items = itemsOf(value);
  bool listOfArrays = items && !items->empty();
  for (size_t i = 0; listOfArrays && i < items->size(); ++i)
    listOfArrays = (*items)[i].get<NdArray>() && !(*items)[i].get<NdArray>()->isScalar;
  std::vector<rt::Array> tensors;
  if (items && (count > 1 || (listOfArrays && items->size() == count))) {
    if (items->size() != count)
      fail(pos, what + " must be a list of " + std::to_string(count) + " arrays, got " +
                    std::to_string(items->size()));
    for (const Value &item : *items)
      tensors.push_back(one(item));
    return tensors;
  }
  if (count > 1)
    fail(pos, what + " must be a list of " + std::to_string(count) + " arrays, got " +
                  describeType(value));
  tensors.push_back(one(value));
  return tensors;
}

} // namespace keratin::dsl
