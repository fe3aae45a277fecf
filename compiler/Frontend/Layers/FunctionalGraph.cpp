// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional API: calls of layers on tensors, and the models cut out of them.
#include "compiler/Frontend/Layers/BuildLayer.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/NestedModels.h"

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
                                const SourceLocation &location, Json arguments,
                                const std::vector<TensorRef> &masks) {
  NewLayer &called = layers.at(layer);
  if (called.spec.className == "InputLayer")
    throw UserError(location, "an InputLayer cannot be called");
  std::vector<Shape> shapes;
  for (TensorRef input : inputs) {
    shapes.push_back(shapeOf(input));
    checkInputDType(producerOf(input), called.spec, location);
  }
  checkMasks(called.spec, shapes, masks, location);
  if (called.spec.config.value("causal", false))
    arguments["use_causal_mask"] = true;
  if (called.spec.model)
    shapes = nodeShapes(called.spec, shapes, location);
  else if (inputs.empty())
    throw UserError(location,
                    called.spec.className + " '" + called.spec.name + "' takes one tensor, got 0");
  else
    shapes = buildLayer(called.spec, called.weights, shapes, "", location, arguments);
  nodes.push_back({layer, inputs, std::move(shapes), location, std::move(arguments), masks});
  return {static_cast<int>(nodes.size()) - 1, 0};
}

void FunctionalGraph::checkMasks(const LayerSpec &called, const std::vector<Shape> &inputs,
                                 const std::vector<TensorRef> &masks,
                                 const SourceLocation &location) const {
  if (masks.empty())
    return;
  size_t count = maskCount(called.className, inputs.size());
  if (count == 0)
    throw UserError(location, called.className + " got an unexpected keyword argument 'mask'");
  if (takesAttentionArguments(called.className) && (masks.size() < 2 || masks.size() > 3))
    throw UserError(location, called.className +
                                  " layer mask must be a list, namely [query_mask, value_mask]");
  if (masks.size() > count)
    throw UserError(location, called.className + " takes as many masks as tensors, got " +
                                  std::to_string(masks.size()));
  for (size_t i = 0; i < masks.size(); ++i) {
    if (masks[i].node < 0)
      continue;
    if (const LayerSpec &producer = producerOf(masks[i]); !isBoolean(producer))
      throw UserError(location,
                      "a mask must be a boolean tensor, got the output of '" + producer.name + "'",
                      "compare with keras.ops.not_equal(x, 0), or give Input(..., dtype=\"bool\")");
    checkMask(called, inputs[i], shapeOf(masks[i]), location);
  }
}

const Shape &FunctionalGraph::shapeOf(TensorRef tensor) const {
  return nodes.at(tensor.node).outputShapes.at(tensor.output);
}

namespace {

/// The way back from outputs to inputs, which decides the order of layers.
class Traversal {
public:
  explicit Traversal(const std::vector<NodeSpec> &nodes) : nodes(nodes) {}

  void visit(int node) {
    if (!reached.insert(node).second)
      return;
    firstMet.emplace(nodes[node].layer, static_cast<int>(firstMet.size()));
    for (TensorRef source : nodes[node].sources())
      visit(source.node);
    sourcesFirst.push_back(node);
  }

  /// Keras's depth of each layer: the longest way to an output.
  std::map<int, int> layerDepths() const {
    std::map<int, int> nodeDepth, layerDepth;
    for (auto node = sourcesFirst.rbegin(); node != sourcesFirst.rend(); ++node) {
      int layer = nodes[*node].layer;
      int depth = std::max(nodeDepth[*node], layerDepth[layer]);
      nodeDepth[*node] = layerDepth[layer] = depth;
      for (TensorRef source : nodes[*node].sources())
        nodeDepth[source.node] = std::max(nodeDepth[source.node], depth + 1);
    }
    return layerDepth;
  }

  std::set<int> reached;
  std::map<int, int> firstMet; ///< layer -> how many layers were met before
  std::vector<int> sourcesFirst;

private:
  const std::vector<NodeSpec> &nodes;
};

/// Deepest first, then as they were met; an input that no output depends on is as shallow as an
/// output, and before the others.
std::vector<int> orderedLayers(const Traversal &traversal, const std::vector<NodeSpec> &nodes,
                               const std::vector<TensorRef> &inputs) {
  std::map<int, int> depths = traversal.layerDepths(), met = traversal.firstMet;
  for (TensorRef input : inputs)
    if (depths.emplace(nodes[input.node].layer, 0).second)
      met[nodes[input.node].layer] = -1;
  std::vector<int> order;
  for (auto [layer, depth] : depths)
    order.push_back(layer);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return std::make_pair(-depths.at(a), met.at(a)) < std::make_pair(-depths.at(b), met.at(b));
  });
  return order;
}

/// "dense_output": the input that stands for a tensor inside of a graph.
LayerSpec standIn(const LayerSpec &producer, TensorRef tensor, const Shape &shape,
                  const SourceLocation &location) {
  Json dims = Json::array();
  for (int64_t dim : shape)
    dims.push_back(dim < 0 ? Json() : Json(dim));
  std::string name = producer.name + "_output";
  if (tensor.output > 0)
    name += "_" + std::to_string(tensor.output);
  AutoNames unused;
  return makeLayer("InputLayer",
                   {{"batch_shape", dims, location, {}}, {"name", name, location, {}}}, location,
                   unused)
      .spec;
}

} // namespace

CutModel FunctionalGraph::cut(const std::vector<TensorRef> &givenInputs,
                              const std::vector<TensorRef> &givenOutputs, const std::string &name,
                              const SourceLocation &location) const {
  if (givenInputs.empty() || givenOutputs.empty())
    throw UserError(location, "a Model needs at least one input and one output");
  // Copies in which an InputLayer takes the place of an input that is none.
  std::vector<NodeSpec> graph = nodes;
  std::vector<const LayerSpec *> specs;
  for (const NewLayer &layer : layers)
    specs.push_back(&layer.spec);
  std::vector<std::unique_ptr<LayerSpec>> standIns;
  std::vector<TensorRef> inputs = givenInputs, outputs = givenOutputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    TensorRef old = inputs[i];
    for (size_t k = 0; k < i; ++k)
      if (givenInputs[k] == old)
        throw UserError(location, "the inputs of a Model must be different, found the output of '" +
                                      specs[graph[old.node].layer]->name + "' twice");
    if (specs[graph.at(old.node).layer]->className == "InputLayer")
      continue;
    standIns.push_back(std::make_unique<LayerSpec>(
        standIn(*specs[graph[old.node].layer], old, shapeOf(old), location)));
    specs.push_back(standIns.back().get());
    inputs[i] = {static_cast<int>(graph.size()), 0};
    auto replace = [&](TensorRef &tensor) { tensor = tensor == old ? inputs[i] : tensor; };
    for (NodeSpec &node : graph) {
      std::for_each(node.inputs.begin(), node.inputs.end(), replace);
      std::for_each(node.masks.begin(), node.masks.end(), replace);
    }
    std::for_each(outputs.begin(), outputs.end(), replace);
    graph.push_back({static_cast<int>(specs.size()) - 1, {}, {shapeOf(old)}, location});
  }

  for (TensorRef output : outputs)
    if (const LayerSpec &producer = *specs[graph[output.node].layer]; isBoolean(producer))
      throw UserError(location, "the boolean output of '" + producer.name +
                                    "' as an output of a model is not supported");

  Traversal traversal(graph);
  for (TensorRef output : outputs)
    traversal.visit(output.node);
  for (int node : traversal.reached) {
    bool isInput = std::any_of(inputs.begin(), inputs.end(),
                               [&](TensorRef input) { return input.node == node; });
    if (!isInput && graph[node].inputs.empty())
      throw UserError(location, "`inputs` not connected to `outputs`: the outputs depend on '" +
                                    specs[graph[node].layer]->name +
                                    "', which is not among the inputs");
  }

  CutModel result;
  result.spec.name = name;
  result.spec.sequential = false;
  result.spec.location = location;
  auto inGraph = [](int index, size_t size) { return index < static_cast<int>(size) ? index : -1; };
  std::map<int, int> newLayer, newNode;
  std::set<std::string> names;
  for (int layer : orderedLayers(traversal, graph, inputs)) {
    if (!names.insert(specs[layer]->name).second)
      throw UserError(specs[layer]->location,
                      "The name \"" + specs[layer]->name +
                          "\" is used 2 times in the model. All layer names should be unique.");
    newLayer[layer] = static_cast<int>(result.spec.layers.size());
    result.spec.layers.push_back(*specs[layer]);
    result.layers.push_back(inGraph(layer, layers.size()));
  }
  auto renumbered = [&](std::vector<TensorRef> tensors) {
    for (TensorRef &tensor : tensors)
      tensor.node = tensor.node < 0 ? -1 : newNode.at(tensor.node);
    return tensors;
  };
  auto append = [&](int node) {
    if (!newNode.emplace(node, static_cast<int>(result.spec.nodes.size())).second)
      return;
    NodeSpec copy = graph[node];
    copy.layer = newLayer.at(copy.layer);
    copy.inputs = renumbered(std::move(copy.inputs));
    copy.masks = renumbered(std::move(copy.masks));
    result.spec.nodes.push_back(std::move(copy));
    result.nodes.push_back(inGraph(node, nodes.size()));
  };
  // Inputs made here are last in the graph; the others come in the order of their creation.
  for (TensorRef input : inputs)
    if (inGraph(input.node, nodes.size()) < 0)
      append(input.node);
  std::set<int> order = traversal.reached;
  for (TensorRef input : inputs)
    order.insert(input.node);
  for (int node : order)
    append(node);
  result.spec.inputs = renumbered(inputs);
  result.spec.outputs = renumbered(outputs);
  return result;
}

} // namespace keratin
