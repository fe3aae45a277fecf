// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes models and weights as Keras 3 does.
#include "compiler/Frontend/KerasFile/Hdf5Image.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/ModelConfig.h"
#include "compiler/Frontend/KerasFile/WeightLayouts.h"
#include "compiler/Frontend/Layers/Compile.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/file.hpp"
#include "keratin/zip_writer.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace keratin {

namespace {

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// A variable of the optimizer as a file has it.
struct Variable {
  std::string name; ///< in legacy files: "sequential_dense_kernel_momentum"
  const rt::Array *value;
};

/// Nadam's product of the momenta of the steps done, as the updates compute it.
float momentumProduct(const OptimizerState &state, const OptimizerSpec &optimizer) {
  double product = 1, beta = optimizer.config.at("beta_1").get<double>();
  for (int64_t step = 1; step <= state.iteration; ++step)
    product *= beta * (1 - std::pow(0.96, static_cast<double>(step)) / 2);
  return static_cast<float>(product);
}

/// The optimizer's variables; what the model does not hold lives in `scalars`.
std::vector<Variable> optimizerVariables(const ModelSpec &model, std::deque<rt::Array> &scalars) {
  const OptimizerSpec &optimizer = model.compile->optimizer;
  const std::optional<OptimizerState> &state = model.optimizerState;
  std::vector<Variable> variables;
  scalars.push_back(rt::Array::of({}, std::vector<int64_t>{state ? state->iteration : 0}));
  variables.push_back({"iteration", &scalars.back()});
  const OptimizerLayout layout = optimizerLayout(optimizer);
  if (layout.hasLearningRate) {
    auto rate = static_cast<float>(optimizer.learningRate());
    scalars.push_back(rt::Array::of({}, std::vector<float>{rate}));
    variables.push_back({"learning_rate", &scalars.back()});
  }
  std::vector<const WeightSpec *> trainable = trainableWeights(model);
  // After a change of `trainable` the slots are those of other weights until the next compile().
  bool fits = state.has_value();
  for (size_t slot = 0; fits && slot < state->slots.size(); ++slot)
    fits = state->slots[slot].second.size() == trainable.size();
  if (!fits)
    return variables;
  for (auto [slot, weight] : slotVariables(layout, trainable.size())) {
    const auto &[slotName, values] = state->slots.at(slot);
    std::string name = trainable[weight]->path + "_" + slotName;
    std::replace(name.begin(), name.end(), '/', '_');
    variables.push_back({std::move(name), &values.at(weight)});
  }
  if (layout.hasProduct) {
    scalars.push_back(rt::Array::of({}, std::vector<float>{momentumProduct(*state, optimizer)}));
    variables.push_back({"variable", &scalars.back()}); // Keras gives it no name
  }
  return variables;
}

/// What a .weights.h5 file holds.
std::string keras3Weights(const ModelSpec &model, const std::string &path) {
  Hdf5Content content;
  std::deque<rt::Array> scalars;
  content.text("vars", "name", model.name);
  std::vector<const WeightSpec *> weights = model.weights();
  std::vector<std::string> paths = keras3Paths(model);
  for (const StoredObject &object : storedObjects(model))
    content.text(object.path + "/vars", "name", object.name);
  for (size_t i = 0; i < weights.size(); ++i)
    content.datasets.push_back({paths[i], &weights[i]->value});
  if (model.compile) {
    content.text("optimizer/vars", "name", model.compile->optimizer.config.value("name", ""));
    size_t i = 0;
    for (const Variable &variable : optimizerVariables(model, scalars))
      content.datasets.push_back({"optimizer/vars/" + std::to_string(i++), variable.value});
  }
  return hdf5Image(content, path);
}

/// Weights as Keras 1 and 2 laid them out, below a group or, for "", in the root.
void addLegacyWeights(Hdf5Content &content, const ModelSpec &model, const std::string &root) {
  const std::string prefix = root.empty() ? "" : root + "/";
  std::vector<std::string> layerNames;
  for (const LayerSpec &layer : model.layers) {
    if ((model.sequential && layer.className == "InputLayer") || isOperation(layer.className))
      continue;
    layerNames.push_back(layer.name);
    std::vector<std::string> weightNames;
    for (const WeightSpec &weight : layer.weights) {
      weightNames.push_back(weight.path);
      content.datasets.push_back({prefix + layer.name + "/" + weight.path, &weight.value});
    }
    content.list(prefix + layer.name, "weight_names", weightNames);
  }
  content.list(root, "layer_names", layerNames);
  content.text(root, "backend", "tensorflow");
  content.text(root, "keras_version", writtenKerasVersion);
  content.list(prefix + "top_level_model_weights", "weight_names", {});
}

std::string legacyModel(const ModelSpec &model, const std::string &path) {
  Hdf5Content content;
  std::deque<rt::Array> scalars;
  content.text("", "keras_version", writtenKerasVersion);
  content.text("", "backend", "tensorflow");
  content.text("", "model_config", jsonText(modelConfig(model, ConfigForm::Legacy)));
  addLegacyWeights(content, model, "model_weights");
  if (model.compile) {
    content.text("", "training_config", jsonText(compileConfig(model, ConfigForm::Legacy)));
    std::vector<std::string> names;
    for (const Variable &variable : optimizerVariables(model, scalars)) {
      names.push_back(model.compile->optimizer.config.value("name", "") + "/" + variable.name);
      content.datasets.push_back({"optimizer_weights/" + names.back(), variable.value});
    }
    content.list("optimizer_weights", "weight_names", names);
  }
  return hdf5Image(content, path);
}

std::string kerasArchive(const ModelSpec &model, const std::string &path) {
  rt::ZipWriter archive;
  // The time of saving would make the same model another file every time.
  archive.add("metadata.json", jsonText({{"keras_version", writtenKerasVersion},
                                         {"date_saved", "1980-01-01@00:00:00"}}));
  archive.add("config.json", jsonText(modelConfig(model, ConfigForm::Keras3)));
  archive.add("model.weights.h5", keras3Weights(model, path));
  return archive.finish();
}

/// Keras's config of Huber has no delta.
void warnOfLostSettings(const ModelSpec &model, const WarningHandler &warn) {
  if (!warn || !model.compile)
    return;
  for (const LossSpec &loss : model.compile->losses)
    if (loss.kind == "huber" && loss.delta != 1)
      warn(model.compile->location, "the saved model does not hold the delta of Huber, as Keras "
                                    "does not save it: when loaded, it trains with 1.0");
}

void write(const std::string &path, const std::string &bytes) {
  try {
    rt::writeFile(path, bytes);
  } catch (const rt::Error &error) {
    throw toUserError(error);
  }
}

} // namespace

bool isKerasModelPath(const std::string &path) {
  return !isKerasWeightsPath(path) &&
         (endsWith(path, ".keras") || endsWith(path, ".h5") || endsWith(path, ".hdf5"));
}

bool isKerasWeightsPath(const std::string &path) { return endsWith(path, ".weights.h5"); }

void writeKerasModel(const ModelSpec &model, const std::string &path, const WarningHandler &warn) {
  warnOfLostSettings(model, warn);
  write(path, endsWith(path, ".keras") ? kerasArchive(model, path) : legacyModel(model, path));
}

void writeKerasWeights(const ModelSpec &model, const std::string &path) {
  if (isKerasWeightsPath(path)) {
    write(path, keras3Weights(model, path));
    return;
  }
  Hdf5Content content;
  addLegacyWeights(content, model, "");
  write(path, hdf5Image(content, path));
}

std::string modelToJson(const ModelSpec &model, const WarningHandler &warn) {
  warnOfLostSettings(model, warn);
  return jsonText(modelConfig(model, ConfigForm::Keras3));
}

} // namespace keratin
