// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/RecurrentRules.h"

#include "compiler/Frontend/Layers/ModelBuilder.h"

namespace keratin {

const CellRule *cellOf(const std::string &className) {
  static const CellRule rules[] = {{"LSTM", "lstm_cell", 4, 2},
                                   {"GRU", "gru_cell", 3, 1},
                                   {"SimpleRNN", "simple_rnn_cell", 1, 1}};
  for (const CellRule &rule : rules)
    if (className == rule.className)
      return &rule;
  return nullptr;
}

LayerSpec directionOf(const LayerSpec &bidirectional, const char *key) {
  const Json &layer = bidirectional.config.at(key);
  LayerSpec spec;
  spec.className = layer.at("class_name").get<std::string>();
  spec.config = layer.at("config");
  spec.name = spec.config.at("name").get<std::string>();
  spec.location = bidirectional.location;
  // A frozen Bidirectional freezes what is in it.
  spec.config["trainable"] = spec.trainable() && bidirectional.trainable();
  return spec;
}

std::vector<WeightSpec> cellWeights(const LayerSpec &layer, int64_t features,
                                    const std::string &scope, const std::string &prefix) {
  const CellRule &cell = *cellOf(layer.className);
  const Json &config = layer.config;
  int64_t units = config.at("units").get<int64_t>(), columns = cell.gates * units;
  std::vector<WeightSpec> weights;
  // `setting` begins the names of a weight's settings.
  auto add = [&](const char *name, const std::string &setting, Shape shape, Json initializer) {
    weights.push_back({prefix + name,
                       scope + "/" + cell.scope + "/" + name,
                       std::move(shape),
                       std::move(initializer),
                       /*trainable=*/true, // where the layer is
                       {},
                       config.value(setting + "_regularizer", Json()),
                       config.value(setting + "_constraint", Json())});
  };
  add("kernel", "kernel", {features, columns}, config.at("kernel_initializer"));
  add("recurrent_kernel", "recurrent", {units, columns}, config.at("recurrent_initializer"));
  if (!config.at("use_bias").get<bool>())
    return weights;
  Json bias = config.at("bias_initializer");
  if (config.value("unit_forget_bias", false))
    bias = {{"class_name", "UnitForgetBias"}, {"config", {{"bias_initializer", bias}}}};
  // One bias of the input's product and one of the state's.
  bool hasTwo = config.value("reset_after", false);
  add("bias", "bias", hasTwo ? Shape{2, columns} : Shape{columns}, std::move(bias));
  return weights;
}

std::vector<int64_t> stateUnits(const LayerSpec &layer) {
  if (layer.className == "Bidirectional") {
    std::vector<int64_t> units = stateUnits(directionOf(layer, "layer"));
    for (int64_t backward : stateUnits(directionOf(layer, "backward_layer")))
      units.push_back(backward);
    return units;
  }
  const CellRule *cell = cellOf(layer.className);
  if (!cell)
    return {};
  return std::vector<int64_t>(cell->states, layer.config.at("units").get<int64_t>());
}

std::vector<Shape> allOutputs(const LayerSpec &layer, Shape output) {
  std::vector<Shape> shapes{std::move(output)};
  bool isBidirectional = layer.className == "Bidirectional";
  if (!isBidirectional && !cellOf(layer.className))
    return shapes;
  std::vector<int64_t> units = stateUnits(layer);
  if (isBidirectional && layer.config.at("merge_mode").is_null()) {
    shapes.push_back(shapes.front());
    shapes.back().back() = units.back();
  }
  const Json &settings = isBidirectional ? layer.config.at("layer").at("config") : layer.config;
  if (settings.at("return_state").get<bool>())
    for (int64_t count : units)
      shapes.push_back({shapes.front().front(), count});
  return shapes;
}

void checkStates(const LayerSpec &layer, const std::vector<Shape> &inputs,
                 const SourceLocation &location) {
  if (inputs.size() == 1)
    return;
  std::vector<int64_t> units = stateUnits(layer);
  const std::string who = layer.className + " '" + layer.name + "'";
  if (units.empty())
    throw UserError(location, who + " takes one tensor, got " + std::to_string(inputs.size()));
  if (inputs.size() != 1 + units.size())
    throw UserError(location, who + " expects " + std::to_string(units.size()) +
                                  (units.size() == 1 ? " initial state" : " initial states") +
                                  ", got " + std::to_string(inputs.size() - 1));
  for (size_t i = 0; i < units.size(); ++i)
    if (const Shape &state = inputs[1 + i]; state.size() != 2 || state[1] != units[i])
      throw UserError(location, who + " expects an initial state of shape (None, " +
                                    std::to_string(units[i]) + "), got " + shapeText(state));
}

int64_t gatesOf(const LayerSpec &layer, const WeightSpec &weight) {
  std::string className = layer.className;
  if (className == "Bidirectional") {
    bool backward = weight.name.rfind("backward_", 0) == 0;
    className = directionOf(layer, backward ? "backward_layer" : "layer").className;
  }
  const CellRule *cell = cellOf(className);
  return cell ? cell->gates : 1;
}

} // namespace keratin
