// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequential models of a file, and the choice between the kinds of models.
#include "compiler/Frontend/KerasFile/Architecture.h"

#include "compiler/Frontend/KerasFile/FunctionalConfig.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/NestedModels.h"

namespace keratin {

Json parseJson(const std::string &text, const std::string &what, const SourceLocation &location) {
  const int maxDepth =
      100; // models nest a few dozen levels; recursion over more would end in the stack
  auto checkDepth = [&](int depth, Json::parse_event_t, Json &) {
    if (depth > maxDepth)
      throw UserError(location, what + " is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, checkDepth);
  } catch (const Json::exception &error) {
    throw UserError(location, what + " is not valid JSON: " + error.what());
  }
}

/// [null, 6] with the batch first, or nothing where it is not a shape.
static std::optional<Shape> shapeFromJson(const Json &dims) {
  if (!dims.is_array() || dims.empty())
    return std::nullopt;
  Shape shape;
  for (const Json &dim : dims) {
    if (!dim.is_null() && !dim.is_number_integer())
      return std::nullopt;
    shape.push_back(dim.is_null() ? -1 : dim.get<int64_t>());
  }
  return shape;
}

static ModelSpec sequentialFromConfig(const Json &config, const SourceLocation &location,
                                      const WarningHandler &warn) {
  // Until Keras 2.2 the config was the list of layers.
  bool isList = config.is_array();
  AutoNames names;
  ModelSpec model = makeSequential(
      isList ? names.next("Sequential") : config.at("name").get<std::string>(), location);
  for (const Json &layer : isList ? config : config.at("layers"))
    addLayer(model, layerFromFile(layer, location, warn), names);
  if (!isBuilt(model) && !isList && config.contains("build_input_shape"))
    if (std::optional<Shape> shape = shapeFromJson(config["build_input_shape"]))
      buildSequential(model, *shape, names, location);
  return model;
}

static bool isModelClass(const std::string &className) {
  return className == "Sequential" || className == "Functional" || className == "Model";
}

NewLayer layerFromFile(const Json &object, const SourceLocation &location,
                       const WarningHandler &warn) {
  const std::string className = object.at("class_name").get<std::string>();
  if (!isModelClass(className))
    return layerFromConfig(className, object.at("config"), location, warn);
  ModelSpec model = modelFromConfig(object, location, warn);
  NewLayer layer{modelAsLayer(model), std::nullopt, {}};
  const Json &config = object.at("config");
  layer.spec.config["trainable"] = !config.is_object() || config.value("trainable", true);
  if (model.inputs.size() == 1)
    layer.inputShape = model.shapeOf(model.inputs.front());
  return layer;
}

ModelSpec modelFromConfig(const Json &architecture, const SourceLocation &location,
                          const WarningHandler &warn) {
  try {
    const std::string className = architecture.at("class_name").get<std::string>();
    const Json &config = architecture.at("config");
    if (className == "Sequential")
      return sequentialFromConfig(config, location, warn);
    if (isModelClass(className))
      return functionalFromConfig(config, location, warn);
    throw UserError(location, "model class \"" + className + "\" is not supported",
                    "Sequential and functional models are");
  } catch (const Json::exception &error) {
    throw UserError(location,
                    std::string("the model's architecture is malformed: ") + error.what());
  }
}

} // namespace keratin
