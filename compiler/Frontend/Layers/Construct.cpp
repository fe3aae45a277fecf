// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor calls of Keras classes.
#include "compiler/Frontend/Layers/BindArguments.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"

#include <limits>

namespace keratin {

std::string snakeCase(const std::string &className) {
  auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::string result;
  for (size_t i = 0; i < className.size(); ++i) {
    char c = className[i];
    bool wordStarts =
        i > 0 && upper(c) &&
        (lower(className[i - 1]) || (i + 1 < className.size() && lower(className[i + 1])));
    if (wordStarts)
      result += '_';
    result += upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

std::string AutoNames::next(const std::string &className) {
  std::string name = snakeCase(className);
  int count = counts[name]++;
  return count == 0 ? name : name + "_" + std::to_string(count);
}

static Shape toShape(const Json &dims) {
  Shape shape;
  for (const Json &dim : dims)
    shape.push_back(dim.is_null() ? -1 : dim.get<int64_t>());
  return shape;
}

static Json toJson(const Shape &shape) {
  Json dims = Json::array();
  for (int64_t dim : shape)
    dims.push_back(dim < 0 ? Json(nullptr) : Json(dim));
  return dims;
}

static bool given(const std::map<std::string, Argument> &bound, const char *name) {
  auto found = bound.find(name);
  return found != bound.end() && !found->second.value.is_null();
}

/// The value of a shape argument that is given, checked.
static Shape shapeArgument(const Call &call, const std::map<std::string, Argument> &bound,
                           const char *name) {
  return toShape(checkValue(call, *call.schema.find(name), bound.at(name)));
}

static Shape withBatch(Shape shape, int64_t batch = -1) {
  shape.insert(shape.begin(), batch);
  return shape;
}

/// The shape, batch first, that a layer states for its input.
static std::optional<Shape> statedInputShape(const Call &call,
                                             const std::map<std::string, Argument> &bound) {
  if (given(bound, "batch_input_shape"))
    return shapeArgument(call, bound, "batch_input_shape");
  if (given(bound, "input_shape"))
    return withBatch(shapeArgument(call, bound, "input_shape"));
  // An Embedding's input_dim is its vocabulary, and Keras 3 ignores its input_length. Of a file of
  // Keras 2 it is the number of steps.
  bool isEmbedding = call.schema.name == "Embedding";
  int64_t length = 0;
  if (given(bound, "input_length") && bound.at("input_length").value.is_number_integer())
    length = bound.at("input_length").value.get<int64_t>();
  bool hasLength = length > 0 && length <= std::numeric_limits<int32_t>::max();
  if (isEmbedding) {
    if (call.source == ArgumentSource::File && hasLength)
      return Shape{-1, length};
    return std::nullopt;
  }
  if (!given(bound, "input_dim"))
    return std::nullopt;
  int64_t features = bound.at("input_dim").value.get<int64_t>();
  if (hasLength)
    return Shape{-1, length, features};
  if (cellOf(call.schema.name)) // of any number of steps, as in Keras 1
    return Shape{-1, -1, features};
  return Shape{-1, features};
}

/// batch_shape of an InputLayer from the ways in which it can be given.
static Json inputLayerShape(const Call &call, const std::map<std::string, Argument> &bound) {
  for (const char *name : {"batch_shape", "batch_input_shape"})
    if (given(bound, name))
      return toJson(shapeArgument(call, bound, name));
  for (const char *name : {"shape", "input_shape"})
    if (given(bound, name)) {
      int64_t batch = given(bound, "batch_size") ? bound.at("batch_size").value.get<int64_t>() : -1;
      return toJson(withBatch(shapeArgument(call, bound, name), batch));
    }
  throw UserError(call.location, "You must pass a `shape` argument.");
}

static void checkName(const Call &call, const std::map<std::string, Argument> &bound) {
  if (!given(bound, "name") || !bound.at("name").value.is_string())
    return;
  const Argument &argument = bound.at("name");
  std::string name = argument.value.get<std::string>();
  if (name.empty() || name.find('/') != std::string::npos)
    throw UserError(call.at(argument),
                    "Argument `name` must be a string and cannot contain character `/`. Received: "
                    "name=" +
                        name);
}

/// Settings that Keras completes from others, or stores in another form than they were given in.
static void normalize(Json &config, const std::string &className) {
  if (config.contains("pool_size") && config["strides"].is_null())
    config["strides"] = config["pool_size"];
  for (const char *name : {"axis", "shared_axes"})
    if (config.contains(name) && config[name].is_number() &&
        (className == "LayerNormalization" || className == "PReLU"))
      config[name] = Json::array({config[name]});
}

/// The rest of makeLayer and layerFromConfig. A name is taken from `names` where none is given.
static NewLayer construct(const Call &call, const Arguments &arguments, AutoNames *names) {
  std::map<std::string, Argument> bound = bindArguments(call, arguments);
  checkName(call, bound);
  NewLayer layer;
  auto weights = bound.find("weights");
  if (weights != bound.end() && !weights->second.arrays.empty()) {
    layer.weights = std::move(weights->second.arrays);
    weights->second.value = nullptr;
  }
  layer.spec.config = completeConfig(call, bound);
  if (call.schema.name == "Bidirectional")
    completeBidirectional(call, layer.spec.config);
  layer.spec.location = call.location;
  bool isInput = call.schema.name == "Input" || call.schema.name == "InputLayer";
  const std::string &alias = call.schema.aliasOf;
  layer.spec.className = isInput ? "InputLayer" : alias.empty() ? call.schema.name : alias;
  if (isInput) {
    layer.spec.config["batch_shape"] = inputLayerShape(call, bound);
    layer.inputShape = toShape(layer.spec.config["batch_shape"]);
  } else {
    layer.inputShape = statedInputShape(call, bound);
  }
  if (call.source == ArgumentSource::Script && call.warn && given(bound, "input_length") &&
      call.schema.name == "Embedding")
    call.warn(call.at(bound.at("input_length")),
              "argument `input_length` of Embedding is ignored, as in Keras 3");

  normalize(layer.spec.config, layer.spec.className);

  Json &name = layer.spec.config["name"];
  if (name.is_null()) {
    if (!names)
      throw UserError(call.location, "a " + call.schema.name + " without a name");
    name = names->next(layer.spec.className);
  }
  layer.spec.name = name.get<std::string>();
  return layer;
}

NewLayer makeLayer(const std::string &className, const Arguments &arguments,
                   const SourceLocation &location, AutoNames &names, const WarningHandler &warn) {
  Call call{requireClass(ClassKind::Layer, className, location), location, warn};
  return construct(call, arguments, &names);
}

/// A serialized config as keyword arguments.
static Arguments toArguments(const Json &config, const SourceLocation &location,
                             const std::string &className) {
  if (!config.is_object())
    throw UserError(location, "the config of " + className + " is not an object");
  Arguments arguments;
  for (const auto &[key, value] : config.items())
    arguments.push_back({key, value, {}, {}});
  return arguments;
}

NewLayer layerFromConfig(const std::string &className, const Json &config,
                         const SourceLocation &location, const WarningHandler &warn) {
  Call call{requireClass(ClassKind::Layer, className, location), location, warn,
            ArgumentSource::File};
  return construct(call, toArguments(config, location, className), nullptr);
}

static Json construct(const Call &call, const Arguments &arguments) {
  Json config = completeConfig(call, bindArguments(call, arguments));
  if (config.contains("name") && config["name"].is_null())
    config["name"] = snakeCase(call.schema.name);
  if (config.value("reduction", "") == "auto")
    config["reduction"] = "sum_over_batch_size";
  return serialized(call.schema.kind, call.schema.name, std::move(config));
}

Json makeObject(ClassKind kind, const std::string &className, const Arguments &arguments,
                const SourceLocation &location, const WarningHandler &warn) {
  return construct({requireClass(kind, className, location), location, warn}, arguments);
}

Json resolveIdentifier(ClassKind kind, const Json &identifier, const SourceLocation &location,
                       const WarningHandler &warn) {
  if (identifier.is_string())
    return makeObject(kind, requireIdentifier(kind, identifier.get<std::string>(), location), {},
                      location, warn);
  if (!identifier.is_object() || !identifier.contains("class_name") ||
      !identifier["class_name"].is_string())
    requireIdentifier(kind, pythonText(identifier), location); // throws
  std::string className = identifier["class_name"].get<std::string>();
  // The Keras 2 writer marks its own optimizers so.
  if (className.rfind("Custom>", 0) == 0)
    className = className.substr(7);
  // "zeros" is a class name too in files of Keras 1.
  if (!findClass(kind, className))
    className = requireIdentifier(kind, className, location);
  Call call{requireClass(kind, className, location), location, warn, ArgumentSource::File};
  return construct(call,
                   toArguments(identifier.value("config", Json::object()), location, className));
}

} // namespace keratin
