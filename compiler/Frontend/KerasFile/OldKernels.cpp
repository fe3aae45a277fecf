// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings convolution kernels of old files into today's form.
#include "compiler/Frontend/KerasFile/OldKernels.h"

#include <algorithm>

namespace keratin {

/// Appends for each weight of a layer, in order, whether it is a convolution's kernel.
static void markKernels(const LayerSpec &layer, std::vector<bool> &marks) {
  if (layer.model) {
    for (const LayerSpec &inner : layer.model->layers)
      markKernels(inner, marks);
    return;
  }
  const bool wraps = layer.className == "TimeDistributed";
  const std::string className =
      wraps ? layer.config.at("layer").at("class_name").get<std::string>() : layer.className;
  for (const WeightSpec &weight : layer.weights)
    if (!weight.path.empty()) // else a value kept until the model is built
      marks.push_back(className == "Conv1D" && weight.name == "kernel");
}

/// Where Keras keeps it: with the weights, or with the model. Old files do not say.
static std::string backendOf(const Hdf5File &file) {
  for (const char *group : {"model_weights", ""})
    if (std::optional<std::vector<std::string>> name = file.attribute(group, "backend"))
      if (name->size() == 1)
        return name->front();
  return "";
}

OldKernels::OldKernels(const ModelSpec &model, const Hdf5File &file,
                       const SourceLocation &location) {
  for (const LayerSpec &layer : model.layers) {
    std::vector<bool> marks;
    markKernels(layer, marks);
    for (size_t i = 0; i < layer.weights.size(); ++i)
      if (marks[i])
        kernels.insert(&layer.weights[i]);
  }
  const std::string backend = backendOf(file);
  backwards = backend == "theano";
  static const std::vector<std::string> correlating = {"",      "tensorflow", "cntk",    "jax",
                                                       "torch", "numpy",      "openvino"};
  if (!kernels.empty() && !backwards &&
      std::find(correlating.begin(), correlating.end(), backend) == correlating.end())
    throw UserError(location,
                    "the file was saved under Keras's back end \"" + backend +
                        "\": in which order it stores the steps of convolution kernels is unknown",
                    "save the model under TensorFlow");
}

static bool isImageKernel(const Shape &stored, const Shape &kernel) {
  return stored == Shape{kernel[0], 1, kernel[1], kernel[2]};
}

static bool isFiltersFirst(const Shape &stored, const Shape &kernel) {
  return stored == Shape{kernel[2], kernel[1], kernel[0], 1};
}

bool OldKernels::fits(const WeightSpec &weight, const Shape &stored) const {
  return stored == weight.shape ||
         (kernels.count(&weight) &&
          (isImageKernel(stored, weight.shape) || isFiltersFirst(stored, weight.shape)));
}

rt::Array OldKernels::convert(const WeightSpec &weight, rt::Array stored) const {
  if (!kernels.count(&weight))
    return stored;
  const int64_t steps = weight.shape[0], features = weight.shape[1], filters = weight.shape[2];
  // Where both fit, the newer one is meant: so Keras decides.
  const bool filtersFirst = stored.rank() == 4 && !isImageKernel(stored.shape, weight.shape);
  rt::Array kernel(stored.dtype, weight.shape);
  for (int64_t step = 0; step < steps; ++step)
    for (int64_t feature = 0; feature < features; ++feature)
      for (int64_t filter = 0; filter < filters; ++filter) {
        const int64_t from = backwards ? steps - 1 - step : step;
        kernel.set((step * features + feature) * filters + filter,
                   stored.at(filtersFirst ? (filter * features + feature) * steps + from
                                          : (from * features + feature) * filters + filter));
      }
  return kernel;
}

} // namespace keratin
