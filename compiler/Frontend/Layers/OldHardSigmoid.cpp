// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/OldHardSigmoid.h"

namespace keratin {

/// Layers inside of others stand in their configs.
static bool usesHardSigmoid(const Json &config) {
  for (const auto &[key, value] : config.items()) {
    bool isActivation = key == "activation" || key == "recurrent_activation";
    if ((isActivation && value == "hard_sigmoid") ||
        (value.is_structured() && usesHardSigmoid(value)))
      return true;
  }
  return false;
}

void refuseOldHardSigmoid(const LayerSpec &layer, const std::string &version) {
  if (usesHardSigmoid(layer.config))
    throw UserError(layer.location, "layer '" + layer.name + "' has the hard_sigmoid of Keras " +
                                        version + ", which is not supported yet");
  if (layer.model)
    for (const LayerSpec &inner : layer.model->layers)
      refuseOldHardSigmoid(inner, version);
}

} // namespace keratin
