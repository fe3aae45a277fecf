// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts layers together to a ModelSpec: order, shapes, weights, as Keras's Sequential and Model do.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

namespace keratin {

/// Sequential models. An empty one is ModelSpec{name, sequential}; while no input shape is known it
/// is unbuilt: layers without nodes, weights, inputs and outputs.
ModelSpec makeSequential(const std::string &name, const SourceLocation &location);

/// model.add(layer). The first layer is an InputLayer, or one that states its input shape, or the
/// model stays unbuilt. Throws on duplicate names and on shapes that do not fit, located at the
/// layer.
void addLayer(ModelSpec &model, NewLayer layer, AutoNames &names);

/// model.pop(): removes the last layer, which is no InputLayer. Throws if there is none.
void popLayer(ModelSpec &model, const SourceLocation &location);

inline bool isBuilt(const ModelSpec &model) { return !model.outputs.empty(); }

/// model.build(shape), batch first: puts an InputLayer in front and builds every layer. Does
/// nothing on a model already built with a compatible shape; throws on another one.
void buildSequential(ModelSpec &model, const Shape &inputShape, AutoNames &names,
                     const SourceLocation &location);

/// A model cut out of a graph.
struct CutModel {
  ModelSpec spec;
  std::vector<int> layers; ///< the handle of each layer; -1: an InputLayer made for the model
  std::vector<int> nodes;  ///< the graph's node of each node; -1 likewise
};

/// The functional API: one graph for as long as Keras's global state lives; models are cut out of
/// it.
class FunctionalGraph {
public:
  /// Adds a layer that can then be called, and returns its handle.
  int add(NewLayer layer);
  /// Input(…): adds an InputLayer and its node.
  TensorRef input(NewLayer inputLayer);
  /// A layer as it is now: built, once called. Changes are seen by later calls and models.
  NewLayer &layer(int handle) { return layers.at(handle); }
  int handleOf(TensorRef tensor) const { return nodes.at(tensor.node).layer; }
  /// layer(*inputs): builds the layer at its first call, unless it is a model, which is built
  /// before. The first of its outputs; the others are {node, 1}, …
  /// Keywords and masks are those of NodeSpec.
  TensorRef call(int layer, const std::vector<TensorRef> &inputs, const SourceLocation &location,
                 Json arguments = Json::object(), const std::vector<TensorRef> &masks = {});
  const Shape &shapeOf(TensorRef tensor) const;
  int outputCount(int node) const { return static_cast<int>(nodes.at(node).outputShapes.size()); }
  const std::vector<TensorRef> &inputsOf(int node) const { return nodes.at(node).inputs; }
  /// The layer whose output a tensor is.
  const LayerSpec &producerOf(TensorRef tensor) const { return layers.at(handleOf(tensor)).spec; }
  /// Model(inputs, outputs): the layers between, in Keras's order: by depth, then as they are met
  /// on the way back from the outputs. An input that is no Input() gets an InputLayer in its place.
  CutModel cut(const std::vector<TensorRef> &inputs, const std::vector<TensorRef> &outputs,
               const std::string &name, const SourceLocation &location) const;
  ModelSpec model(const std::vector<TensorRef> &inputs, const std::vector<TensorRef> &outputs,
                  const std::string &name, const SourceLocation &location) const {
    return cut(inputs, outputs, name, location).spec;
  }

private:
  /// Throws UserError where the masks of a call do not fit the layer and its inputs.
  void checkMasks(const LayerSpec &called, const std::vector<Shape> &inputs,
                  const std::vector<TensorRef> &masks, const SourceLocation &location) const;

  std::vector<NewLayer> layers;
  std::vector<NodeSpec> nodes;
};

/// "(None, 6, 4)", as Keras prints a shape.
std::string shapeText(const Shape &shape);

} // namespace keratin
