// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds weights by name (Keras 3) or by position (legacy).
#include "compiler/Frontend/KerasFile/WeightLayouts.h"

#include "compiler/Frontend/Layers/ModelBuilder.h"

namespace keratin {

/// Keras 3: an LSTM's weights belong to its cell.
static std::vector<std::string> keras3Paths(const ModelSpec &model) {
  std::vector<std::string> paths;
  AutoNames keys; // counted like names, but always from the class
  for (const LayerSpec &layer : model.layers) {
    std::string group = "layers/" + keys.next(layer.className);
    if (layer.className == "LSTM")
      group += "/cell";
    if (layer.className == "TimeDistributed")
      group += "/layer";
    for (size_t i = 0; i < layer.weights.size(); ++i)
      paths.push_back(group + "/vars/" + std::to_string(i));
  }
  return paths;
}

static std::vector<std::string> legacyPaths(const ModelSpec &model, const Hdf5File &file,
                                            const std::string &root,
                                            const std::vector<std::string> &layerNames,
                                            const SourceLocation &location) {
  struct SavedLayer {
    std::string name;
    std::vector<std::string> weights;
  };
  std::vector<SavedLayer> saved;
  const std::string prefix = root.empty() ? "" : root + "/";
  for (const std::string &name : layerNames) {
    SavedLayer layer{
        name, file.attribute(prefix + name, "weight_names").value_or(std::vector<std::string>())};
    if (!layer.weights.empty())
      saved.push_back(std::move(layer));
  }
  std::vector<const LayerSpec *> layers;
  for (const LayerSpec &layer : model.layers)
    if (!layer.weights.empty())
      layers.push_back(&layer);
  // Keras's words, here and below.
  if (layers.size() != saved.size())
    throw UserError(location,
                    "Layer count mismatch when loading weights from file. Model expected " +
                        std::to_string(layers.size()) + " layers, found " +
                        std::to_string(saved.size()) + " saved layers.");
  std::vector<std::string> paths;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (layers[i]->weights.size() != saved[i].weights.size())
      throw UserError(location, "Weight count mismatch for layer #" + std::to_string(i) +
                                    " (named " + layers[i]->name + " in the current model, " +
                                    saved[i].name + " in the save file). Layer expects " +
                                    std::to_string(layers[i]->weights.size()) +
                                    " weight(s). Received " +
                                    std::to_string(saved[i].weights.size()) + " saved weight(s)");
    for (const std::string &weight : saved[i].weights)
      paths.push_back(prefix + saved[i].name + "/" + weight);
  }
  return paths;
}

static std::vector<std::string> weightPaths(const ModelSpec &model, const Hdf5File &file,
                                            const SourceLocation &location) {
  for (const char *root : {"model_weights", ""})
    if (std::optional<std::vector<std::string>> names = file.attribute(root, "layer_names"))
      return legacyPaths(model, file, root, *names, location);
  if (file.find("layers"))
    return keras3Paths(model);
  throw UserError(location, "the HDF5 file holds no weights of a Keras model: it has neither an "
                            "attribute layer_names nor a group layers");
}

void readWeights(ModelSpec &model, const Hdf5File &file, const SourceLocation &location) {
  std::vector<std::string> paths = weightPaths(model, file, location);
  std::vector<WeightSpec *> weights = model.weights();
  for (size_t i = 0; i < weights.size(); ++i) {
    const Hdf5Object *object = file.find(paths[i]);
    if (!object || !object->isDataset)
      throw UserError(location, "weight " + weights[i]->path +
                                    " is not in the file: it has no dataset " + paths[i]);
    if (object->shape != weights[i]->shape)
      throw UserError(location, "weight " + weights[i]->path + " has shape " +
                                    shapeText(weights[i]->shape) + ", in the file it has " +
                                    shapeText(object->shape) + " (" + paths[i] + ")");
  }
  std::vector<rt::Array> values = file.read(paths);
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i]->value = values[i].dtype == rt::DType::Float32 ? std::move(values[i])
                                                              : values[i].cast(rt::DType::Float32);
}

} // namespace keratin
