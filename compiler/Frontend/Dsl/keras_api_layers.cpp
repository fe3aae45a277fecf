// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's classes as scripts see them: layers, optimizers, losses, metrics, initializers,
// activations.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/OldHardSigmoid.h"

namespace keratin::dsl {

namespace {

/// Classes of a kind, and the functions and strings that stand for them.
void fill(Module &module, ClassKind kind) {
  for (const std::string &name : classNames(kind))
    module.members[name] = Value::make<KerasClass>(kind, name);
  // Of these two the short names are classes as well: l2(0.01), max_norm(3).
  bool namesAreClasses = kind == ClassKind::Regularizer || kind == ClassKind::Constraint;
  if (kind != ClassKind::Layer && kind != ClassKind::Optimizer)
    for (const std::string &name : identifiers(kind))
      if (!module.members.count(name))
        module.members[name] = namesAreClasses
                                   ? Value::make<KerasClass>(kind, classOfIdentifier(kind, name))
                                   : Value::make<KerasObject>(Json(name));
  module.missing = [kind](const std::string &name, Pos pos) {
    requireClass(kind, name, {"", pos.line, pos.column}); // throws, with a hint
  };
}

} // namespace

bool isKerasCallable(const Value &callee) {
  return callee.get<KerasClass>() || callee.get<Layer>() || callee.get<Model>() ||
         callee.get<KerasObject>();
}

Value callKeras(Interpreter &interpreter, const Value &callee, CallArguments arguments, Pos pos) {
  ScriptState &state = interpreter.state;
  bool onArray =
      !arguments.positional.empty() && arguments.positional[0].value.get<NdArray>() != nullptr;
  if (callee.get<Model>() && onArray)
    return interpreter.call(interpreter.attribute(callee, "predict_on_batch", pos),
                            std::move(arguments), pos);
  if (callee.get<Layer>() || callee.get<Model>())
    return callInGraph(interpreter, callee, arguments, pos);
  if (callee.get<KerasObject>())
    fail(pos, "Keras's functions and objects cannot be called on values",
         "give them to a layer or to compile()");
  auto *type = callee.get<KerasClass>();
  Arguments list = toArguments(interpreter, arguments);
  if (type->classKind != ClassKind::Layer)
    return Value::make<KerasObject>(
        makeObject(type->classKind, type->name, list, state.location(pos), state.warningHandler()));
  NewLayer layer =
      makeLayer(type->name, list, state.location(pos), state.names, state.warningHandler());
  if (state.usesKeras2)
    useOldHardSigmoid(layer.spec);
  if (type->name == "Input")
    return makeInput(interpreter, std::move(layer));
  return Value::make<Layer>(std::move(layer));
}

/// concatenate(inputs, axis=1): the function of a merging layer, which makes and calls it.
/// `settings` are those that may be given by position.
static void addMergeFunction(Module &layers, const char *name, const char *signature,
                             std::vector<const char *> settings) {
  layers.function(
      snakeCase(name), signature,
      [type = Value::make<KerasClass>(ClassKind::Layer, name),
       settings = std::move(settings)](Call &call) {
        CallArguments arguments{{}, call.keywords};
        for (const char *setting : settings)
          if (call.given(setting))
            arguments.keywords.push_back({setting, {call.value(setting), call.at(setting)}});
        Value layer = callKeras(call.interpreter, type, std::move(arguments), call.pos);
        return callKeras(call.interpreter, layer, {{{call.value("inputs"), call.at("inputs")}}, {}},
                         call.pos);
      },
      "KerasTensor");
}

static void addMergeFunctions(Module &layers) {
  for (const char *name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})
    addMergeFunction(layers, name, "inputs, **", {});
  addMergeFunction(layers, "Concatenate", "inputs, axis=, **", {"axis"});
  addMergeFunction(layers, "Dot", "inputs, axes, normalize=, **", {"axes", "normalize"});
}

void addKerasClasses(Module &layers, Module &optimizers, Module &losses, Module &metrics,
                     Module &initializers, Module &activations) {
  fill(layers, ClassKind::Layer);
  addMergeFunctions(layers);
  fill(optimizers, ClassKind::Optimizer);
  fill(losses, ClassKind::Loss);
  fill(metrics, ClassKind::Metric);
  fill(initializers, ClassKind::Initializer);
  for (const std::string &name : activationNames())
    activations.members[name] = Value::make<KerasObject>(Json(name));
}

void addKerasTraining(Module &schedules, Module &regularizers, Module &constraints) {
  fill(schedules, ClassKind::Schedule);
  fill(regularizers, ClassKind::Regularizer);
  fill(constraints, ClassKind::Constraint);
}

void addLayerMethods(TypeTable &table) {
  auto property = [&](const char *name, Value (*get)(const Layer &), const char *result) {
    table.property(
        name, [get](const Value &value, Interpreter &, Pos) { return get(*value.get<Layer>()); },
        result);
  };
  property("name", [](const Layer &l) { return Value::str(l.layer.spec.name); }, "str");
  property(
      "units",
      [](const Layer &l) {
        Json units = l.layer.spec.config.value("units", Json());
        return units.is_number_integer() ? Value::integer(units.get<int64_t>()) : Value();
      },
      "int");
  addWeightMethods(table);
  addGraphProperties(table);
  addMaskMethods(table);
  for (const char *name : {"reset_states", "reset_state"})
    table.method(
        name, "",
        [](Call &call) -> Value {
          for (auto &state : call.selfAs<Layer>().layer.spec.states)
            *state = {};
          return {};
        },
        "NoneType");
  table.refused["get_config"] = "";
}

void addTensorMethods(TypeTable &table) {
  table.property(
      "shape",
      [](const Value &value, Interpreter &, Pos) {
        return symbolicShape(value.get<Tensor>()->shape);
      },
      "tuple");
}

} // namespace keratin::dsl
