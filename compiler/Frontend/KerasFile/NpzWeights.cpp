// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes what the runtime's reader finds in an .npz file into a model.
#include "compiler/Frontend/KerasFile/NpzWeights.h"

#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "keratin/error.hpp"
#include "keratin/weights_file.hpp"

namespace keratin {

static rt::SavedWeights readSaved(const std::string &path) {
  try {
    return rt::readWeights(path);
  } catch (const rt::Error &error) {
    throw UserError({path}, error.message, error.hint);
  }
}

void readNpzWeights(ModelSpec &model, const std::string &path) {
  std::vector<rt::Array> values = readSaved(path).weights;
  std::vector<WeightSpec *> weights = model.weights();
  if (values.size() != weights.size())
    throw UserError({path}, "expected the model's " + std::to_string(weights.size()) +
                                " weights in get_weights() order, found " +
                                std::to_string(values.size()) + " arrays");
  for (size_t i = 0; i < weights.size(); ++i)
    if (values[i].shape != weights[i]->shape)
      throw UserError({path}, "weight " + weights[i]->path + " has shape " +
                                  shapeText(weights[i]->shape) + ", array " + std::to_string(i) +
                                  " of the file has " + shapeText(values[i].shape));
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i]->value = values[i].cast(rt::DType::Float32);
}

/// Whether the slots are those of the optimizer, with an array of its shape for each weight.
static bool fits(const rt::OptimizerState &state, const std::vector<std::string> &slots,
                 const std::vector<const WeightSpec *> &trainable) {
  if (state.slots.size() != slots.size())
    return false;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    const auto &[name, values] = state.slots[slot];
    if (name != slots[slot] || values.size() != trainable.size())
      return false;
    for (size_t i = 0; i < values.size(); ++i)
      if (values[i].shape != trainable[i]->shape || values[i].dtype != rt::DType::Float32)
        return false;
  }
  return true;
}

void readNpzOptimizerState(ModelSpec &model, const std::string &path, const WarningHandler &warn) {
  std::optional<rt::OptimizerState> state = readSaved(path).optimizer;
  if (!model.compile || !state)
    return;
  if (!fits(*state, optimizerSlots(model.compile->optimizer), trainableWeights(model))) {
    warnOfOtherOptimizer(model, {path}, warn);
    return;
  }
  model.optimizerState = OptimizerState{state->iteration, std::move(state->slots)};
}

} // namespace keratin
