// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ModelSpec.h"
#include "keratin/learning_rate.hpp"

#include <algorithm>
#include <iterator>

namespace keratin {

double OptimizerSpec::learningRate() const {
  return rt::LearningRate(config.at("learning_rate")).at(0);
}

void OptimizerSpec::setLearningRate(double rate) {
  config["learning_rate"] = static_cast<double>(static_cast<float>(rate));
}

std::vector<WeightSpec *> ModelSpec::weights() {
  std::vector<WeightSpec *> result;
  for (LayerSpec &layer : layers)
    for (WeightSpec &weight : layer.weights)
      result.push_back(&weight);
  return result;
}

std::vector<const WeightSpec *> ModelSpec::weights() const {
  std::vector<const WeightSpec *> result;
  for (const LayerSpec &layer : layers)
    for (const WeightSpec &weight : layer.weights)
      result.push_back(&weight);
  return result;
}

std::vector<LogSpec> ModelSpec::logs() const {
  std::vector<LogSpec> logs{{"loss"}};
  if (!compile)
    return logs;
  bool several = compile->losses.size() > 1;
  for (int i = 0; several && i < static_cast<int>(compile->losses.size()); ++i)
    logs.push_back({outputName(i) + "_loss", i});
  auto first = static_cast<std::ptrdiff_t>(logs.size());
  for (int i = 0; i < static_cast<int>(compile->metrics.size()); ++i)
    for (int k = 0; k < static_cast<int>(compile->metrics[i].size()); ++k) {
      const std::string &name = compile->metrics[i][k].name;
      logs.push_back({several ? outputName(i) + "_" + name : name, i, k});
    }
  if (several)
    std::sort(logs.begin() + first, logs.end(),
              [](const LogSpec &a, const LogSpec &b) { return a.name < b.name; });
  return logs;
}

std::vector<TensorRef> NodeSpec::sources() const {
  std::vector<TensorRef> tensors = inputs;
  std::copy_if(masks.begin(), masks.end(), std::back_inserter(tensors),
               [](TensorRef mask) { return mask.node >= 0; });
  return tensors;
}

int64_t ModelSpec::vocabulary(size_t i) const {
  int64_t least = 0;
  for (const NodeSpec &node : nodes)
    for (size_t k = 0; k < node.inputs.size(); ++k) {
      if (node.inputs[k].node != inputs[i].node)
        continue;
      const LayerSpec &layer = layers[node.layer];
      if (layer.className == "NotEqual") // indices are compared as they are
        continue;
      int64_t size = 0;
      if (layer.model)
        size = layer.model->vocabulary(k);
      else if (layer.className == "Embedding")
        size = layer.config.at("input_dim").get<int64_t>();
      if (size == 0)
        return 0;
      least = least ? std::min(least, size) : size;
    }
  return least;
}

} // namespace keratin
