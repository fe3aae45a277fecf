// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/RecurrentRules.h"

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
