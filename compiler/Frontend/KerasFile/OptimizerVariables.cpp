// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optimizer's variables of a file: iteration, learning rate, then every slot of each trainable
// weight.
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"

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

/// Whether the variables are those of an optimizer of this kind, by name, number and shape.
bool fits(const Hdf5File &file, const Variables &variables, const OptimizerSpec &optimizer,
          const std::vector<const WeightSpec *> &trainable, size_t slots) {
  if (variables.paths.size() != 2 + slots * trainable.size())
    return false;
  if (!variables.optimizer.empty() && variables.optimizer != optimizer.config.value("name", ""))
    return false;
  for (size_t i = 0; i < variables.paths.size(); ++i) {
    const Hdf5Object *variable = file.find(variables.paths[i]);
    Shape expected = i < 2 ? Shape{} : trainable[(i - 2) / slots]->shape;
    if (!variable || !variable->isDataset || variable->shape != expected ||
        variable->isInteger != (i == 0))
      return false;
  }
  return true;
}

} // namespace

std::vector<const WeightSpec *> trainableWeights(const ModelSpec &model) {
  std::vector<const WeightSpec *> trainable;
  for (const WeightSpec *weight : model.weights())
    if (weight->trainable)
      trainable.push_back(weight);
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
  // A file of Keras 2 whose model was not trained has the iteration only.
  if (!model.compile || variables.paths.size() < 2)
    return;
  std::vector<const WeightSpec *> trainable = trainableWeights(model);
  const std::vector<std::string> slotNames = optimizerSlots(model.compile->optimizer);
  if (!fits(file, variables, model.compile->optimizer, trainable, slotNames.size())) {
    warnOfOtherOptimizer(model, location, warn);
    return;
  }
  std::vector<rt::Array> values = file.read(variables.paths);
  OptimizerState state;
  state.iteration = values[0].data<int64_t>()[0];
  for (const std::string &name : slotNames)
    state.slots.push_back({name, {}});
  for (size_t i = 2; i < values.size(); ++i)
    state.slots[(i - 2) % slotNames.size()].second.push_back(std::move(values[i]));
  model.compile->optimizer.config["learning_rate"] =
      static_cast<double>(values[1].data<float>()[0]);
  model.optimizerState = std::move(state);
}

} // namespace keratin
