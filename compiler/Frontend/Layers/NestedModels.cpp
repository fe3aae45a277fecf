// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/NestedModels.h"

#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <algorithm>

namespace keratin {

LayerSpec modelAsLayer(const ModelSpec &model) {
  LayerSpec layer;
  layer.className = model.sequential ? "Sequential" : "Functional";
  layer.name = model.name;
  layer.config = {{"name", model.name}, {"trainable", true}};
  layer.location = model.location;
  auto structure = std::make_shared<ModelSpec>(model);
  for (LayerSpec &inner : structure->layers)
    for (WeightSpec &own : inner.weights) {
      if (own.path.empty())
        continue; // a value kept until the model is built
      WeightSpec &weight = layer.weights.emplace_back(own);
      weight.trainable = own.trainable && inner.trainable();
      own.value = {};
    }
  layer.model = std::move(structure);
  return layer;
}

LayerSpec builtModelLayer(LayerSpec layer, const Shape &input, AutoNames &names) {
  if (isBuilt(*layer.model))
    return layer;
  ModelSpec model = *layer.model;
  buildSequential(model, input, names, layer.location);
  LayerSpec built = modelAsLayer(model);
  built.config = std::move(layer.config);
  return built;
}

/// Whether a tensor of this shape may stand for a model's input.
static bool fits(const Shape &given, const Shape &expected) {
  if (given.size() != expected.size())
    return false;
  for (size_t i = 1; i < given.size(); ++i)
    if (expected[i] >= 0 && given[i] >= 0 && given[i] != expected[i])
      return false;
  return true;
}

static void checkInputs(const LayerSpec &layer, const std::vector<Shape> &inputs,
                        const SourceLocation &location) {
  const ModelSpec &model = *layer.model;
  if (inputs.size() != model.inputs.size())
    throw UserError(location, "Layer \"" + layer.name + "\" expects " +
                                  std::to_string(model.inputs.size()) +
                                  " input(s), but it received " + std::to_string(inputs.size()) +
                                  " input tensors.");
  for (size_t i = 0; i < inputs.size(); ++i)
    if (const Shape &expected = model.shapeOf(model.inputs[i]); !fits(inputs[i], expected))
      throw UserError(
          location, "Input " + std::to_string(i) + " with name '" +
                        model.layerOf(model.inputs[i]).name + "' of layer '" + layer.name +
                        "' is incompatible with the layer: expected shape=" + shapeText(expected) +
                        ", found shape=" + shapeText(inputs[i]));
}

/// The shapes of all nodes of a model called on these inputs.
static std::vector<std::vector<Shape>> shapesInside(const ModelSpec &model,
                                                    const std::vector<Shape> &inputs,
                                                    const SourceLocation &location) {
  std::vector<std::vector<Shape>> shapes(model.nodes.size());
  bool asBuilt = true;
  for (size_t i = 0; i < inputs.size(); ++i) {
    shapes[model.inputs[i].node] = {inputs[i]};
    asBuilt = asBuilt && inputs[i] == model.shapeOf(model.inputs[i]);
  }
  for (size_t i = 0; asBuilt && i < shapes.size(); ++i)
    shapes[i] = model.nodes[i].outputShapes;
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (!shapes[i].empty())
      continue;
    std::vector<Shape> read;
    for (TensorRef input : model.nodes[i].inputs)
      read.push_back(shapes[input.node][input.output]);
    shapes[i] =
        nodeShapes(model.layers[model.nodes[i].layer], read, location, model.nodes[i].arguments);
  }
  return shapes;
}

std::vector<Shape> nodeShapes(const LayerSpec &layer, const std::vector<Shape> &inputs,
                              const SourceLocation &location, const Json &arguments) {
  if (layer.model) {
    checkInputs(layer, inputs, location);
    std::vector<std::vector<Shape>> inside = shapesInside(*layer.model, inputs, location);
    std::vector<Shape> outputs;
    for (TensorRef output : layer.model->outputs)
      outputs.push_back(inside[output.node][output.output]);
    return outputs;
  }
  return outputShapes(layer, inputs, location, arguments);
}

ModelSpec withInputShapes(const ModelSpec &model, const std::vector<Shape> &shapes) {
  ModelSpec result = model;
  std::vector<std::vector<Shape>> inside = shapesInside(model, shapes, model.location);
  for (size_t i = 0; i < inside.size(); ++i)
    result.nodes[i].outputShapes = std::move(inside[i]);
  return result;
}

std::vector<Shape> apartInputShapes(const ModelSpec &model, const std::vector<Shape> &arrays) {
  std::vector<Shape> shapes;
  int64_t common = -1;
  bool apart = false;
  for (size_t i = 0; i < model.inputs.size(); ++i) {
    Shape &shape = shapes.emplace_back(model.shapeOf(model.inputs[i]));
    if (i >= arrays.size() || shape.size() < 2 || shape[1] >= 0 || arrays[i].size() < 2)
      continue;
    shape[1] = arrays[i][1];
    apart = apart || (common >= 0 && common != shape[1]);
    common = shape[1];
  }
  return apart ? shapes : std::vector<Shape>();
}

namespace {

/// Copies a model, with the inside of nested ones in their places.
class Inliner {
public:
  Inliner(const ModelSpec &model) : result(model) {
    result.layers.clear();
    result.nodes.clear();
  }

  ModelSpec run(const ModelSpec &model) {
    for (size_t i = 0; i < model.outputs.size(); ++i)
      outputNames.push_back(model.outputName(i));
    std::vector<std::vector<TensorRef>> places(model.nodes.size());
    std::vector<Shape> shapes;
    for (TensorRef input : model.inputs)
      shapes.push_back(model.shapeOf(input));
    std::vector<Layers> layers;
    for (const LayerSpec &layer : model.layers)
      layers.push_back(add(layer, layer.name));
    emit(model, layers, shapesInside(model, shapes, model.location), places);
    for (std::vector<TensorRef> *ends : {&result.inputs, &result.outputs})
      for (TensorRef &end : *ends)
        end = places[end.node][end.output];
    result.outputNames = std::move(outputNames);
    return std::move(result);
  }

private:
  /// A layer's place in the result, or those of the layers inside of it.
  struct Layers {
    int index = -1;
    std::vector<Layers> inside;
  };

  Layers add(const LayerSpec &layer, const std::string &name) {
    if (!layer.model) {
      result.layers.push_back(layer);
      result.layers.back().name = name;
      return {static_cast<int>(result.layers.size()) - 1, {}};
    }
    Layers layers;
    auto weight = layer.weights.begin();
    for (LayerSpec inner : layer.model->layers) {
      if (inner.className == "InputLayer") {
        layers.inside.emplace_back();
        continue;
      }
      for (WeightSpec &own : inner.weights)
        own = *weight++;
      if (!layer.trainable())
        inner.config["trainable"] = false;
      layers.inside.push_back(add(inner, name + "/" + inner.name));
    }
    return layers;
  }

  /// Appends the nodes of `model`; places of those of its inputs are given, or they are nodes too.
  void emit(const ModelSpec &model, const std::vector<Layers> &layers,
            const std::vector<std::vector<Shape>> &shapes,
            std::vector<std::vector<TensorRef>> &places) {
    for (size_t i = 0; i < model.nodes.size(); ++i) {
      if (!places[i].empty())
        continue;
      const NodeSpec &node = model.nodes[i];
      const LayerSpec &layer = model.layers[node.layer];
      std::vector<TensorRef> inputs, masks;
      std::vector<Shape> inputShapes;
      for (TensorRef mask : node.masks)
        masks.push_back(mask.node < 0 ? mask : places[mask.node][mask.output]);
      for (TensorRef input : node.inputs) {
        inputs.push_back(places[input.node][input.output]);
        inputShapes.push_back(shapes[input.node][input.output]);
      }
      if (layer.model) {
        const ModelSpec &inner = *layer.model;
        std::vector<std::vector<TensorRef>> inside(inner.nodes.size());
        for (size_t k = 0; k < inputs.size(); ++k)
          inside[inner.inputs[k].node] = {inputs[k]};
        emit(inner, layers[node.layer].inside, shapesInside(inner, inputShapes, node.location),
             inside);
        for (TensorRef output : inner.outputs)
          places[i].push_back(inside[output.node][output.output]);
        continue;
      }
      result.nodes.push_back(
          {layers[node.layer].index, inputs, shapes[i], node.location, node.arguments, masks});
      for (int output = 0; output < static_cast<int>(shapes[i].size()); ++output)
        places[i].push_back({static_cast<int>(result.nodes.size()) - 1, output});
    }
  }

  ModelSpec result;
  std::vector<std::string> outputNames;
};

} // namespace

bool hasNestedModels(const ModelSpec &model) {
  return std::any_of(model.layers.begin(), model.layers.end(),
                     [](const LayerSpec &layer) { return layer.model != nullptr; });
}

ModelSpec inlineModels(const ModelSpec &model) {
  return hasNestedModels(model) ? Inliner(model).run(model) : model;
}

} // namespace keratin
