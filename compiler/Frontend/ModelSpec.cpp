// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

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

} // namespace keratin
