// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/KerasFile/RecordedMasks.h"

#include "compiler/Frontend/Layers/RecurrentRules.h"

#include <set>

namespace keratin {

bool RecordedMasks::isOperation(const Json &entry) {
  if (entry.contains("module"))
    return entry["module"].get<std::string>().rfind("keras.src.ops", 0) == 0;
  static const std::set<std::string> known = {"Any",        "Concatenate", "ConvertToTensor",
                                              "ExpandDims", "LogicalOr",   "NotEqual",
                                              "OnesLike",   "ZerosLike"};
  const Json &config = entry.at("config");
  return known.count(entry.at("class_name").get<std::string>()) && config.is_object() &&
         !config.contains("trainable"); // as the layer Concatenate has
}

void RecordedMasks::addOperation(const Json &entry) {
  std::string name = entry.at("name").get<std::string>();
  operations[name] = entry;
  order.push_back(std::move(name));
}

const std::string *RecordedMasks::operationClass(const std::string &name) const {
  auto found = operations.find(name);
  return found == operations.end() ? nullptr
                                   : found->second.at("class_name").get_ptr<const std::string *>();
}

/// The arguments by position of the call of an operation, which has one.
static const Json &argumentsOf(const Json &operation) {
  return operation.at("inbound_nodes").at(0).at("args");
}

static std::vector<History> tensorsIn(const Json &arguments) {
  std::vector<History> tensors;
  collectTensors(arguments, tensors);
  return tensors;
}

/// Any along the last axis of its input.
static bool isAlongLast(const Json &config) {
  return config.at("axis") == Json(-1) && config.at("keepdims") == Json(false);
}

bool RecordedMasks::isComputable(const History &tensor) {
  auto found = operations.find(tensor.layer);
  if (found == operations.end())
    return true;
  auto [place, isNew] = isComputableOperation.emplace(tensor.layer, false);
  if (!isNew)
    return place->second;
  const std::string &className = *operationClass(tensor.layer);
  if (className != "NotEqual" && className != "Any" && className != "ConvertToTensor")
    return false;
  const Json &arguments = argumentsOf(found->second);
  bool isComparison = className == "NotEqual";
  bool fits = arguments.size() == (isComparison ? 2 : 1) &&
              (!isComparison || arguments[1].is_number()) &&
              (className != "Any" || isAlongLast(found->second.at("config")));
  std::vector<History> read = tensorsIn(arguments);
  return place->second = fits && read.size() == 1 && isComputable(read[0]);
}

History RecordedMasks::resolve(History tensor) const {
  for (const std::string *name;
       (name = operationClass(tensor.layer)) && *name == "ConvertToTensor";)
    tensor = tensorsIn(argumentsOf(operations.at(tensor.layer))).at(0);
  return tensor;
}

std::vector<std::pair<LayerSpec, RecordedCall>>
RecordedMasks::computable(const SourceLocation &location) {
  std::vector<std::pair<LayerSpec, RecordedCall>> result;
  for (const std::string &name : order) {
    const Json &entry = operations.at(name);
    if (!isComputable({name}) || *operationClass(name) == "ConvertToTensor")
      continue;
    const Json &arguments = argumentsOf(entry);
    LayerSpec layer;
    layer.className = *operationClass(name);
    layer.name = name;
    layer.config = entry.at("config");
    layer.location = location;
    RecordedCall call{name, 0, {resolve(tensorsIn(arguments).at(0))}};
    if (layer.className == "NotEqual")
      call.arguments["x2"] = arguments.at(1);
    result.emplace_back(std::move(layer), std::move(call));
  }
  return result;
}

/// An expression as an argument of another.
static std::string reference(int expression) { return "#" + std::to_string(expression); }

/// A number as an argument: 0 and 0.0 are the same.
static std::string numberText(const Json &value) { return Json(value.get<double>()).dump(); }

int RecordedMasks::number(const std::string &text) {
  return numbers.emplace(text, static_cast<int>(numbers.size()) + 1).first->second;
}

int RecordedMasks::operation(const std::string &className, const Json &config,
                             const std::vector<std::string> &arguments) {
  nlohmann::json sorted = config;
  sorted.erase("name");
  std::string text = className + sorted.dump();
  for (const std::string &argument : arguments)
    text += "," + argument;
  return number(text);
}

int RecordedMasks::expression(const History &tensor) {
  auto [place, isNew] = expressions.emplace(Tensor(tensor.layer, tensor.call, tensor.output), 0);
  if (!isNew)
    return place->second;
  auto entry = operations.find(tensor.layer);
  if (entry == operations.end())
    return place->second = number(Json({tensor.layer, tensor.call, tensor.output}).dump());
  const Json &arguments = argumentsOf(entry->second);
  const std::string &className = *operationClass(tensor.layer);
  if (className == "ConvertToTensor")
    return place->second = expression(tensorsIn(arguments).at(0));
  std::vector<std::string> texts;
  for (const Json &argument : arguments) {
    std::string text = argument.is_number()       ? numberText(argument)
                       : argument.is_structured() ? ""
                                                  : argument.dump();
    for (const History &input : tensorsIn(argument))
      text += reference(expression(input));
    texts.push_back(std::move(text));
  }
  return place->second = operation(className, entry->second.at("config"), texts);
}

bool RecordedMasks::areCarried(const RecordedCall &call) {
  // Where several arguments are tensors, Keras carries nothing to the call.
  if (call.hasStates || call.masks.size() > call.inputs.size())
    return false;
  for (size_t i = 0; i < call.masks.size(); ++i)
    if ((call.masks[i] ? expression(*call.masks[i]) : 0) != carried(call.inputs[i]))
      return false;
  return true;
}

int RecordedMasks::carried(const History &tensor) {
  auto [place, isNew] = carriedMasks.emplace(Tensor(tensor.layer, tensor.call, tensor.output), 0);
  auto layer = layers.find(tensor.layer);
  auto call = calls.find({tensor.layer, tensor.call});
  if (!isNew || layer == layers.end() || call == calls.end() || call->second.inputs.empty())
    return place->second;
  return place->second = carriedBy(layer->second, call->second, tensor.output);
}

/// How many outputs of a layer, from the first on, have the mask of the first input.
static int outputsWithMask(const LayerSpec &layer) {
  const std::string &name = layer.className;
  if (cellOf(name))
    return layer.config.value("return_sequences", false) ? 1 : 0;
  if (name == "Bidirectional") {
    bool sequences = directionOf(layer, "layer").config.value("return_sequences", false);
    return !sequences ? 0 : layer.config.at("merge_mode").is_null() ? 2 : 1;
  }
  static const std::set<std::string> known = {"Activation",
                                              "ActivityRegularization",
                                              "AdditiveAttention",
                                              "Attention",
                                              "BatchNormalization",
                                              "Dense",
                                              "Dropout",
                                              "ELU",
                                              "GaussianDropout",
                                              "GaussianNoise",
                                              "Identity",
                                              "LayerNormalization",
                                              "LeakyReLU",
                                              "PReLU",
                                              "ReLU",
                                              "Softmax",
                                              "SpatialDropout1D",
                                              "TimeDistributed",
                                              "UnitNormalization"};
  return known.count(name) ? 1 : 0;
}

int RecordedMasks::carriedBy(const LayerSpec &layer, const RecordedCall &call, int output) {
  const std::string &name = layer.className;
  auto differsFrom = [&](const Json &value) {
    return operation("NotEqual", Json::object(),
                     {reference(expression(call.inputs[0])), numberText(value)});
  };
  if (name == "Embedding")
    return layer.config.value("mask_zero", false) ? differsFrom(0) : 0;
  if (name == "Masking")
    return anyOf(differsFrom(layer.config.at("mask_value")));
  if (name == "Concatenate")
    return concatenated(call, layer.config.at("axis"));
  static const std::set<std::string> joins = {"Add",     "Average",  "Maximum",
                                              "Minimum", "Multiply", "Subtract"};
  if (joins.count(name))
    return joined(call);
  if (output >= outputsWithMask(layer))
    return 0;
  if (call.masks.empty())
    return carried(call.inputs[0]);
  return call.masks[0] ? expression(*call.masks[0]) : 0;
}

int RecordedMasks::anyOf(int mask) {
  return operation("Any", {{"axis", -1}, {"keepdims", false}}, {reference(mask)});
}

int RecordedMasks::joined(const RecordedCall &call) {
  int result = 0;
  for (const History &input : call.inputs) {
    int mask = carried(input);
    if (mask == 0)
      return 0;
    result = result == 0
                 ? mask
                 : operation("LogicalOr", Json::object(), {reference(result), reference(mask)});
  }
  return result;
}

int RecordedMasks::concatenated(const RecordedCall &call, const Json &axis) {
  bool isMasked = false;
  const Json boolean = {{"dtype", "bool"}};
  std::string parts;
  for (const History &input : call.inputs) {
    const std::string tensor = reference(expression(input));
    int part, mask = carried(input);
    if (mask == 0) {
      part = operation("OnesLike", boolean, {tensor});
    } else {
      isMasked = true;
      int expanded = operation("ExpandDims", {{"axis", -1}}, {reference(mask)});
      int zeros = operation("ZerosLike", boolean, {tensor});
      part = operation("LogicalOr", Json::object(), {reference(expanded), reference(zeros)});
    }
    parts += reference(part);
  }
  return isMasked ? anyOf(operation("Concatenate", {{"axis", axis}}, {parts})) : 0;
}

} // namespace keratin
