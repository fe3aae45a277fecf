// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Boolean tensors, which calls of layers take as mask=: not_equal, any, and layer.compute_mask.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/Masks.h"

namespace keratin::dsl {

Value compareNotEqual(Interpreter &interpreter, const Value &tensor, const Value &number, Pos pos) {
  ScriptState &state = interpreter.state;
  Json operand;
  if (auto *whole = number.asInt())
    operand = *whole;
  else
    operand = toReal(number, "what a Keras tensor is compared with", pos);
  return callOperation(interpreter, notEqualOperation(state.names, state.location(pos)), tensor,
                       {{"x2", std::move(operand)}}, pos);
}

static const Value &tensorArgument(const Call &call, const char *name) {
  const Value &value = call.value(name);
  if (!value.get<Tensor>())
    fail(call.at(name), "expected a Keras tensor, got " + describeType(value),
         "of arrays, numpy has the same");
  return value;
}

static Value notEqual(Call &call) {
  return compareNotEqual(call.interpreter, tensorArgument(call, "x1"), call.value("x2"), call.pos);
}

static Value anyOf(Interpreter &interpreter, const Value &tensor, Pos pos) {
  ScriptState &state = interpreter.state;
  return callOperation(interpreter, anyOperation(state.names, state.location(pos)), tensor,
                       Json::object(), pos);
}

static Value any(Call &call) {
  const Value &tensor = tensorArgument(call, "x");
  auto last = static_cast<int64_t>(tensor.get<Tensor>()->shape.size()) - 1;
  int64_t axis = call.integer("axis", 0);
  if (!call.has("axis") || (axis != -1 && axis != last) || call.flag("keepdims", false))
    fail(call.pos, "any() is supported along the last axis", "write any(x, axis=-1)");
  return anyOf(call.interpreter, tensor, call.pos);
}

/// What Keras makes the masks of Embedding and Masking with.
static Value computeMask(Call &call) {
  const LayerSpec &layer = call.selfAs<Layer>().layer.spec;
  const Value &tensor = tensorArgument(call, "inputs");
  if (layer.className == "Embedding")
    return layer.config.value("mask_zero", false)
               ? compareNotEqual(call.interpreter, tensor, Value::integer(0), call.pos)
               : Value();
  if (layer.className != "Masking")
    fail(call.pos, "compute_mask of " + layer.className + " is not supported",
         "Embedding and Masking make masks; give theirs as mask=");
  Value differs = compareNotEqual(
      call.interpreter, tensor, Value::real(layer.config.at("mask_value").get<double>()), call.pos);
  return anyOf(call.interpreter, differs, call.pos);
}

void addMaskFunctions(Module &ops, Module &backend, Module &tensorflow) {
  for (Module *module : {&ops, &backend, &tensorflow})
    module->function("not_equal", "x1|x, x2|y, name!", notEqual, "KerasTensor");
  ops.function("any", "x, axis=, keepdims=", any, "KerasTensor");
  backend.function("any", "x, axis=, keepdims=", any, "KerasTensor");
  tensorflow.function("reduce_any", "x|input_tensor, axis=, keepdims=, name!", any, "KerasTensor");
}

void addMaskMethods(TypeTable &table) {
  table.method("compute_mask", "inputs, mask|previous_mask!", computeMask);
}

} // namespace keratin::dsl
