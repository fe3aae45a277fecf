// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's classes as scripts see them: layers, optimizers, losses, metrics, initializers,
// activations; layers called on tensors.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"

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

Value makeInput(Interpreter &interpreter, NewLayer layer) {
  FunctionalGraph &graph = interpreter.state.graph;
  auto input = std::make_shared<Layer>(layer);
  TensorRef ref = graph.input(std::move(layer));
  auto tensor = std::make_shared<Tensor>(ref, graph.shapeOf(ref));
  tensor->input = input;
  return Value::object(tensor);
}

Value callLayer(Interpreter &interpreter, const std::shared_ptr<Layer> &layer,
                const CallArguments &arguments, Pos pos) {
  FunctionalGraph &graph = interpreter.state.graph;
  static const Signature signature("inputs, *, training!, mask!, initial_state!");
  Call call(interpreter, layer->layer.spec.className, signature, arguments, {}, pos);
  std::vector<TensorRef> inputs;
  auto add = [&](const Value &value) {
    auto *tensor = value.get<Tensor>();
    if (!tensor)
      fail(call.at("inputs"), "a layer is called on tensors, got " + describeType(value),
           value.get<NdArray>() ? "start with keras.Input and compute with model.predict" : "");
    inputs.push_back(tensor->ref);
  };
  if (auto *list = call.value("inputs").get<List>())
    for (const Value &item : list->items)
      add(item);
  else
    add(call.value("inputs"));
  if (auto owner = layer->owner.lock(); owner && owner->spec.sequential)
    fail(pos, "the layer is part of a Sequential model and cannot be called again",
         "sharing layers between models is not supported");
  if (layer->handle < 0) {
    layer->handle = graph.add(layer->layer);
    interpreter.state.graphLayers.push_back(layer);
  }
  TensorRef result = graph.call(layer->handle, inputs, interpreter.state.location(pos));
  return Value::make<Tensor>(result, graph.shapeOf(result));
}

Value layerWeights(const Value &self, Interpreter &interpreter, Pos pos) {
  auto *layer = self.get<Layer>();
  auto owner = layer->owner.lock();
  if (!owner)
    return Value::list({});
  std::vector<rt::Array> all = currentWeights(interpreter, *owner, pos);
  std::vector<Value> items;
  size_t i = 0;
  for (const LayerSpec &spec : owner->spec.layers)
    for (size_t k = 0; k < spec.weights.size(); ++k, ++i)
      if (spec.name == layer->layer.spec.name)
        items.push_back(Value::object(fromRuntime(all.at(i))));
  return Value::list(std::move(items));
}

} // namespace

bool isKerasCallable(const Value &callee) {
  return callee.get<KerasClass>() || callee.get<Layer>() || callee.get<Model>() ||
         callee.get<KerasObject>();
}

Value callKeras(Interpreter &interpreter, const Value &callee, CallArguments arguments, Pos pos) {
  ScriptState &state = interpreter.state;
  if (auto layer = callee.share<Layer>())
    return callLayer(interpreter, layer, arguments, pos);
  if (callee.get<Model>())
    fail(pos, "a model cannot be called like a layer", "use model.predict(x)");
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
  if (type->name == "Input")
    return makeInput(interpreter, std::move(layer));
  return Value::make<Layer>(std::move(layer));
}

void addKerasClasses(Module &layers, Module &optimizers, Module &losses, Module &metrics,
                     Module &initializers, Module &activations) {
  fill(layers, ClassKind::Layer);
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
      "trainable", [](const Layer &l) { return Value::boolean(l.layer.spec.trainable()); }, "bool");
  property(
      "units",
      [](const Layer &l) {
        Json units = l.layer.spec.config.value("units", Json());
        return units.is_number_integer() ? Value::integer(units.get<int64_t>()) : Value();
      },
      "int");
  table.property("weights", layerWeights, "list");
  table.method(
      "get_weights", "",
      [](Call &call) { return layerWeights(call.self, call.interpreter, call.pos); }, "list");
  table.method(
      "count_params", "",
      [](Call &call) {
        int64_t count = 0;
        for (const Value &weight : call.interpreter.elements(
                 layerWeights(call.self, call.interpreter, call.pos), call.pos))
          count += weight.get<NdArray>()->size();
        return Value::integer(count);
      },
      "int");
  for (const char *name : {"set_weights", "output", "input", "output_shape", "input_shape",
                           "get_config", "reset_states", "reset_state"})
    table.refused[name] = "";
}

void addTensorMethods(TypeTable &table) {
  table.property(
      "shape",
      [](const Value &value, Interpreter &, Pos) {
        std::vector<Value> dims;
        for (int64_t d : value.get<Tensor>()->shape)
          dims.push_back(d < 0 ? Value() : Value::integer(d));
        return Value::tuple(std::move(dims));
      },
      "tuple");
}

} // namespace keratin::dsl
