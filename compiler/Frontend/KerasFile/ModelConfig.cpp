// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Serializes models as Keras 3 does.
#include "compiler/Frontend/KerasFile/ModelConfig.h"

#include "compiler/Frontend/KerasFile/BuildConfig.h"
#include "compiler/Frontend/KerasFile/LegacyMasks.h"
#include "compiler/Frontend/Layers/Construct.h"
#include "compiler/Frontend/Layers/Masks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"
#include "compiler/Frontend/Layers/OldHardSigmoid.h"

namespace keratin {

namespace {

/// An object in the form of the file.
Json object(const std::string &module, const std::string &className, Json config,
            Json registeredName, ConfigForm form) {
  if (form == ConfigForm::Legacy)
    return {{"class_name", className}, {"config", std::move(config)}};
  return {{"module", module},
          {"class_name", className},
          {"config", std::move(config)},
          {"registered_name", std::move(registeredName)}};
}

Json architecture(const ModelSpec &model, ConfigForm form);

/// The shapes that the layer was first called on; none if it was not.
std::vector<Shape> inputShapes(const ModelSpec &model, size_t layer) {
  std::vector<Shape> shapes;
  for (const NodeSpec &node : model.nodes)
    if (node.layer == static_cast<int>(layer)) {
      for (TensorRef input : node.inputs)
        shapes.push_back(model.shapeOf(input));
      break;
    }
  return shapes;
}

Json layerObject(const ModelSpec &model, size_t index, ConfigForm form) {
  const LayerSpec &layer = model.layers[index];
  if (layer.model) {
    Json nested = architecture(*layer.model, form);
    nested["config"]["trainable"] = layer.trainable();
    if (form == ConfigForm::Keras3)
      nested["compile_config"] = Json::object();
    return nested;
  }
  if (hasOldHardSigmoid(layer))
    throw UserError(layer.location,
                    "layer '" + layer.name +
                        "' has the hard_sigmoid of Keras 2, which a file of Keras 3 cannot express",
                    "save its weights (.weights.h5)");
  if (isOperation(layer.className))
    return object("keras.src.ops.numpy", layer.className, layer.config, layer.className, form);
  const std::vector<Shape> inputs = inputShapes(model, index);
  Json config = configWithBuildConfigs(layer, inputs);
  config.erase("causal"); // the calls have it
  Json result =
      object(moduleOf(ClassKind::Layer), layer.className, std::move(config), nullptr, form);
  if (Json built = buildConfig(layer, inputs); form == ConfigForm::Keras3 && !built.is_null())
    result["build_config"] = std::move(built);
  return result;
}

Json sequentialConfig(const ModelSpec &model, ConfigForm form) {
  Json layers = Json::array();
  for (size_t i = 0; i < model.layers.size(); ++i)
    layers.push_back(layerObject(model, i, form));
  Json float32 = object("keras", "DTypePolicy", {{"name", "float32"}}, nullptr, ConfigForm::Keras3);
  Json config = {{"name", model.name},
                 {"trainable", true},
                 {"dtype", std::move(float32)},
                 {"layers", std::move(layers)}};
  if (isBuilt(model))
    config["build_input_shape"] = shapeJson(model.shapeOf(model.inputs.front()));
  return config;
}

/// The calls of a functional model, each with its number among those of its layer.
class FunctionalWriter {
public:
  explicit FunctionalWriter(const ModelSpec &model) : model(model), calls(model.layers.size()) {
    for (size_t node = 0; node < model.nodes.size(); ++node) {
      std::vector<size_t> &ofLayer = calls[model.nodes[node].layer];
      callOfNode.push_back(ofLayer.size());
      ofLayer.push_back(node);
    }
  }

  Json config(ConfigForm form) const {
    Json layers = Json::array();
    for (size_t i = 0; i < model.layers.size(); ++i) {
      const LayerSpec &layer = model.layers[i];
      Json entry = layerObject(model, i, form);
      entry["name"] = layer.name;
      entry["inbound_nodes"] = Json::array();
      if (layer.className != "InputLayer")
        for (size_t node : calls[i])
          entry["inbound_nodes"].push_back(inboundNode(layer, model.nodes[node]));
      layers.push_back(std::move(entry));
    }
    if (form == ConfigForm::Legacy)
      dropCarriedMasks(model, layers);
    return {{"name", model.name},
            {"trainable", true},
            {"layers", std::move(layers)},
            {"input_layers", endpoints(model.inputs)},
            {"output_layers", endpoints(model.outputs)}};
  }

private:
  Json history(TensorRef tensor) const {
    return {model.layerOf(tensor).name, callOfNode[tensor.node], tensor.output};
  }

  Json endpoints(const std::vector<TensorRef> &tensors) const {
    if (tensors.size() == 1)
      return history(tensors.front());
    Json list = Json::array();
    for (TensorRef tensor : tensors)
      list.push_back(history(tensor));
    return list;
  }

  Json kerasTensor(TensorRef tensor) const {
    const LayerSpec &producer = model.layerOf(tensor);
    std::string dtype = producer.className == "InputLayer"
                            ? producer.config.value("dtype", "float32")
                        : isBoolean(producer) ? "bool"
                                              : "float32";
    return {{"class_name", "__keras_tensor__"},
            {"config",
             {{"shape", shapeJson(model.shapeOf(tensor))},
              {"dtype", dtype},
              {"keras_history", history(tensor)}}}};
  }

  /// A mask, or a list of them where the layer has several inputs.
  Json masksOf(const NodeSpec &node) const {
    Json masks = Json::array();
    for (TensorRef mask : node.masks)
      masks.push_back(mask.node < 0 ? Json() : kerasTensor(mask));
    return masks.size() == 1 ? masks[0] : masks;
  }

  /// A recurrent layer takes its states by keyword, any other layer a list of tensors; NotEqual
  /// takes its number by position.
  Json inboundNode(const LayerSpec &layer, const NodeSpec &node) const {
    Json tensors = Json::array();
    for (TensorRef input : node.inputs)
      tensors.push_back(kerasTensor(input));
    Json arguments = node.arguments;
    if (layer.className == "NotEqual")
      return {{"args", {std::move(tensors[0]), arguments.at("x2")}}, {"kwargs", Json::object()}};
    if (!node.masks.empty())
      arguments["mask"] = masksOf(node);
    if (layer.config.contains("return_state") || layer.className == "Bidirectional") {
      if (tensors.size() > 1)
        arguments["initial_state"] = Json(tensors.begin() + 1, tensors.end());
      tensors = Json(tensors[0]);
    } else if (tensors.size() == 1) {
      tensors = Json(tensors[0]);
    }
    return {{"args", Json::array({std::move(tensors)})}, {"kwargs", std::move(arguments)}};
  }

  const ModelSpec &model;
  std::vector<std::vector<size_t>> calls; ///< nodes of each layer
  std::vector<size_t> callOfNode;
};

/// Without the modules of the objects in it, as training_config has them. What is in the config of
/// an object, as the schedule of an optimizer, keeps its module.
Json legacyForm(Json json) {
  if (json.is_object() && json.contains("class_name")) {
    json.erase("module");
    json.erase("registered_name");
  } else if (json.is_structured()) {
    for (Json &element : json)
      element = legacyForm(std::move(element));
  }
  return json;
}

/// Losses by their full names: Keras 3 cannot read "mse" back from an .h5 file that it wrote.
Json fullNames(Json loss) {
  if (loss.is_string()) {
    std::string known = classOfIdentifier(ClassKind::Loss, loss.get<std::string>());
    return known.empty() ? loss : Json(snakeCase(known));
  }
  if (loss.is_structured() && !loss.contains("class_name"))
    for (Json &element : loss)
      element = fullNames(std::move(element));
  return loss;
}

Json architecture(const ModelSpec &model, ConfigForm form) {
  Json result = model.sequential
                    ? object("keras", "Sequential", sequentialConfig(model, form), nullptr, form)
                    : object("keras.src.models.functional", "Functional",
                             FunctionalWriter(model).config(form), "Functional", form);
  if (form == ConfigForm::Keras3 && isBuilt(model))
    result["build_config"] = {{"input_shape", model.sequential
                                                  ? shapeJson(model.shapeOf(model.inputs.front()))
                                                  : Json(nullptr)}};
  return result;
}

} // namespace

Json modelConfig(const ModelSpec &model, ConfigForm form) {
  Json result = architecture(model, form);
  if (form == ConfigForm::Keras3)
    result["compile_config"] = model.compile ? compileConfig(model, form) : Json::object();
  return result;
}

Json compileConfig(const ModelSpec &model, ConfigForm form) {
  Json config = model.compile->config;
  const OptimizerSpec &optimizer = model.compile->optimizer;
  Json settings = optimizer.config;
  if (Json &rate = settings["learning_rate"]; rate.is_number())
    rate = static_cast<double>(static_cast<float>(rate.get<double>())); // a float32 variable there
  Json serialized = object(moduleOf(ClassKind::Optimizer), optimizer.kind, std::move(settings),
                           nullptr, ConfigForm::Keras3);
  if (form == ConfigForm::Keras3) {
    config["optimizer"] = std::move(serialized);
    return config;
  }
  config.erase("optimizer");
  config["loss"] = fullNames(std::move(config["loss"]));
  config["optimizer_config"] = std::move(serialized);
  return legacyForm(std::move(config));
}

std::string jsonText(const Json &json) {
  if (json.is_array()) {
    std::string text = "[";
    for (const Json &element : json)
      text += (text.size() > 1 ? ", " : "") + jsonText(element);
    return text + "]";
  }
  if (json.is_object()) {
    std::string text = "{";
    for (const auto &[key, value] : json.items())
      text += (text.size() > 1 ? ", " : "") + jsonText(Json(key)) + ": " + jsonText(value);
    return text + "}";
  }
  const int oneLine = -1;
  const bool asciiOnly = true;
  return json.dump(oneLine, ' ', asciiOnly);
}

} // namespace keratin
