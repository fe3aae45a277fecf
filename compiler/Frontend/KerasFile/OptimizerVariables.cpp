// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optimizer's variables of a file: iteration, learning rate, then every slot of each trainable
// weight.
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"

namespace keratin {

/// Paths of the variables in Keras's order; none where the file has none.
static std::vector<std::string> variablePaths(const Hdf5File &file) {
  std::vector<std::string> paths;
  if (std::optional<std::vector<std::string>> names =
          file.attribute("optimizer_weights", "weight_names")) {
    for (const std::string &name : *names)
      paths.push_back("optimizer_weights/" + name);
    return paths;
  }
  for (;;) {
    std::string path = "optimizer/vars/" + std::to_string(paths.size());
    if (!file.find(path))
      return paths;
    paths.push_back(path);
  }
}

/// Whether the variables are those of a trained optimizer of this kind, by number and shape.
static bool fits(const Hdf5File &file, const std::vector<std::string> &paths,
                 const std::vector<const WeightSpec *> &trainable, size_t slots) {
  if (paths.size() != 2 + slots * trainable.size())
    return false;
  for (size_t i = 0; i < paths.size(); ++i) {
    const Hdf5Object *variable = file.find(paths[i]);
    Shape expected = i < 2 ? Shape{} : trainable[(i - 2) / slots]->shape;
    if (!variable || !variable->isDataset || variable->shape != expected ||
        variable->isInteger != (i == 0))
      return false;
  }
  return true;
}

void readOptimizerState(ModelSpec &model, const Hdf5File &file, const SourceLocation &location,
                        const WarningHandler &warn) {
  std::vector<std::string> paths = variablePaths(file);
  // A file of Keras 2 whose model was not trained has the iteration only.
  if (!model.compile || paths.size() < 2)
    return;
  std::vector<const WeightSpec *> trainable;
  for (const WeightSpec *weight : static_cast<const ModelSpec &>(model).weights())
    if (weight->trainable)
      trainable.push_back(weight);
  const std::vector<std::string> slotNames = optimizerSlots(model.compile->optimizer);
  if (!fits(file, paths, trainable, slotNames.size())) {
    if (warn)
      warn(location, "the file's optimizer state does not fit " + model.compile->optimizer.kind +
                         " and is left out: training starts with a new one");
    return;
  }
  std::vector<rt::Array> values = file.read(paths);
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
