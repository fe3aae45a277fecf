// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optimizer's variables of a file: iteration, learning rate, then every slot of each trainable
// weight.
#include "compiler/Frontend/KerasFile/OldKernels.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"

#include <algorithm>

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

/// Whether the variables are those of an optimizer of this kind, by name, number and shape.
bool fits(const Hdf5File &file, const Variables &variables, const OptimizerSpec &optimizer,
          const std::vector<const WeightSpec *> &trainable) {
  OptimizerLayout layout = optimizerLayout(optimizer);
  std::vector<Shape> shapes(layout.hasLearningRate ? 2 : 1);
  for (SlotVariable variable : slotVariables(layout, trainable.size()))
    shapes.push_back(trainable[variable.weight]->shape);
  if (layout.hasProduct)
    shapes.emplace_back();
  if (variables.paths.size() != shapes.size() || !mayBeOf(variables, optimizer))
    return false;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const Hdf5Object *variable = file.find(variables.paths[i]);
    if (!variable || !variable->isDataset || variable->shape != shapes[i] ||
        variable->isInteger != (i == 0))
      return false;
  }
  return true;
}

} // namespace

std::vector<SlotVariable> slotVariables(const OptimizerLayout &layout, size_t weights) {
  std::vector<SlotVariable> variables;
  size_t first = 0;
  for (const std::vector<std::string> &group : layout.slots) {
    for (size_t weight = 0; weight < weights; ++weight)
      for (size_t slot = 0; slot < group.size(); ++slot)
        variables.push_back({first + slot, weight});
    first += group.size();
  }
  return variables;
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
  const OptimizerLayout layout = optimizerLayout(optimizer);
  const size_t first = layout.hasLearningRate ? 2 : 1;
  // A file of Keras 2 whose model was not trained has the iteration only.
  if (variables.paths.size() < first)
    return;
  std::vector<const WeightSpec *> trainable = trainableWeights(model);
  // Of a model that was compiled and never trained, Keras 3 writes the scalars only.
  if (variables.paths.size() == first && !layout.slots.empty() && mayBeOf(variables, optimizer))
    return;
  if (!fits(file, variables, optimizer, trainable)) {
    warnOfOtherOptimizer(model, location, warn);
    return;
  }
  std::vector<rt::Array> values = file.read(variables.paths);
  OptimizerState state;
  state.iteration = values[0].data<int64_t>()[0];
  for (const std::string &name : optimizerSlots(optimizer))
    state.slots.push_back({name, std::vector<rt::Array>(trainable.size())});
  const OldKernels kernels(model, file, location);
  size_t next = first;
  for (auto [slot, weight] : slotVariables(layout, trainable.size()))
    state.slots[slot].second[weight] =
        kernels.convert(*trainable[weight], std::move(values[next++]));
  // Nadam's product, if there is one, follows from the iteration.
  if (layout.hasLearningRate)
    optimizer.setLearningRate(static_cast<double>(values[1].data<float>()[0]));
  model.optimizerState = std::move(state);
}

} // namespace keratin
