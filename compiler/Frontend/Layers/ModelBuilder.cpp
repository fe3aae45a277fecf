// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequential models, and what they share with functional ones.
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include "compiler/Frontend/Layers/BuildLayer.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/States.h"

#include <algorithm>

namespace keratin {

std::string shapeText(const Shape &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + (shape[i] < 0 ? std::string("None") : std::to_string(shape[i]));
  // Python's tuple of one.
  return text + (shape.size() == 1 ? ",)" : ")");
}

Shape inputLayerShape(const LayerSpec &layer) {
  Shape shape;
  for (const Json &dim : layer.config.at("batch_shape"))
    shape.push_back(dim.is_null() ? -1 : dim.get<int64_t>());
  return shape;
}

/// Puts values given by the user (Embedding's weights=[E]) into the weights of a layer just built.
static void assignWeights(LayerSpec &layer, const std::vector<rt::Array> &values) {
  if (values.empty())
    return;
  if (values.size() != layer.weights.size())
    throw UserError(layer.location, "You called `set_weights(weights)` on layer '" + layer.name +
                                        "' with a weight list of length " +
                                        std::to_string(values.size()) +
                                        ", but the layer was expecting " +
                                        std::to_string(layer.weights.size()) + " weights.");
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].shape != layer.weights[i].shape)
      throw UserError(layer.location, "weight `" + layer.weights[i].name + "` of layer '" +
                                          layer.name + "' has shape " +
                                          shapeText(layer.weights[i].shape) + ", got an array of " +
                                          shapeText(values[i].shape));
    layer.weights[i].value = values[i].cast(rt::DType::Float32);
  }
}

/// Refuses weights that no memory holds, before their sizes overflow anywhere.
static void checkSizes(const LayerSpec &layer) {
  for (const WeightSpec &weight : layer.weights) {
    double elements = 1;
    for (int64_t dim : weight.shape)
      elements *= static_cast<double>(dim);
    if (elements > 0x1p36)
      throw UserError(layer.location, "weight " + weight.path + " of shape " +
                                          shapeText(weight.shape) + " is larger than 256 GiB");
  }
}

std::vector<Shape> buildLayer(LayerSpec &layer, const std::vector<rt::Array> &values,
                              const std::vector<Shape> &inputs, const std::string &scope,
                              const SourceLocation &location, const Json &arguments) {
  std::vector<Shape> outputs = outputShapes(layer, inputs, location, arguments);
  if (layer.weights.empty()) {
    layer.weights = makeWeights(layer, inputs, scope + layer.name);
    checkSizes(layer);
    assignWeights(layer, values);
    for (WeightSpec &weight : layer.weights)
      weight.shared = std::make_shared<SharedValue>();
    makeStates(layer);
  }
  return outputs;
}

void checkInputDType(const LayerSpec &producer, const LayerSpec &consumer,
                     const SourceLocation &call) {
  bool boolean = isBoolean(producer);
  if (consumer.className == "Any" && !boolean)
    throw UserError(call, "any() is supported of boolean tensors");
  if (consumer.model || isOperation(consumer.className))
    return;
  if (boolean)
    throw UserError(call, "the boolean output of '" + producer.name +
                              "' is supported as mask=, found it as the input of " +
                              consumer.className + " '" + consumer.name + "'");
  if (producer.className != "InputLayer")
    return;
  std::string dtype = producer.config.value("dtype", "float32");
  if (dtype != "float32" && dtype != "float64" && consumer.className != "Embedding")
    throw UserError(producer.location,
                    "an input of dtype " + dtype +
                        " is supported in front of Embedding layers, "
                        "found " +
                        consumer.className + " '" + consumer.name + "'",
                    "leave dtype out, or make it \"float32\"");
}

ModelSpec makeSequential(const std::string &name, const SourceLocation &location) {
  ModelSpec model;
  model.name = name;
  model.location = location;
  return model;
}

/// Builds layer `index` on the output of the layer before it and appends its node.
static void appendNode(ModelSpec &model, int index, const std::vector<rt::Array> &values,
                       AutoNames &names) {
  LayerSpec &layer = model.layers[index];
  TensorRef input = model.outputs.front();
  std::vector<Shape> shapes;
  if (layer.model) {
    layer = builtModelLayer(std::move(layer), model.shapeOf(input), names);
    shapes = nodeShapes(layer, {model.shapeOf(input)}, layer.location);
  } else {
    checkInputDType(model.layerOf(input), layer, layer.location);
    shapes = buildLayer(layer, values, {model.shapeOf(input)}, model.name + "/", layer.location);
  }
  if (shapes.size() != 1)
    throw UserError(layer.location,
                    "All layers in a Sequential model should have a single output tensor, '" +
                        layer.name + "' has " + std::to_string(shapes.size()));
  model.nodes.push_back({index, {input}, std::move(shapes), layer.location});
  model.outputs = {{static_cast<int>(model.nodes.size()) - 1, 0}};
}

/// Appends an InputLayer's node; the model is empty or has been.
static void startNodes(ModelSpec &model) {
  const LayerSpec &input = model.layers.front();
  model.nodes = {{0, {}, {inputLayerShape(input)}, input.location}};
  model.inputs = model.outputs = {{0, 0}};
}

static LayerSpec makeInput(const Shape &shape, AutoNames &names, const SourceLocation &location) {
  Json dims = Json::array();
  for (int64_t dim : shape)
    dims.push_back(dim < 0 ? Json(nullptr) : Json(dim));
  return makeLayer("InputLayer", {{"batch_shape", dims, location, {}}}, location, names).spec;
}

void addLayer(ModelSpec &model, NewLayer layer, AutoNames &names) {
  const SourceLocation location = layer.spec.location;
  for (const LayerSpec &existing : model.layers)
    if (existing.name == layer.spec.name)
      throw UserError(location, "All layers added to a Sequential model should have unique names. "
                                "Name '" +
                                    layer.spec.name +
                                    "' is already the name of a layer in this model. Update the "
                                    "`name` argument to pass a unique name.");
  bool isInput = layer.spec.className == "InputLayer";
  if (isInput && !model.layers.empty())
    throw UserError(location, "an Input is only possible as the first layer of a Sequential model, "
                              "found it after '" +
                                  model.layers.back().name + "'");
  if (model.layers.empty() && (isInput || layer.inputShape)) {
    model.layers.push_back(isInput ? std::move(layer.spec)
                                   : makeInput(*layer.inputShape, names, location));
    startNodes(model);
    if (isInput)
      return;
  }
  model.layers.push_back(std::move(layer.spec));
  if (isBuilt(model)) {
    appendNode(model, static_cast<int>(model.layers.size()) - 1, layer.weights, names);
    return;
  }
  // Values given are kept as weights without a path until the model is built.
  if (!model.layers.back().weights.empty())
    return; // built elsewhere
  for (rt::Array &value : layer.weights)
    model.layers.back().weights.push_back({"", "", {}, nullptr, true, std::move(value)});
}

void popLayer(ModelSpec &model, const SourceLocation &location) {
  if (model.layers.empty() || model.layers.back().className == "InputLayer")
    throw UserError(location, "there are no layers in model '" + model.name + "' to remove");
  model.layers.pop_back();
  if (!isBuilt(model))
    return;
  model.nodes.pop_back();
  model.outputs = {{static_cast<int>(model.nodes.size()) - 1, 0}};
}

void buildSequential(ModelSpec &model, const Shape &inputShape, AutoNames &names,
                     const SourceLocation &location) {
  if (isBuilt(model)) {
    const Shape &shape = model.shapeOf(model.inputs.front());
    bool fits = shape.size() == inputShape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i)
      fits = shape[i] == inputShape[i] || shape[i] < 0 || inputShape[i] < 0;
    if (!fits)
      throw UserError(location, "Model '" + model.name +
                                    "' has already been configured to use input shape " +
                                    shapeText(shape) + ". You cannot build it with input_shape " +
                                    shapeText(inputShape));
    return;
  }
  if (model.layers.empty())
    throw UserError(location, "Sequential model " + model.name +
                                  " cannot be built because it has no layers. "
                                  "Call `model.add(layer)`.");
  ModelSpec built = model;
  built.layers.insert(built.layers.begin(),
                      makeInput(inputShape, names, built.layers.front().location));
  startNodes(built);
  for (size_t i = 1; i < built.layers.size(); ++i) {
    std::vector<WeightSpec> &weights = built.layers[i].weights;
    std::vector<rt::Array> values;
    if (!weights.empty() && weights.front().path.empty()) {
      for (WeightSpec &weight : weights)
        values.push_back(std::move(weight.value));
      weights.clear();
    }
    appendNode(built, static_cast<int>(i), values, names);
  }
  model = std::move(built);
}

} // namespace keratin
