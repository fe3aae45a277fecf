// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optimizer's variables of a file: iteration, learning rate, then every slot of each trainable
// weight.
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"

#include <algorithm>
#include <set>

namespace keratin {

namespace {

/// The variables in Keras's order, and what the file says about their optimizer.
struct Variables {
  std::vector<std::string> paths;
  std::string optimizer; ///< its name, empty where the layout has none
};

Variables findVariables(const Hdf5File &file) {
  Variables variables;
  if (std::optional<std::vector<std::string>> names =
          file.attribute("optimizer_weights", "weight_names")) {
    // "adam/sequential_dense_kernel_momentum"
    for (const std::string &name : *names) {
      variables.paths.push_back("optimizer_weights/" + name);
      variables.optimizer = name.substr(0, name.find('/'));
    }
    return variables;
  }
  for (;;) {
    std::string path = "optimizer/vars/" + std::to_string(variables.paths.size());
    if (!file.find(path))
      break;
    variables.paths.push_back(path);
  }
  if (std::optional<std::vector<std::string>> name = file.attribute("optimizer/vars", "name"))
    variables.optimizer = name->size() == 1 ? name->front() : "";
  return variables;
}

/// False only where the file names another optimizer.
bool mayBeOf(const Variables &variables, const OptimizerSpec &optimizer) {
  return variables.optimizer.empty() || variables.optimizer == optimizer.config.value("name", "");
}

/// Whether the variables are those of an optimizer of this kind, by name, number and shape: `first`
/// scalars, then the slots.
bool fits(const Hdf5File &file, const Variables &variables, const OptimizerSpec &optimizer,
          const std::vector<const WeightSpec *> &trainable, size_t first,
          const std::vector<SlotVariable> &slots) {
  if (variables.paths.size() != first + slots.size() || !mayBeOf(variables, optimizer))
    return false;
  for (size_t i = 0; i < variables.paths.size(); ++i) {
    const Hdf5Object *variable = file.find(variables.paths[i]);
    Shape expected = i < first ? Shape{} : trainable[slots[i - first].weight]->shape;
    if (!variable || !variable->isDataset || variable->shape != expected ||
        variable->isInteger != (i == 0))
      return false;
  }
  return true;
}

} // namespace

std::vector<SlotVariable> slotVariables(const OptimizerSpec &optimizer, size_t weights) {
  static const std::set<std::string> paired = {"Adam", "AdamW", "Adamax", "Nadam", "Adadelta"};
  const size_t slots = optimizerSlots(optimizer).size();
  std::vector<SlotVariable> variables;
  // These keep the first two slots of a weight together, others all weights of a slot.
  size_t together = paired.count(optimizer.kind) ? std::min<size_t>(slots, 2) : 0;
  for (size_t weight = 0; weight < weights; ++weight)
    for (size_t slot = 0; slot < together; ++slot)
      variables.push_back({slot, weight});
  for (size_t slot = together; slot < slots; ++slot)
    for (size_t weight = 0; weight < weights; ++weight)
      variables.push_back({slot, weight});
  return variables;
}

bool hasRateVariable(const OptimizerSpec &optimizer) {
  return optimizer.config.at("learning_rate").is_number();
}

std::vector<const WeightSpec *> trainableWeights(const ModelSpec &model) {
  std::vector<const WeightSpec *> trainable;
  for (const LayerSpec &layer : model.layers)
    for (const WeightSpec &weight : layer.weights)
      if (weight.trainable && layer.trainable())
        trainable.push_back(&weight);
  return trainable;
}

void warnOfOtherOptimizer(const ModelSpec &model, const SourceLocation &location,
                          const WarningHandler &warn) {
  if (warn)
    warn(location, "the file's optimizer state does not fit " + model.compile->optimizer.kind +
                       " and is left out: training starts with a new one");
}

void readOptimizerState(ModelSpec &model, const Hdf5File &file, const SourceLocation &location,
                        const WarningHandler &warn) {
  Variables variables = findVariables(file);
  if (!model.compile)
    return;
  OptimizerSpec &optimizer = model.compile->optimizer;
  const size_t first = hasRateVariable(optimizer) ? 2 : 1;
  // A file of Keras 2 whose model was not trained has the iteration only.
  if (variables.paths.size() < first)
    return;
  std::vector<const WeightSpec *> trainable = trainableWeights(model);
  std::vector<SlotVariable> slots = slotVariables(optimizer, trainable.size());
  // Of a model that was compiled and never trained, Keras 3 writes the scalars only.
  if (variables.paths.size() == first && !slots.empty() && mayBeOf(variables, optimizer))
    return;
  if (!fits(file, variables, optimizer, trainable, first, slots)) {
    warnOfOtherOptimizer(model, location, warn);
    return;
  }
  std::vector<rt::Array> values = file.read(variables.paths);
  OptimizerState state;
  state.iteration = values[0].data<int64_t>()[0];
  for (const std::string &name : optimizerSlots(optimizer))
    state.slots.push_back({name, std::vector<rt::Array>(trainable.size())});
  for (size_t i = 0; i < slots.size(); ++i)
    state.slots[slots[i].slot].second[slots[i].weight] = std::move(values[first + i]);
  if (first == 2)
    optimizer.config["learning_rate"] = static_cast<double>(values[1].data<float>()[0]);
  model.optimizerState = std::move(state);
}

} // namespace keratin
