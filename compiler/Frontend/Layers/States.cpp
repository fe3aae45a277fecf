// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/States.h"

#include "compiler/Frontend/Layers/RecurrentRules.h"

namespace keratin {

bool isStateful(const LayerSpec &layer) {
  if (layer.className == "Bidirectional")
    return isStateful(directionOf(layer, "layer"));
  return cellOf(layer.className) && layer.config.value("stateful", false);
}

/// "h" and "c", or "forward_h", …, in Keras's order.
static std::vector<std::string> stateNames(const LayerSpec &layer) {
  if (layer.className == "Bidirectional") {
    std::vector<std::string> names;
    for (auto [key, prefix] :
         {std::pair("layer", "forward_"), std::pair("backward_layer", "backward_")})
      for (const std::string &name : stateNames(directionOf(layer, key)))
        names.push_back(prefix + name);
    return names;
  }
  return cellOf(layer.className)->states == 2 ? std::vector<std::string>{"h", "c"}
                                              : std::vector<std::string>{"h"};
}

void makeStates(LayerSpec &layer) {
  layer.states.clear();
  if (!isStateful(layer))
    return;
  for (size_t i = 0; i < stateUnits(layer).size(); ++i)
    layer.states.push_back(std::make_shared<rt::Array>());
}

static void addStates(const ModelSpec &model, const std::string &prefix, int64_t batch,
                      std::vector<StateSpec> &states) {
  for (const LayerSpec &layer : model.layers) {
    if (layer.model) {
      addStates(*layer.model, prefix + layer.name + "/", batch, states);
      continue;
    }
    if (layer.states.empty())
      continue;
    std::vector<std::string> names = stateNames(layer);
    std::vector<int64_t> units = stateUnits(layer);
    for (size_t i = 0; i < names.size(); ++i)
      states.push_back({prefix + layer.name + "/" + names[i], {batch, units[i]}, layer.states[i]});
  }
}

std::vector<StateSpec> statesOf(const ModelSpec &model) {
  std::vector<StateSpec> states;
  if (!model.inputs.empty())
    addStates(model, "", model.shapeOf(model.inputs.front()).front(), states);
  return states;
}

int64_t statefulBatch(const ModelSpec &model) {
  std::vector<StateSpec> states = statesOf(model);
  return states.empty() ? 0 : states.front().shape.front();
}

} // namespace keratin
