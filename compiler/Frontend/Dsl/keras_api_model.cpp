// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequential and Model: construction, compile, summary. Functional ones are made in
// keras_api_graph.cpp, training is in keras_api_training.cpp, files are in keras_api_saving.cpp.
#include "compiler/Frontend/Dsl/keras_api.h"

#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/Frontend/Layers/Summary.h"

#include <algorithm>
#include <ostream>

namespace keratin::dsl {

namespace {

/// Hands what a Sequential has built to its layers, which may be used elsewhere too.
void adoptLayers(Model &model) {
  for (LayerSpec &spec : model.spec.layers) {
    Value layer = layerNamed(model, spec.name);
    if (auto *plain = layer.get<Layer>())
      plain->layer.spec = spec;
    else if (auto *inner = layer.get<Model>(); inner && !isBuilt(inner->spec) && spec.model) {
      inner->spec = *spec.model;
      adoptLayers(*inner);
    }
  }
}

void addToSequential(Interpreter &interpreter, const std::shared_ptr<Model> &model, Value layer,
                     Pos pos) {
  if (auto *type = layer.get<KerasClass>())
    fail(pos, "a model is made of layers, got the class " + type->name,
         "call it: " + type->name + "(...)");
  if (auto *tensor = layer.get<Tensor>(); tensor && tensor->input)
    layer = Value::object(tensor->input);
  NewLayer form;
  bool isInput = false;
  if (auto *plain = layer.get<Layer>()) {
    form = plain->layer;
    isInput = form.spec.className == "InputLayer";
  } else if (auto *inner = layer.get<Model>()) {
    form.spec = modelAsLayer(inner->spec);
    form.spec.location = interpreter.state.location(pos);
    if (isBuilt(inner->spec) && inner->spec.inputs.size() == 1)
      form.inputShape = inner->spec.shapeOf(inner->spec.inputs.front());
  } else {
    fail(pos, "a model is made of layers, got " + describeType(layer));
  }
  retireEngine(*model);
  model->spec.optimizerState.reset(); // of the weights that there were
  addLayer(model->spec, std::move(form), interpreter.state.names);
  if (isInput)
    return;
  graphLayerOf(layer).owners.push_back(model);
  model->layers.push_back(layer);
  if (isBuilt(model->spec))
    adoptLayers(*model);
}

Value makeSequentialModel(Call &call) {
  ScriptState &state = call.interpreter.state;
  std::string name = call.has("name") ? call.str("name", "") : state.names.next("Sequential");
  auto model = std::make_shared<Model>(makeSequential(name, state.location(call.pos)));
  if (call.has("layers"))
    for (const Value &layer : call.interpreter.elements(call.value("layers"), call.at("layers")))
      addToSequential(call.interpreter, model, layer, call.at("layers"));
  std::vector<Value> layers = std::move(model->layers);
  registerModel(call.interpreter, model, std::move(layers));
  if (!call.flag("trainable", true))
    setTrainable(Value::object(model), false);
  return Value::object(model);
}

/// Gives a model weights of its own.
void renewWeights(ModelSpec &spec) {
  for (LayerSpec &layer : spec.layers) {
    if (layer.model) {
      ModelSpec inner = *layer.model;
      renewWeights(inner);
      Json config = std::move(layer.config);
      layer = modelAsLayer(inner);
      layer.config = std::move(config);
    }
    makeStates(layer);
    for (WeightSpec &weight : layer.weights) {
      weight.value = {};
      if (!layer.model)
        weight.shared = std::make_shared<SharedValue>();
    }
  }
}

/// The layers of a model from a file, models among them included.
std::vector<Value> layersOf(Interpreter &interpreter, const ModelSpec &spec) {
  std::vector<Value> layers;
  for (const LayerSpec &layer : spec.layers) {
    if (spec.sequential && layer.className == "InputLayer")
      continue;
    if (!layer.model) {
      layers.push_back(Value::make<Layer>(NewLayer{layer, {}, {}}));
      continue;
    }
    auto inner = std::make_shared<Model>(*layer.model);
    std::vector<WeightSpec *> weights = inner->spec.weights();
    for (size_t i = 0; i < weights.size(); ++i)
      weights[i]->value = layer.weights[i].value;
    inner->trainable = layer.trainable();
    registerModel(interpreter, inner);
    layers.push_back(Value::object(inner));
  }
  return layers;
}

/// The same architecture with new weights, not compiled.
Value cloneModel(Call &call) {
  auto *model = call.value("model").get<Model>();
  if (!model)
    fail(call.at("model"), "expected a model, got " + describeType(call.value("model")));
  auto clone = std::make_shared<Model>(model->spec);
  adoptTrainable(*model, clone->spec);
  clone->spec.compile.reset();
  clone->spec.optimizerState.reset();
  clone->givesDict = model->givesDict;
  clone->trainable = model->trainable;
  renewWeights(clone->spec);
  registerModel(call.interpreter, clone);
  return Value::object(clone);
}

Value build(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!call.given("input_shape")) {
    if (!isBuilt(model.spec))
      failUnbuilt(model, "build", call.pos);
    return {};
  }
  Shape shape = toKerasShape(call.value("input_shape"), "input_shape", call.at("input_shape"));
  buildModel(call.interpreter, model, shape, call.pos);
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
  adoptTrainable(*model, model->spec);
  compileModel(model->spec, toArguments(call.interpreter, arguments), state.location(call.pos),
               state.warningHandler());
  model->trained = model->usedLoss = false;
  state.lastCompiled = model;
  return {};
}

Value summary(Call &call) {
  auto &model = call.selfAs<Model>();
  ModelSpec spec = model.spec;
  adoptTrainable(model, spec);
  SummaryOptions options;
  options.lineLength =
      static_cast<int>(std::clamp<int64_t>(call.integer("line_length", 0), 0, 1000));
  options.terminalWidth = call.interpreter.state.options.terminalWidth;
  options.showTrainable = call.flag("show_trainable", false);
  options.expandNested = call.flag("expand_nested", false);
  options.optimizerBuilt = model.trained;
  call.interpreter.state.out << summaryText(spec, options);
  return {};
}

/// What model.layers lists: operations on masks are not among them.
std::vector<Value> listedLayers(const Model &model) {
  std::vector<Value> listed;
  for (const Value &layer : model.layers)
    if (auto *plain = layer.get<Layer>(); !plain || !isOperation(plain->layer.spec.className))
      listed.push_back(layer);
  return listed;
}

Value getLayer(Call &call) {
  std::vector<Value> layers = listedLayers(call.selfAs<Model>());
  if (call.has("name")) {
    std::string name = call.str("name", ""), list;
    std::vector<std::string> known;
    for (const Value &layer : layers) {
      if (layerName(layer) == name)
        return layer;
      known.push_back(layerName(layer));
      list += (list.empty() ? "'" : ", '") + known.back() + "'";
    }
    fail(call.at("name"), "No such layer: " + name + ". Existing layers are: [" + list + "].",
         didYouMean(name, known));
  }
  if (!call.has("index"))
    fail(call.pos, "Provide either a layer name or layer index at `get_layer`.");
  int64_t index = call.integer("index", 0), count = static_cast<int64_t>(layers.size());
  if (index < -count || index >= count)
    fail(call.at("index"), "Was asked to retrieve layer at index " + std::to_string(index) +
                               " but model only has " + std::to_string(count) + " layers.");
  return layers[static_cast<size_t>(index < 0 ? index + count : index)];
}

/// Keras 3 has one name for all metrics, and the losses of several outputs once it has used them.
Value metricsNames(const Model &model) {
  std::vector<Value> names;
  if (const std::optional<CompileSpec> &compile = model.spec.compile) {
    names.push_back(Value::str("loss"));
    if (std::any_of(compile->metrics.begin(), compile->metrics.end(),
                    [](const std::vector<MetricSpec> &metrics) { return !metrics.empty(); }))
      names.push_back(Value::str("compile_metrics"));
    for (const LogSpec &log : model.spec.logs())
      if (model.usedLoss && log.output >= 0 && log.metric < 0)
        names.push_back(Value::str(log.name));
  }
  return Value::list(std::move(names));
}

Value pop(Call &call) {
  auto &model = call.selfAs<Model>();
  if (!model.spec.sequential)
    fail(call.pos, "only a Sequential model has pop()");
  retireEngine(model);
  model.spec.optimizerState.reset(); // of the weights that there were
  popLayer(model.spec, call.interpreter.state.location(call.pos));
  model.layers.pop_back();
  model.graphNodes.resize(std::min(model.graphNodes.size(), model.spec.nodes.size()));
  return {};
}

} // namespace

void failUnbuilt(const Model &model, const std::string &method, Pos pos) {
  fail(pos, method + ": the input shape of model \"" + model.spec.name + "\" is not known yet",
       "start the model with Input(shape), or call model.build((None, n)) first");
}

void registerModel(Interpreter &interpreter, const std::shared_ptr<Model> &model,
                   std::vector<Value> layers) {
  model->layers = std::move(layers);
  for (const Value &layer : model->layers)
    graphLayerOf(layer).owners.push_back(model);
  interpreter.state.models.push_back(model);
}

void registerModel(Interpreter &interpreter, const std::shared_ptr<Model> &model) {
  registerModel(interpreter, model, layersOf(interpreter, model->spec));
}

void buildModel(Interpreter &interpreter, Model &model, const Shape &shape, Pos pos) {
  ScriptState &state = interpreter.state;
  if (!model.spec.sequential)
    return;
  buildSequential(model.spec, shape, state.names, state.location(pos));
  adoptLayers(model);
}

Engine &engineOf(Interpreter &interpreter, Model &model, Pos pos) {
  ScriptState &state = interpreter.state;
  if (model.engine) {
    adoptSharedWeights(state, model);
    return *model.engine;
  }
  if (!model.trained) // else what is trained was decided by compile
    adoptTrainable(model, model.spec);
  currentWeights(interpreter, model, pos);
  RunOptions options = state.options.run;
  options.seed = seedOf(state, &model);
  model.engine = (*state.factory)(model.spec, options);
  return *model.engine;
}

void addKerasModels(Module &models) {
  models.function("Sequential", "layers=, name=, trainable=", makeSequentialModel, "Sequential");
  models.function("Model", "inputs|input=, outputs|output=, name=, trainable=", makeFunctionalModel,
                  "Model");
  models.function("clone_model", "model, input_tensors!, clone_function!", cloneModel, "Model");
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
  table.method("pop", "", pop, "NoneType");
  addWeightMethods(table);
  addGraphProperties(table);
  for (const char *name : {"reset_states", "reset_state"})
    table.method(
        name, "",
        [](Call &call) -> Value {
          for (const StateSpec &state : statesOf(call.selfAs<Model>().spec))
            *state.value = {};
          return {};
        },
        "NoneType");
  for (bool outputs : {false, true})
    table.property(
        outputs ? "outputs" : "inputs",
        [outputs](const Value &self, Interpreter &interpreter, Pos pos) {
          return Value::list(endsOf(interpreter, *self.get<Model>(), outputs, pos));
        },
        "list");
  table.method("get_layer", "name=, index=", getLayer);
  table.property(
      "layers",
      [](const Value &self, Interpreter &, Pos) {
        return Value::list(listedLayers(*self.get<Model>()));
      },
      "list");
  table.property(
      "name",
      [](const Value &self, Interpreter &, Pos) {
        return Value::str(self.get<Model>()->spec.name);
      },
      "str");
  table.property(
      "metrics_names",
      [](const Value &self, Interpreter &, Pos) { return metricsNames(*self.get<Model>()); },
      "list");
  for (const char *name : {"get_config", "optimizer", "loss"})
    table.refused[name] = "";
}

} // namespace keratin::dsl
