// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/OldHardSigmoid.h"

#include <algorithm>

namespace keratin {

static const char *const oldName = "hard_sigmoid_keras2";

static bool isActivation(const std::string &key) {
  return key == "activation" || key == "recurrent_activation";
}

/// Layers inside of others stand in their configs.
static void rename(Json &config) {
  for (const auto &[key, value] : config.items())
    if (isActivation(key) && value == "hard_sigmoid")
      value = oldName;
    else if (value.is_structured())
      rename(value);
}

static bool isIn(const Json &config) {
  for (const auto &[key, value] : config.items())
    if ((isActivation(key) && value == oldName) || (value.is_structured() && isIn(value)))
      return true;
  return false;
}

void useOldHardSigmoid(LayerSpec &layer) {
  rename(layer.config);
  if (!layer.model)
    return;
  auto model = std::make_shared<ModelSpec>(*layer.model);
  for (LayerSpec &inner : model->layers)
    useOldHardSigmoid(inner);
  layer.model = std::move(model);
}

bool hasOldHardSigmoid(const LayerSpec &layer) {
  return isIn(layer.config) ||
         (layer.model &&
          std::any_of(layer.model->layers.begin(), layer.model->layers.end(), hasOldHardSigmoid));
}

} // namespace keratin
