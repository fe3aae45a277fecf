// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/StepModel.h"

#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"
#include "compiler/Frontend/Layers/States.h"

#include <algorithm>
#include <set>

namespace keratin {

namespace {

/// Where a layer reads steps other than its own.
enum class Reach {
  None,      ///< nowhere: each step by itself
  AlongAxis, ///< where its axis is that of time
  Steps,     ///< always
};

Reach reachOf(const std::string &className) {
  static const std::set<std::string> none{
      "Dense",     "Activation",     "Dropout",  "SpatialDropout1D",
      "ReLU",      "LeakyReLU",      "ELU",      "GaussianNoise",
      "Add",       "Subtract",       "Multiply", "ActivityRegularization",
      "Average",   "Maximum",        "Minimum",  "GaussianDropout",
      "Embedding", "TimeDistributed"};
  static const std::set<std::string> alongAxis{
      "Softmax", "BatchNormalization", "LayerNormalization", "UnitNormalization", "Concatenate"};
  return none.count(className)        ? Reach::None
         : alongAxis.count(className) ? Reach::AlongAxis
                                      : Reach::Steps;
}

/// Whether `axis` of a layer's config names the steps of a tensor of this rank.
bool isAlongSteps(const LayerSpec &layer, int64_t rank) {
  Json axes = layer.config.value("axis", Json(-1));
  if (!axes.is_array())
    axes = Json::array({axes});
  return std::any_of(axes.begin(), axes.end(), [&](const Json &axis) {
    int64_t number = axis.get<int64_t>();
    return number == 1 || number == 1 - rank;
  });
}

/// Whether a PReLU has a slope for each step.
bool hasWeightsPerStep(const LayerSpec &layer) {
  return layer.className == "PReLU" && layer.weights.front().shape.front() != 1;
}

class StepModel {
public:
  explicit StepModel(const ModelSpec &model) : model(model) {}

  ModelSpec build() {
    findSequences();
    for (size_t i = 0; i < model.nodes.size(); ++i)
      check(i);
    std::vector<Shape> shapes;
    for (TensorRef input : model.inputs) {
      Shape &shape = shapes.emplace_back(model.shapeOf(input));
      if (isSequence(input))
        shape[1] = 1;
    }
    ModelSpec result = withInputShapes(model, shapes);
    for (LayerSpec &layer : result.layers)
      if (cellOf(layer.className) && !isStateful(layer)) {
        layer.config["stateful"] = true;
        makeStates(layer);
      }
    return result;
  }

private:
  [[noreturn]] static void refuse(const LayerSpec &layer, const std::string &why) {
    throw UserError(layer.location,
                    "layer \"" + layer.name + "\" cannot compute one step at a time: " + why,
                    "leave out --entry=step");
  }

  /// The final states behind a recurrent layer's output are none.
  bool isSequence(TensorRef tensor) const {
    return sequences[tensor.node] &&
           (tensor.output == 0 || !cellOf(model.layerOf(tensor).className));
  }

  /// Inputs are sequences where a recurrent layer runs over what is made of them step by step.
  void findSequences() {
    sequences.assign(model.nodes.size(), false);
    std::vector<bool> feedsCell(model.nodes.size());
    bool recurrent = false;
    for (size_t i = model.nodes.size(); i-- > 0;) {
      const NodeSpec &node = model.nodes[i];
      bool isCell = cellOf(layerOf(i).className);
      recurrent |= isCell;
      for (size_t k = 0; k < node.inputs.size(); ++k)
        if (isCell ? k == 0 : feedsCell[i])
          feedsCell[node.inputs[k].node] = true;
      sequences[i] = node.inputs.empty() && feedsCell[i];
    }
    if (!recurrent)
      throw UserError(model.location, "the model has no recurrent layer that could go step by step",
                      "call its predict");
  }

  const LayerSpec &layerOf(size_t node) const { return model.layers[model.nodes[node].layer]; }

  /// Settles whether the outputs of a node are sequences. Throws UserError if one of its steps
  /// needs others.
  void check(size_t i) {
    const NodeSpec &node = model.nodes[i];
    const LayerSpec &layer = layerOf(i);
    if (node.inputs.empty()) {
      const Shape &shape = node.outputShapes.front();
      if (!sequences[i] && shape.size() > 1 && shape[1] < 0)
        refuse(layer, "its second dimension is open, and no recurrent layer runs over it");
      return;
    }
    if (layer.config.value("mask_zero", false) || layer.className == "Masking" ||
        !node.masks.empty())
      refuse(layer, "what a masked step puts out depends on the steps before");
    if (cellOf(layer.className))
      return checkCell(i);
    bool any = false, all = true;
    for (TensorRef input : node.inputs) {
      any |= isSequence(input);
      all &= isSequence(input);
    }
    if (!any)
      return; // the same at every step
    if (!all)
      refuse(layer, "only some of its inputs are sequences");
    int64_t rank = static_cast<int64_t>(model.shapeOf(node.inputs.front()).size());
    Reach reach = reachOf(layer.className);
    if (layer.className == "PReLU")
      reach = hasWeightsPerStep(layer) ? Reach::Steps : Reach::None;
    if (reach == Reach::Steps || (reach == Reach::AlongAxis && isAlongSteps(layer, rank)))
      refuse(layer, layer.className + " reads several steps");
    sequences[i] = true;
  }

  void checkCell(size_t i) {
    const NodeSpec &node = model.nodes[i];
    const LayerSpec &layer = layerOf(i);
    if (layer.config.value("go_backwards", false))
      refuse(layer, "it begins with the last one");
    if (node.inputs.size() > 1)
      refuse(layer, "it is given initial states");
    if (!isSequence(node.inputs.front()))
      refuse(layer, "it does not run over the steps of an input");
    if (!cells.insert(node.layer).second)
      refuse(layer, "it is called twice, and keeps one state");
    sequences[i] = layer.config.value("return_sequences", false);
  }

  const ModelSpec &model;
  std::vector<bool> sequences; ///< whether the output of a node has steps, a node each
  std::set<int> cells;         ///< layers seen
};

} // namespace

ModelSpec stepModel(const ModelSpec &model) { return StepModel(model).build(); }

} // namespace keratin
