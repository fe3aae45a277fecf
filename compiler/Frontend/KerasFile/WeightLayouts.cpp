// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds weights by name (Keras 3) or by position (legacy).
#include "compiler/Frontend/KerasFile/WeightLayouts.h"

#include "compiler/Frontend/KerasFile/OldKernels.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"

namespace keratin {

/// A layer and what is stored below it, with its weights in their order.
static void collectObjects(const std::string &path, const std::string &className,
                           const Json &config, size_t weights, std::vector<StoredObject> &objects) {
  const std::string name = config.at("name").get<std::string>();
  auto wrapped = [&](const char *attribute, const Json &layer, size_t count) {
    collectObjects(path + "/" + attribute, layer.at("class_name").get<std::string>(),
                   layer.at("config"), count, objects);
  };
  if (const CellRule *cell = cellOf(className)) {
    objects.push_back({path, name, 0});
    objects.push_back({path + "/cell", cell->scope, weights});
  } else if (className == "Bidirectional") {
    objects.push_back({path, name, 0});
    const Json &forward = config.at("layer");
    size_t forwardWeights = forward.at("config").value("use_bias", true) ? 3 : 2;
    wrapped("forward_layer", forward, forwardWeights);
    wrapped("backward_layer", config.at("backward_layer"), weights - forwardWeights);
  } else if (className == "TimeDistributed") {
    objects.push_back({path, name, 0});
    wrapped("layer", config.at("layer"), weights);
  } else {
    objects.push_back({path, name, weights});
  }
}

/// The layers of a model that is stored below `prefix`.
static void collectLayers(const ModelSpec &model, const std::string &prefix,
                          std::vector<StoredObject> &objects) {
  AutoNames keys; // counted like names, but always from the class
  for (const LayerSpec &layer : model.layers) {
    if ((model.sequential && layer.className == "InputLayer") || isOperation(layer.className))
      continue;
    std::string path = prefix + "layers/" + keys.next(layer.className);
    if (layer.model) {
      objects.push_back({path, layer.name, 0});
      collectLayers(*layer.model, path + "/", objects);
    } else {
      collectObjects(path, layer.className, layer.config, layer.weights.size(), objects);
    }
  }
}

std::vector<StoredObject> storedObjects(const ModelSpec &model) {
  std::vector<StoredObject> objects;
  collectLayers(model, "", objects);
  return objects;
}

std::vector<std::string> keras3Paths(const ModelSpec &model) {
  std::vector<std::string> paths;
  for (const StoredObject &object : storedObjects(model))
    for (size_t i = 0; i < object.weights; ++i)
      paths.push_back(object.path + "/vars/" + std::to_string(i));
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
  const OldKernels kernels(model, file, location);
  std::vector<WeightSpec *> weights = model.weights();
  for (size_t i = 0; i < weights.size(); ++i) {
    const Hdf5Object *object = file.find(paths[i]);
    if (!object || !object->isDataset)
      throw UserError(location, "weight " + weights[i]->path +
                                    " is not in the file: it has no dataset " + paths[i]);
    if (!kernels.fits(*weights[i], object->shape))
      throw UserError(location, "weight " + weights[i]->path + " has shape " +
                                    shapeText(weights[i]->shape) + ", in the file it has " +
                                    shapeText(object->shape) + " (" + paths[i] + ")");
  }
  std::vector<rt::Array> values = file.read(paths);
  for (size_t i = 0; i < weights.size(); ++i) {
    rt::Array value = values[i].dtype == rt::DType::Float32 ? std::move(values[i])
                                                            : values[i].cast(rt::DType::Float32);
    weights[i]->value = kernels.convert(*weights[i], std::move(value));
  }
}

} // namespace keratin
