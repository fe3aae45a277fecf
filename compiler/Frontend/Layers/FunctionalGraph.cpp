// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional API: calls of layers on tensors, and the models cut out of them.
#include "compiler/Frontend/Layers/BuildLayer.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <algorithm>
#include <map>
#include <set>

namespace keratin {

int FunctionalGraph::add(NewLayer layer) {
  layers.push_back(std::move(layer));
  return static_cast<int>(layers.size()) - 1;
}

TensorRef FunctionalGraph::input(NewLayer inputLayer) {
  NodeSpec node;
  node.location = inputLayer.spec.location;
  node.outputShapes = {inputLayerShape(inputLayer.spec)};
  node.layer = add(std::move(inputLayer));
  nodes.push_back(std::move(node));
  return {static_cast<int>(nodes.size()) - 1, 0};
}

TensorRef FunctionalGraph::call(int layer, const std::vector<TensorRef> &inputs,
                                const SourceLocation &location) {
  NewLayer &called = layers.at(layer);
  if (called.spec.className == "InputLayer")
    throw UserError(location, "an InputLayer cannot be called");
  std::vector<Shape> shapes;
  for (TensorRef input : inputs) {
    shapes.push_back(shapeOf(input));
    const LayerSpec &producer = layers[nodes.at(input.node).layer].spec;
    if (producer.className == "InputLayer")
      checkInputDType(producer, called.spec);
  }
  if (inputs.empty())
    throw UserError(location,
                    called.spec.className + " '" + called.spec.name + "' takes one tensor, got 0");
  Shape shape = buildLayer(called.spec, called.weights, shapes, "", location);
  nodes.push_back({layer, inputs, {std::move(shape)}, location});
  return {static_cast<int>(nodes.size()) - 1, 0};
}

const Shape &FunctionalGraph::shapeOf(TensorRef tensor) const {
  return nodes.at(tensor.node).outputShapes.at(tensor.output);
}

/// The nodes that `outputs` depend on, in the order of their creation, stopping at `inputs`.
static std::set<int> reachableNodes(const std::vector<NodeSpec> &nodes,
                                    const std::vector<TensorRef> &inputs,
                                    const std::vector<TensorRef> &outputs) {
  std::set<int> reached;
  for (TensorRef input : inputs)
    reached.insert(input.node);
  std::vector<int> pending;
  for (TensorRef output : outputs)
    pending.push_back(output.node);
  while (!pending.empty()) {
    int node = pending.back();
    pending.pop_back();
    if (!reached.insert(node).second)
      continue;
    for (TensorRef source : nodes[node].inputs)
      pending.push_back(source.node);
  }
  return reached;
}

/// Keras's depth of each layer: the longest way to an output. Layers are ordered by falling depth.
static std::map<int, int> layerDepths(const std::vector<NodeSpec> &nodes,
                                      const std::set<int> &reached) {
  std::map<int, int> nodeDepth, layerDepth;
  for (auto node = reached.rbegin(); node != reached.rend(); ++node) {
    int layer = nodes[*node].layer;
    int depth = std::max(nodeDepth[*node], layerDepth[layer]);
    nodeDepth[*node] = layerDepth[layer] = depth;
    for (TensorRef source : nodes[*node].inputs)
      nodeDepth[source.node] = std::max(nodeDepth[source.node], depth + 1);
  }
  return layerDepth;
}

ModelSpec FunctionalGraph::model(const std::vector<TensorRef> &inputs,
                                 const std::vector<TensorRef> &outputs, const std::string &name,
                                 const SourceLocation &location) const {
  if (inputs.empty() || outputs.empty())
    throw UserError(location, "a Model needs at least one input and one output");
  for (TensorRef input : inputs)
    if (layers[nodes.at(input.node).layer].spec.className != "InputLayer")
      throw UserError(location,
                      "the inputs of a Model must be made by Input(), found the output of '" +
                          layers[nodes[input.node].layer].spec.name + "'");
  std::set<int> reached = reachableNodes(nodes, inputs, outputs);
  for (int node : reached) {
    bool isInput = std::any_of(inputs.begin(), inputs.end(),
                               [&](TensorRef input) { return input.node == node; });
    if (!isInput && nodes[node].inputs.empty())
      throw UserError(location, "`inputs` not connected to `outputs`: the outputs depend on '" +
                                    layers[nodes[node].layer].spec.name +
                                    "', which is not among the inputs");
  }

  // Deepest first; the order of creation breaks ties.
  std::vector<int> order;
  std::map<int, int> depths = layerDepths(nodes, reached);
  for (auto [layer, depth] : depths)
    order.push_back(layer);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return std::make_pair(-depths.at(a), a) < std::make_pair(-depths.at(b), b);
  });

  ModelSpec result;
  result.name = name;
  result.sequential = false;
  result.location = location;
  std::map<int, int> newLayer, newNode;
  std::set<std::string> names;
  for (int layer : order) {
    if (!names.insert(layers[layer].spec.name).second)
      throw UserError(layers[layer].spec.location,
                      "The name \"" + layers[layer].spec.name +
                          "\" is used 2 times in the model. All layer names should be unique.");
    newLayer[layer] = static_cast<int>(result.layers.size());
    result.layers.push_back(layers[layer].spec);
  }
  auto renumbered = [&](std::vector<TensorRef> tensors) {
    for (TensorRef &tensor : tensors)
      tensor.node = newNode.at(tensor.node);
    return tensors;
  };
  for (int node : reached) {
    newNode[node] = static_cast<int>(result.nodes.size());
    NodeSpec copy = nodes[node];
    copy.layer = newLayer.at(copy.layer);
    copy.inputs = renumbered(std::move(copy.inputs));
    result.nodes.push_back(std::move(copy));
  }
  result.inputs = renumbered(inputs);
  result.outputs = renumbered(outputs);
  return result;
}

} // namespace keratin
