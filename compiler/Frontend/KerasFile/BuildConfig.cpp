// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which layers Keras builds with shapes, and in what form it notes them.
#include "compiler/Frontend/KerasFile/BuildConfig.h"

#include "compiler/Frontend/Layers/RecurrentRules.h"

#include <set>

namespace keratin {

Json shapeJson(const Shape &shape) {
  Json dims = Json::array();
  for (int64_t dim : shape)
    dims.push_back(dim < 0 ? Json(nullptr) : Json(dim));
  return dims;
}

static Json shapeList(const std::vector<Shape> &shapes, size_t first = 0) {
  Json list = Json::array();
  for (size_t i = first; i < shapes.size(); ++i)
    list.push_back(shapeJson(shapes[i]));
  return list;
}

/// Keras's constructors of these leave nothing to build.
static bool isBuiltAtInit(const std::string &className) {
  static const std::set<std::string> classes = {"Activation",
                                                "ActivityRegularization",
                                                "AveragePooling1D",
                                                "Dropout",
                                                "ELU",
                                                "GaussianDropout",
                                                "GaussianNoise",
                                                "GlobalAveragePooling1D",
                                                "GlobalMaxPooling1D",
                                                "Identity",
                                                "InputLayer",
                                                "LeakyReLU",
                                                "Masking",
                                                "MaxPooling1D",
                                                "ReLU",
                                                "Reshape",
                                                "Softmax",
                                                "SpatialDropout1D",
                                                "UnitNormalization"};
  return classes.count(className) != 0;
}

Json buildConfig(const LayerSpec &layer, const std::vector<Shape> &inputs) {
  if (isBuiltAtInit(layer.className) || inputs.empty())
    return nullptr;
  if (inputs.size() == 1)
    return {{"input_shape", shapeJson(inputs[0])}};
  if (stateUnits(layer).empty())
    return {{"input_shape", shapeList(inputs)}};
  return {
      {"shapes_dict",
       {{"sequences_shape", shapeJson(inputs[0])}, {"initial_state_shape", shapeList(inputs, 1)}}}};
}

Json configWithBuildConfigs(const LayerSpec &layer, const std::vector<Shape> &inputs) {
  Json config = layer.config;
  for (const char *key : {"layer", "backward_layer"}) {
    if (!config.contains(key) || inputs.empty())
      continue;
    Json &object = config[key];
    Shape input = inputs[0]; // states are not what the directions are built with
    if (layer.className == "TimeDistributed")
      input.erase(input.begin() + 1);
    LayerSpec inner{object.at("class_name").get<std::string>(), "", object.at("config")};
    object["config"] = configWithBuildConfigs(inner, {input});
    if (Json built = buildConfig(inner, {input}); !built.is_null())
      object["build_config"] = std::move(built);
  }
  return config;
}

} // namespace keratin
