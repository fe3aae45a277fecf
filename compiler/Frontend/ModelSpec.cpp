// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ModelSpec.h"
#include "keratin/learning_rate.hpp"

#include <algorithm>

namespace keratin {

double OptimizerSpec::learningRate() const {
  return rt::LearningRate(config.at("learning_rate")).at(0);
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

int64_t ModelSpec::vocabulary(size_t i) const {
  int64_t least = 0;
  for (const NodeSpec &node : nodes)
    for (TensorRef read : node.inputs) {
      if (read.node != inputs[i].node)
        continue;
      const LayerSpec &layer = layers[node.layer];
      if (layer.className != "Embedding")
        return 0;
      int64_t size = layer.config.at("input_dim").get<int64_t>();
      least = least ? std::min(least, size) : size;
    }
  return least;
}

} // namespace keratin
