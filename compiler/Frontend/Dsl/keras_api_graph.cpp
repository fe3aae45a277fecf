// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional API: layers and models called on tensors, and models cut out of the graph.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"
#include "compiler/Frontend/Dsl/keras_arguments.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/NestedModels.h"

#include <algorithm>
#include <map>

namespace keratin::dsl {

namespace {

Value makeTensor(Interpreter &interpreter, TensorRef ref) {
  return Value::make<Tensor>(ref, interpreter.state.graph.shapeOf(ref));
}

/// All outputs of a node.
std::vector<Value> outputsOf(Interpreter &interpreter, int node) {
  std::vector<Value> tensors;
  for (int i = 0; i < interpreter.state.graph.outputCount(node); ++i)
    tensors.push_back(makeTensor(interpreter, {node, i}));
  return tensors;
}

void setLayer(ScriptState &state, int handle, Value layer) {
  if (state.graphLayers.size() <= static_cast<size_t>(handle))
    state.graphLayers.resize(static_cast<size_t>(handle) + 1);
  state.graphLayers[static_cast<size_t>(handle)] = std::move(layer);
}

/// The layer as the graph is to have it.
NewLayer graphForm(const Value &layer) {
  if (auto *plain = layer.get<Layer>())
    return plain->layer;
  auto *model = layer.get<Model>();
  NewLayer form{modelAsLayer(model->spec), {}, {}};
  form.spec.config["trainable"] = model->trainable;
  return form;
}

/// One call of a layer or model, with the keywords of NodeSpec; the number of its node.
int addCall(Interpreter &interpreter, const Value &layer, const std::vector<TensorRef> &inputs,
            Pos pos, Json arguments = Json::object(), const std::vector<TensorRef> &masks = {}) {
  ScriptState &state = interpreter.state;
  GraphLayer &called = graphLayerOf(layer);
  if (called.handle < 0) {
    called.handle = state.graph.add(graphForm(layer));
    setLayer(state, called.handle, layer);
  } else {
    state.graph.layer(called.handle) = graphForm(layer);
  }
  int node =
      state.graph.call(called.handle, inputs, state.location(pos), std::move(arguments), masks)
          .node;
  if (auto *plain = layer.get<Layer>())
    plain->layer.spec = state.graph.layer(called.handle).spec;
  called.calls.push_back(node);
  return node;
}

std::shared_ptr<Layer> addInput(Interpreter &interpreter, std::shared_ptr<Layer> layer) {
  ScriptState &state = interpreter.state;
  TensorRef ref = state.graph.input(layer->layer);
  layer->handle = state.graph.handleOf(ref);
  layer->calls.push_back(ref.node);
  setLayer(state, layer->handle, Value::object(layer));
  return layer;
}

/// Puts the nodes of a Sequential or loaded model into the graph that are not there yet.
void enterGraph(Interpreter &interpreter, Model &model, Pos pos) {
  for (size_t i = model.graphNodes.size(); i < model.spec.nodes.size(); ++i) {
    const NodeSpec &node = model.spec.nodes[i];
    const LayerSpec &spec = model.spec.layers[node.layer];
    Value layer = layerNamed(model, spec.name);
    if (node.inputs.empty()) {
      auto input = layer.share<Layer>();
      if (!input)
        input = std::make_shared<Layer>(NewLayer{spec, {}, {}});
      model.graphNodes.push_back(addInput(interpreter, std::move(input))->calls.back());
      continue;
    }
    auto inGraph = [&](std::vector<TensorRef> tensors) {
      for (TensorRef &tensor : tensors)
        tensor.node = tensor.node < 0 ? -1 : model.graphNodes[tensor.node];
      return tensors;
    };
    model.graphNodes.push_back(addCall(interpreter, layer, inGraph(node.inputs), pos,
                                       node.arguments, inGraph(node.masks)));
  }
}

/// Adds the tensors in `value`: lists in lists in order, dicts by sorted keys as Keras takes them.
/// `rule` and `hint` are for anything else.
void collectTensors(Interpreter &interpreter, const Value &value, const std::string &rule,
                    const std::string &hint, Pos pos, std::vector<TensorRef> &tensors,
                    int depth = 0) {
  auto collect = [&](const Value &item) {
    collectTensors(interpreter, item, rule, hint, pos, tensors, depth + 1);
  };
  if (depth > 50)
    fail(pos, "tensors are nested more than 50 deep");
  if (auto *tensor = value.get<Tensor>()) {
    tensors.push_back(tensor->ref);
  } else if (value.get<List>() || value.get<Tuple>()) {
    for (const Value &item : interpreter.elements(value, pos))
      collect(item);
  } else if (auto *dict = value.get<Dict>()) {
    std::map<std::string, Value> sorted;
    for (auto &[key, item] : dict->table.items())
      sorted[toStr(key, "a key", pos)] = item;
    for (auto &[key, item] : sorted)
      collect(item);
  } else {
    fail(pos, rule + ", got " + describeType(value),
         value.get<NdArray>() ? "start with keras.Input and compute with model.predict" : hint);
  }
}

/// The tensors that an argument of Model(…) holds.
std::vector<TensorRef> endsIn(Call &call, const char *name) {
  std::vector<TensorRef> tensors;
  collectTensors(call.interpreter, call.value(name), std::string(name) + " must be Keras tensors",
                 "call layers on keras.Input(...)", call.at(name), tensors);
  return tensors;
}

std::vector<std::string> sortedKeys(const Dict &dict, Pos pos) {
  std::vector<std::string> keys;
  for (auto &[key, item] : dict.table.items())
    keys.push_back(toStr(key, "a key", pos));
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// What a call gives: a tensor, a list, or a dict where the model was made with one.
Value callResult(std::vector<Value> tensors, const Model *model) {
  if (model && model->givesDict) {
    auto dict = std::make_shared<Dict>();
    for (size_t i = 0; i < tensors.size(); ++i)
      dict->table.insert(Value::str(model->spec.outputName(i)), tensors[i], {});
    return Value::object(dict);
  }
  return tensors.size() == 1 ? tensors[0] : Value::list(std::move(tensors));
}

/// The argument mask=: a tensor, or of attention layers a list in which None stands for no mask.
std::vector<TensorRef> givenMasks(Call &call) {
  if (!call.has("mask"))
    return {};
  const Value &given = call.value("mask");
  auto maskOf = [&](const Value &mask) {
    auto *tensor = mask.get<Tensor>();
    if (!tensor && !mask.isNone())
      fail(call.at("mask"), "a mask must be a Keras tensor, got " + describeType(mask),
           "make it with keras.ops.not_equal(x, 0) or layer.compute_mask(x)");
    return tensor ? tensor->ref : TensorRef();
  };
  std::vector<TensorRef> masks;
  if (given.get<List>() || given.get<Tuple>())
    for (const Value &mask : call.interpreter.elements(given, call.at("mask")))
      masks.push_back(maskOf(mask));
  else
    masks.push_back(maskOf(given));
  bool any = std::any_of(masks.begin(), masks.end(), [](TensorRef mask) { return mask.node >= 0; });
  return any ? masks : std::vector<TensorRef>();
}

/// The keywords that attention layers take, as NodeSpec has them.
Json attentionArguments(Call &call, const Value &callee) {
  auto *layer = callee.get<Layer>();
  const std::string name = layer ? layer->layer.spec.className : "a model";
  Json arguments = Json::object();
  for (const char *keyword : {"return_attention_scores", "use_causal_mask"}) {
    if (call.has(keyword) && !takesAttentionArguments(name))
      fail(call.at(keyword), name + " got an unexpected keyword argument '" + keyword + "'");
    if (call.flag(keyword, false))
      arguments[keyword] = true;
  }
  return arguments;
}

} // namespace

GraphLayer &graphLayerOf(const Value &layer) {
  if (auto *model = layer.get<Model>())
    return *model;
  return *layer.get<Layer>();
}

const std::string &layerName(const Value &layer) {
  if (auto *model = layer.get<Model>())
    return model->spec.name;
  return layer.get<Layer>()->layer.spec.name;
}

Value layerNamed(const Model &model, const std::string &name) {
  for (const Value &layer : model.layers)
    if (layerName(layer) == name)
      return layer;
  return {};
}

Value makeInput(Interpreter &interpreter, NewLayer layer) {
  auto input = addInput(interpreter, std::make_shared<Layer>(std::move(layer)));
  Value tensor = makeTensor(interpreter, {input->calls.back(), 0});
  tensor.get<Tensor>()->input = input;
  return tensor;
}

Value callInGraph(Interpreter &interpreter, const Value &layer, const CallArguments &arguments,
                  Pos pos) {
  static const Signature signature("inputs, *, training!, mask=, initial_state=, "
                                   "return_attention_scores=, use_causal_mask=");
  auto *model = layer.get<Model>();
  Call call(interpreter, model ? "a model" : layer.get<Layer>()->layer.spec.className, signature,
            arguments, {}, pos);
  std::vector<TensorRef> inputs;
  collectTensors(interpreter, call.value("inputs"), "a layer is called on tensors", "",
                 call.at("inputs"), inputs);
  if (inputs.empty())
    fail(call.at("inputs"), "a layer is called on tensors, got none");
  if (call.has("initial_state")) {
    if (model)
      fail(call.at("initial_state"), "a model takes its inputs as one argument");
    collectTensors(interpreter, call.value("initial_state"), "initial_state must be Keras tensors",
                   "give a layer's final states, or keras.Input((units,))",
                   call.at("initial_state"), inputs);
  }
  if (model && !isBuilt(model->spec)) {
    if (inputs.size() != 1)
      fail(call.at("inputs"),
           "a Sequential model takes one tensor, got " + std::to_string(inputs.size()));
    buildModel(interpreter, *model, interpreter.state.graph.shapeOf(inputs[0]), pos);
  }
  std::vector<TensorRef> masks = givenMasks(call);
  if (model && !masks.empty())
    fail(call.at("mask"), "a mask given to a model is not supported",
         "give it to the layers in the model that read it");
  int node = addCall(interpreter, layer, inputs, pos, attentionArguments(call, layer), masks);
  return callResult(outputsOf(interpreter, node), model);
}

Value callOperation(Interpreter &interpreter, LayerSpec operation, const Value &tensor,
                    Json arguments, Pos pos) {
  Value layer = Value::make<Layer>(NewLayer{std::move(operation), {}, {}});
  int node = addCall(interpreter, layer, {tensor.get<Tensor>()->ref}, pos, std::move(arguments));
  return outputsOf(interpreter, node).front();
}

Value makeFunctionalModel(Call &call) {
  ScriptState &state = call.interpreter.state;
  if (!call.has("inputs") || !call.has("outputs"))
    fail(call.pos, "Model needs inputs and outputs", "subclasses of Model are not supported");
  std::vector<TensorRef> inputs = endsIn(call, "inputs"), outputs = endsIn(call, "outputs");
  std::string name = call.has("name") ? call.str("name", "") : state.names.next("Functional");
  for (size_t handle = 0; handle < state.graphLayers.size(); ++handle)
    state.graph.layer(static_cast<int>(handle)) = graphForm(state.graphLayers[handle]);
  CutModel cut = state.graph.cut(inputs, outputs, name, state.location(call.pos));

  std::vector<Value> layers;
  for (size_t i = 0; i < cut.layers.size(); ++i)
    layers.push_back(cut.layers[i] >= 0 ? state.graphLayers[static_cast<size_t>(cut.layers[i])]
                                        : Value::make<Layer>(NewLayer{cut.spec.layers[i], {}, {}}));
  auto model = std::make_shared<Model>(std::move(cut.spec));
  for (size_t i = 0; i < cut.nodes.size(); ++i) {
    if (cut.nodes[i] < 0) // an input in the place of an inner tensor
      cut.nodes[i] =
          addInput(call.interpreter,
                   layers[static_cast<size_t>(model->spec.nodes[i].layer)].share<Layer>())
              ->calls.back();
    model->graphNodes.push_back(cut.nodes[i]);
  }
  if (auto *dict = call.value("outputs").get<Dict>()) {
    model->givesDict = true;
    model->spec.outputNames = sortedKeys(*dict, call.at("outputs"));
  }
  registerModel(call.interpreter, model, std::move(layers));
  if (!call.flag("trainable", true))
    setTrainable(Value::object(model), false);
  return Value::object(model);
}

std::vector<Value> endsOf(Interpreter &interpreter, Model &model, bool outputs, Pos pos) {
  if (!isBuilt(model.spec))
    failUnbuilt(model, outputs ? "output" : "input", pos);
  enterGraph(interpreter, model, pos);
  std::vector<Value> tensors;
  for (TensorRef end : outputs ? model.spec.outputs : model.spec.inputs)
    tensors.push_back(makeTensor(interpreter, {model.graphNodes[end.node], end.output}));
  return tensors;
}

/// Inputs or outputs of the first call of a layer.
static std::vector<Value> endsOfCall(Interpreter &interpreter, const Value &self, bool outputs,
                                     Pos pos) {
  if (auto *model = self.get<Model>())
    return endsOf(interpreter, *model, outputs, pos);
  auto *layer = self.get<Layer>();
  for (auto &owner : layer->owners)
    if (auto model = owner.lock(); model && layer->calls.empty() && isBuilt(model->spec))
      enterGraph(interpreter, *model, pos);
  if (layer->calls.empty())
    fail(pos, "The layer " + layerName(self) + " has never been called and thus has no defined " +
                  (outputs ? "output." : "input."));
  int node = layer->calls.front();
  if (outputs)
    return outputsOf(interpreter, node);
  std::vector<Value> tensors;
  for (TensorRef input : interpreter.state.graph.inputsOf(node))
    tensors.push_back(makeTensor(interpreter, input));
  if (tensors.empty()) // of an InputLayer
    return outputsOf(interpreter, node);
  return tensors;
}

void addGraphProperties(TypeTable &table) {
  for (bool outputs : {false, true}) {
    const char *one = outputs ? "output" : "input",
               *shape = outputs ? "output_shape" : "input_shape";
    table.property(one, [outputs](const Value &self, Interpreter &interpreter, Pos pos) {
      return callResult(endsOfCall(interpreter, self, outputs, pos), nullptr);
    });
    table.property(shape, [outputs](const Value &self, Interpreter &interpreter, Pos pos) {
      std::vector<Value> shapes;
      for (const Value &tensor : endsOfCall(interpreter, self, outputs, pos))
        shapes.push_back(symbolicShape(tensor.get<Tensor>()->shape));
      return shapes.size() == 1 ? shapes[0] : Value::list(std::move(shapes));
    });
  }
}

Value symbolicShape(const Shape &shape) {
  std::vector<Value> dims;
  for (int64_t dim : shape)
    dims.push_back(dim < 0 ? Value() : Value::integer(dim));
  return Value::tuple(std::move(dims));
}

} // namespace keratin::dsl
