// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequential and Model: construction, compile, weights, summary. Training is in
// keras_api_training.cpp, files are in keras_api_saving.cpp.
#include "compiler/Frontend/Dsl/keras_api.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/Initializers.h"
#include "compiler/Frontend/Layers/Summary.h"

#include <algorithm>
#include <ostream>

namespace keratin::dsl {

namespace {

/// Every model draws its initial weights from numbers of its own.
uint64_t seedOf(const ScriptState &state, const Model &model) {
  uint64_t index = 0;
  while (index < state.models.size() && state.models[index].get() != &model)
    ++index;
  return state.options.run.seed + index * 0x9e3779b97f4a7c15u;
}

void addToSequential(Interpreter &interpreter, const std::shared_ptr<Model> &model,
                     const Value &value, Pos pos) {
  if (auto *type = value.get<KerasClass>())
    fail(pos, "a model is made of layers, got the class " + type->name,
         "call it: " + type->name + "(...)");
  if (value.get<Model>())
    fail(pos, "a model as a layer of another is not supported");
  auto layer = value.share<Layer>();
  if (auto *tensor = value.get<Tensor>())
    layer = tensor->input;
  if (!layer)
    fail(pos, "a model is made of layers, got " + describeType(value));
  bool isInput = layer->layer.spec.className == "InputLayer";
  if (!isInput && (layer->handle >= 0 || !layer->owner.expired()))
    fail(pos, "the layer \"" + layer->layer.spec.name + "\" is already part of a model",
         "sharing layers between models is not supported");
  retireEngine(*model);
  model->spec.optimizerState.reset(); // of the weights that there were
  addLayer(model->spec, layer->layer, interpreter.state.names);
  if (isInput)
    return;
  layer->owner = model;
  model->layers.push_back(layer);
}

Value makeSequentialModel(Call &call) {
  ScriptState &state = call.interpreter.state;
  std::string name = call.has("name") ? call.str("name", "") : state.names.next("Sequential");
  auto model = std::make_shared<Model>(makeSequential(name, state.location(call.pos)));
  if (call.has("layers"))
    for (const Value &layer : call.interpreter.elements(call.value("layers"), call.at("layers")))
      addToSequential(call.interpreter, model, layer, call.at("layers"));
  state.models.push_back(model);
  return Value::object(model);
}

std::vector<TensorRef> tensorsOf(Call &call, const char *name) {
  std::vector<Value> items{call.value(name)};
  if (call.value(name).get<List>() || call.value(name).get<Tuple>())
    items = call.interpreter.elements(call.value(name), call.at(name));
  std::vector<TensorRef> refs;
  for (const Value &item : items) {
    auto *tensor = item.get<Tensor>();
    if (!tensor)
      fail(call.at(name), std::string(name) + " must be Keras tensors, got " + describeType(item),
           "call layers on keras.Input(...)");
    refs.push_back(tensor->ref);
  }
  return refs;
}

Value makeFunctionalModel(Call &call) {
  ScriptState &state = call.interpreter.state;
  if (!call.has("inputs") || !call.has("outputs"))
    fail(call.pos, "Model needs inputs and outputs", "subclasses of Model are not supported");
  std::vector<TensorRef> inputs = tensorsOf(call, "inputs"), outputs = tensorsOf(call, "outputs");
  std::string name = call.has("name") ? call.str("name", "") : state.names.next("Functional");
  auto model =
      std::make_shared<Model>(state.graph.model(inputs, outputs, name, state.location(call.pos)));
  for (const LayerSpec &spec : model->spec.layers) {
    std::shared_ptr<Layer> handle;
    for (auto &layer : state.graphLayers)
      if (layer->layer.spec.name == spec.name)
        handle = layer;
    if (!handle) {
      handle = std::make_shared<Layer>(NewLayer{spec, {}, {}});
    } else if (!handle->owner.expired()) {
      fail(call.pos, "the layer \"" + spec.name + "\" is already part of another model",
           "sharing layers between models is not supported");
    }
    handle->owner = model;
    model->layers.push_back(handle);
  }
  state.models.push_back(model);
  return Value::object(model);
}

Value build(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!call.given("input_shape")) {
    if (!isBuilt(model.spec))
      failUnbuilt(model, "build", call.pos);
    return {};
  }
  Shape shape = toKerasShape(call.value("input_shape"), "input_shape", call.at("input_shape"));
  ScriptState &state = call.interpreter.state;
  if (model.spec.sequential)
    buildSequential(model.spec, shape, state.names, state.location(call.pos));
  return {};
}

Value compile(Call &call) {
  ScriptState &state = call.interpreter.state;
  auto model = call.self.share<Model>();
  CallArguments arguments;
  for (Arg &arg : call.rest)
    arguments.positional.push_back(arg);
  arguments.keywords = call.keywords;
  retireEngine(*model);
  compileModel(model->spec, toArguments(call.interpreter, arguments), state.location(call.pos),
               state.warningHandler());
  model->trained = false;
  state.lastCompiled = model;
  return {};
}

Value summary(Call &call) {
  auto &model = call.selfAs<Model>();
  SummaryOptions options;
  options.lineLength =
      static_cast<int>(std::clamp<int64_t>(call.integer("line_length", 0), 0, 1000));
  options.terminalWidth = call.interpreter.state.options.terminalWidth;
  options.showTrainable = call.flag("show_trainable", false);
  options.optimizerBuilt = model.trained;
  call.interpreter.state.out << summaryText(model.spec, options);
  return {};
}

Value getWeights(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!isBuilt(model.spec))
    failUnbuilt(model, "get_weights", call.pos);
  std::vector<Value> items;
  for (rt::Array &array : currentWeights(call.interpreter, model, call.pos))
    items.push_back(Value::object(fromRuntime(std::move(array))));
  return Value::list(std::move(items));
}

Value setWeights(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!isBuilt(model.spec))
    failUnbuilt(model, "set_weights", call.pos);
  Pos pos = call.at("weights");
  std::vector<Value> given = call.interpreter.elements(call.value("weights"), pos);
  std::vector<WeightSpec *> weights = model.spec.weights();
  if (given.size() != weights.size())
    fail(pos, "the model has " + std::to_string(weights.size()) + " weights, got a list of " +
                  std::to_string(given.size()));
  std::vector<rt::Array> arrays;
  for (size_t i = 0; i < given.size(); ++i) {
    ArrayRef array = toArray(given[i], pos);
    if (array->shape != weights[i]->shape)
      fail(pos, "weight " + std::to_string(i) + " (" + weights[i]->path + ") has shape " +
                    shapeText(Dims(weights[i]->shape)) + ", got " + shapeText(array->shape));
    arrays.push_back(toRuntime(*castArray(*array, rt::DType::Float32, pos)));
  }
  if (model.engine) {
    model.engine->setWeights(arrays);
    return {};
  }
  for (size_t i = 0; i < arrays.size(); ++i)
    weights[i]->value = std::move(arrays[i]);
  return {};
}

Value getLayer(Call &call) {
  auto &layers = call.selfAs<Model>().layers;
  if (call.has("name")) {
    std::string name = call.str("name", "");
    std::vector<std::string> known;
    for (auto &layer : layers) {
      if (layer->layer.spec.name == name)
        return Value::object(layer);
      known.push_back(layer->layer.spec.name);
    }
    fail(call.at("name"), "No such layer: " + name, didYouMean(name, known));
  }
  int64_t index = call.integer("index", -1), count = static_cast<int64_t>(layers.size());
  if (!call.has("index") || index < -count || index >= count)
    fail(call.at("index"), "get_layer needs a name, or an index below " + std::to_string(count));
  return Value::object(layers[index < 0 ? index + count : index]);
}

} // namespace

void failUnbuilt(const Model &model, const std::string &method, Pos pos) {
  fail(pos, method + ": the input shape of model \"" + model.spec.name + "\" is not known yet",
       "start the model with Input(shape), or call model.build((None, n)) first");
}

Engine &engineOf(Interpreter &interpreter, Model &model, Pos pos) {
  if (model.engine)
    return *model.engine;
  ScriptState &state = interpreter.state;
  RunOptions options = state.options.run;
  options.seed = seedOf(state, model);
  drawInitialWeights(model.spec, options.seed);
  model.engine = (*state.factory)(model.spec, options);
  return *model.engine;
}

std::vector<rt::Array> currentWeights(Interpreter &interpreter, Model &model, Pos pos) {
  if (model.engine)
    return model.engine->getWeights();
  drawInitialWeights(model.spec, seedOf(interpreter.state, model));
  std::vector<rt::Array> values;
  for (const WeightSpec *weight : static_cast<const ModelSpec &>(model.spec).weights())
    values.push_back(weight->value);
  return values;
}

void addKerasModels(Module &models) {
  models.function("Sequential", "layers=, name=, trainable!", makeSequentialModel, "Sequential");
  models.function("Model", "inputs|input=, outputs|output=, name=", makeFunctionalModel, "Model");
  models.refused["clone_model"] = "";
}

void addModelMethods(TypeTable &table) {
  table.method(
      "add", "layer",
      [](Call &call) -> Value {
        auto model = call.self.share<Model>();
        if (!model->spec.sequential)
          fail(call.pos, "only a Sequential model has add()");
        addToSequential(call.interpreter, model, call.value("layer"), call.at("layer"));
        return {};
      },
      "NoneType");
  table.method("build", "input_shape=", build, "NoneType");
  table.method("compile", "*arguments, **", compile, "NoneType");
  table.methods["compile"]->checkKeyword = [](const std::string &keyword, Pos pos) {
    static const std::vector<std::string> known = {
        "optimizer",        "loss",        "loss_weights",        "metrics",
        "weighted_metrics", "run_eagerly", "steps_per_execution", "jit_compile",
        "auto_scale_loss"};
    if (std::find(known.begin(), known.end(), keyword) == known.end() &&
        !findOldSpelling("compile", keyword))
      fail(pos, "compile has no argument \"" + keyword + "\"", didYouMean(keyword, known));
  };
  table.method("summary",
               "line_length=, positions!, print_fn!, expand_nested=, show_trainable=", summary,
               "NoneType");
  table.method(
      "count_params", "",
      [](Call &call) {
        if (!isBuilt(call.selfAs<Model>().spec))
          failUnbuilt(call.selfAs<Model>(), "count_params", call.pos);
        return Value::integer(countParams(call.selfAs<Model>().spec));
      },
      "int");
  table.method("get_weights", "", getWeights, "list");
  table.method("set_weights", "weights", setWeights, "NoneType");
  table.method("get_layer", "name=, index=", getLayer, "Layer");
  table.property(
      "layers",
      [](const Value &self, Interpreter &, Pos) {
        std::vector<Value> layers;
        for (auto &layer : self.get<Model>()->layers)
          layers.push_back(Value::object(layer));
        return Value::list(std::move(layers));
      },
      "list");
  table.property(
      "name",
      [](const Value &self, Interpreter &, Pos) {
        return Value::str(self.get<Model>()->spec.name);
      },
      "str");
  for (const char *name :
       {"pop", "reset_states", "get_config", "inputs", "outputs", "input_shape", "output_shape",
        "optimizer", "loss", "metrics_names", "trainable", "weights", "trainable_weights"})
    table.refused[name] = "";
}

} // namespace keratin::dsl
