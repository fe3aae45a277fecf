// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resolves compile()'s optimizer, loss and metrics.
#include "compiler/Frontend/Layers/Compile.h"

#include "compiler/Frontend/Layers/BindArguments.h"

#include <algorithm>

namespace keratin {

using P = ParameterType;

/// compile() as a signature, so that its arguments are bound like a constructor's.
static const ClassSchema &compileSchema() {
  // loss, loss_weights, metrics and weighted_metrics take many forms, which the functions below
  // check.
  static const ClassSchema schema = {ClassKind::Layer,
                                     "compile",
                                     {{"optimizer", P::Ignored, "rmsprop"},
                                      {"loss", P::Ignored},
                                      {"loss_weights", P::Ignored},
                                      {"metrics", P::Ignored},
                                      {"weighted_metrics", P::Ignored},
                                      {"run_eagerly", P::Ignored, false},
                                      {"steps_per_execution", P::Ignored, 1},
                                      {"jit_compile", P::Ignored, "auto"},
                                      {"auto_scale_loss", P::Ignored, true}},
                                     9};
  return schema;
}

/// Splits an argument into one value an output: [value, …] in the order of the outputs, {"output":
/// value, …} by their names. Anything else is for all of them.
static std::vector<Json> byOutput(const Json &value, const std::vector<std::string> &outputs,
                                  const char *argument, const SourceLocation &location) {
  if (value.is_array()) {
    if (value.size() != outputs.size())
      throw UserError(location, std::string("argument `") + argument + "` of compile has " +
                                    std::to_string(value.size()) + " entries, the model has " +
                                    std::to_string(outputs.size()) +
                                    (outputs.size() == 1 ? " output" : " outputs"));
    return {value.begin(), value.end()};
  }
  if (!value.is_object() || value.contains("class_name"))
    return std::vector<Json>(outputs.size(), value);
  std::vector<Json> result(outputs.size());
  for (const auto &[name, entry] : value.items()) {
    auto found = std::find(outputs.begin(), outputs.end(), name);
    if (found == outputs.end())
      throw UserError(location,
                      std::string("argument `") + argument +
                          "` of compile must name the model's outputs, got " + pythonText(value),
                      didYouMean(name, outputs));
    result[static_cast<size_t>(found - outputs.begin())] = entry;
  }
  return result;
}

static LossSpec makeLoss(const Json &identifier, const SourceLocation &location,
                         const WarningHandler &warn) {
  Json object = resolveIdentifier(ClassKind::Loss, identifier, location, warn);
  const Json &config = object["config"];
  LossSpec loss;
  loss.kind = snakeCase(object["class_name"].get<std::string>());
  loss.fromLogits = config.value("from_logits", false);
  loss.labelSmoothing = config.value("label_smoothing", 0.0);
  loss.delta = config.value("delta", 1.0);
  loss.reduction = config.at("reduction").get<std::string>();
  return loss;
}

/// "accuracy" or "crossentropy" for the names that Keras settles by shapes, else nothing.
static const char *kindByShapes(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name == "accuracy" || name == "acc")
    return "accuracy";
  return name == "crossentropy" || name == "ce" ? "crossentropy" : nullptr;
}

static MetricSpec makeMetric(Json identifier, const SourceLocation &location,
                             const WarningHandler &warn) {
  MetricSpec metric;
  // Keras 2 files wrap functions: {"class_name":"MeanMetricWrapper","config":{"name":…,"fn":…}}.
  bool wrapped =
      identifier.is_object() && identifier.value("class_name", "") == "MeanMetricWrapper";
  if (wrapped && identifier.contains("config") && identifier["config"].is_object()) {
    metric.name = identifier["config"].value("name", "");
    identifier = identifier["config"].value("fn", Json());
  }
  if (identifier.is_string() && metric.name.empty())
    metric.name = identifier.get<std::string>();
  if (identifier.is_string())
    if (const char *kind = kindByShapes(identifier.get<std::string>())) {
      metric.kind = kind;
      return metric;
    }
  Json object = resolveIdentifier(ClassKind::Metric, identifier, location, warn);
  metric.kind = snakeCase(object["class_name"].get<std::string>());
  metric.config = object["config"];
  if (metric.name.empty())
    metric.name = object["config"]["name"].get<std::string>();
  return metric;
}

/// Appends the metrics of one output; names that are taken get Keras's prefix.
static void addMetrics(std::vector<MetricSpec> &metrics, const Json &given, bool weighted,
                       const SourceLocation &location, const WarningHandler &warn) {
  for (const Json &entry : given.is_array() ? given : Json::array({given})) {
    if (entry.is_null())
      continue;
    MetricSpec metric = makeMetric(entry, location, warn);
    metric.weighted = weighted;
    auto taken = [&] {
      return std::any_of(metrics.begin(), metrics.end(),
                         [&](const MetricSpec &other) { return other.name == metric.name; });
    };
    if (weighted && taken())
      metric.name = "weighted_" + metric.name;
    if (!taken())
      metrics.push_back(std::move(metric));
  }
}

/// The values of `metrics` or `weighted_metrics`, one a list of an output. A flat list is that of
/// the only output.
static std::vector<Json> metricsByOutput(const Json &list, const char *argument,
                                         const std::vector<std::string> &outputs,
                                         const SourceLocation &location) {
  if (list.is_null())
    return std::vector<Json>(outputs.size());
  if (!list.is_array() && !(list.is_object() && !list.contains("class_name")))
    throw UserError(location,
                    std::string("Expected `") + argument +
                        "` argument to be a list, tuple, or dict. Received instead: " + argument +
                        "=" + pythonText(list),
                    "write [" + pythonText(list) + "]");
  if (list.is_object())
    return byOutput(list, outputs, argument, location);
  if (outputs.size() == 1)
    return {list.size() == 1 && list[0].is_array() ? list[0] : list};
  if (list.size() != outputs.size())
    throw UserError(
        location,
        std::string("For a model with multiple outputs, when providing the `") + argument +
            "` argument as a list, it should have as many entries as the "
            "model has outputs. Received: " +
            argument + "=" + pythonText(list) + " of length " + std::to_string(list.size()) +
            " whereas the model has " + std::to_string(outputs.size()) + " outputs.",
        "give a list for each output, or a dict by their names");
  return {list.begin(), list.end()};
}

/// The weight of a loss in the total; none counts as 1.
static double lossWeight(const Json &value, const SourceLocation &location) {
  if (value.is_null())
    return 1;
  if (!value.is_number())
    throw UserError(location, "argument `loss_weights` of compile must hold numbers, got " +
                                  pythonText(value));
  return value.get<double>();
}

/// The names that loss and metrics refer to. A Sequential without shapes has its last layer's.
static std::vector<std::string> outputNames(const ModelSpec &model) {
  std::vector<std::string> names;
  for (size_t i = 0; i < model.outputs.size(); ++i)
    names.push_back(model.outputName(i));
  if (names.empty())
    names.push_back(model.layers.empty() ? "" : model.layers.back().name);
  return names;
}

/// A loss or metric as Keras 3 saves it.
static Json savedObject(ClassKind kind, const Json &given, const SourceLocation &location) {
  Json object = resolveIdentifier(kind, given, location);
  const std::string className = object["class_name"].get<std::string>();
  for (const Parameter &parameter : requireClass(kind, className, location).parameters)
    if (!parameter.saved)
      object["config"].erase(parameter.name);
  return object;
}

/// A loss or metric, or a list or dictionary of them, as Keras 3 saves it. All are known to be
/// good.
static Json savedForm(ClassKind kind, const Json &given, const SourceLocation &location) {
  if (!given.is_structured())
    return given;
  if (given.is_object() && given.value("class_name", "") == "MeanMetricWrapper")
    return savedForm(kind, given.at("config").value("fn", Json()), location);
  if (given.is_object() && given.contains("class_name"))
    return savedObject(kind, given, location);
  Json result = given;
  for (Json &element : result)
    element = savedForm(kind, element, location);
  return result;
}

/// What Keras refuses in combination.
static void checkOptimizer(const OptimizerSpec &optimizer, const SourceLocation &location) {
  int clippings = 0;
  for (const char *name : {"clipnorm", "clipvalue", "global_clipnorm"})
    clippings += !optimizer.config.at(name).is_null();
  if (clippings > 1)
    throw UserError(location,
                    "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set.");
  const Json &rate = optimizer.config.at("learning_rate");
  if (rate.is_object() && rate["class_name"] == "PiecewiseConstantDecay" &&
      rate["config"]["boundaries"].size() + 1 != rate["config"]["values"].size())
    throw UserError(location, "The length of boundaries should be 1 less than the length of "
                              "values. Received: boundaries=" +
                                  pythonText(rate["config"]["boundaries"]) + " of length " +
                                  std::to_string(rate["config"]["boundaries"].size()) +
                                  ", and values=" + pythonText(rate["config"]["values"]) +
                                  " of length " + std::to_string(rate["config"]["values"].size()) +
                                  ".");
}

static void compileWith(ModelSpec &model, const Call &call, const Arguments &arguments) {
  std::map<std::string, Argument> bound = bindArguments(call, arguments);
  Json config = completeConfig(call, bound);
  config.erase("auto_scale_loss"); // Keras does not save it
  auto value = [&](const char *name) {
    auto found = bound.find(name);
    return found == bound.end() ? call.schema.find(name)->defaultValue : found->second.value;
  };
  auto location = [&](const char *name) {
    auto found = bound.find(name);
    return found == bound.end() ? call.location : call.at(found->second);
  };
  std::vector<std::string> outputs = outputNames(model);
  CompileSpec spec;
  spec.location = call.location;
  Json optimizer =
      resolveIdentifier(ClassKind::Optimizer, value("optimizer"), location("optimizer"), call.warn);
  spec.optimizer = {optimizer["class_name"].get<std::string>(), optimizer["config"]};
  checkOptimizer(spec.optimizer, location("optimizer"));

  std::vector<Json> losses = byOutput(value("loss"), outputs, "loss", location("loss"));
  std::vector<Json> weights =
      byOutput(value("loss_weights"), outputs, "loss_weights", location("loss_weights"));
  if (!value("loss").is_null())
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (losses[i].is_null())
        throw UserError(location("loss"), "output '" + outputs[i] + "' has no loss",
                        "cut a model without this output to train it: Model(inputs, outputs)");
      spec.losses.push_back(makeLoss(losses[i], location("loss"), call.warn));
      spec.losses.back().weight = lossWeight(weights[i], location("loss_weights"));
    }

  spec.metrics.resize(outputs.size());
  for (const char *argument : {"metrics", "weighted_metrics"}) {
    std::vector<Json> lists =
        metricsByOutput(value(argument), argument, outputs, location(argument));
    for (size_t i = 0; i < outputs.size(); ++i)
      addMetrics(spec.metrics[i], lists[i], argument[0] == 'w', location(argument), call.warn);
  }

  config["optimizer"] = optimizer;
  config["loss"] = savedForm(ClassKind::Loss, config["loss"], call.location);
  for (const char *name : {"metrics", "weighted_metrics"})
    config[name] = savedForm(ClassKind::Metric, config[name], call.location);
  spec.config = std::move(config);
  model.compile = std::move(spec);
  model.optimizerState.reset();
}

void compileModel(ModelSpec &model, const Arguments &arguments, const SourceLocation &location,
                  const WarningHandler &warn) {
  compileWith(model, {compileSchema(), location, warn}, arguments);
}

/// Functions of Keras by their names: what was passed as keras.losses.mean_squared_error is
/// {"class_name":"function","config":"mean_squared_error"} in a .keras file.
static Json functionsAsNames(Json value) {
  if (value.is_object() && value.value("class_name", Json()) == "function" &&
      value.value("config", Json()).is_string())
    return value["config"];
  if (value.is_structured())
    for (Json &element : value)
      element = functionsAsNames(std::move(element));
  return value;
}

void compileFromConfig(ModelSpec &model, const Json &config, const SourceLocation &location,
                       const WarningHandler &warn) {
  if (!config.is_object())
    throw UserError(location, "the compile arguments are not an object");
  Arguments arguments;
  for (const auto &[key, value] : config.items())
    arguments.push_back(
        {key == "optimizer_config" ? "optimizer" : key, functionsAsNames(value), {}, {}});
  compileWith(model, {compileSchema(), location, warn, ArgumentSource::File}, arguments);
}

OptimizerLayout optimizerLayout(const OptimizerSpec &optimizer) {
  const Json &config = optimizer.config;
  const std::string &kind = optimizer.kind;
  auto isSet = [&](const char *key) {
    return config.value(key, Json()) == Json(true) ||
           (config.contains(key) && config[key].is_number() && config[key].get<double>() != 0);
  };
  OptimizerLayout layout;
  layout.hasLearningRate = config.at("learning_rate").is_number();
  layout.hasProduct = kind == "Nadam";
  if (kind == "Adam" || kind == "AdamW" || kind == "Nadam")
    layout.slots = {{"momentum", "velocity"}};
  else if (kind == "Adamax")
    layout.slots = {{"momentum", "norm"}};
  else if (kind == "Adadelta")
    layout.slots = {{"accumulated_grad", "accumulated_delta_var"}};
  else if (kind == "Adagrad")
    layout.slots = {{"accumulator"}};
  else if (kind == "RMSprop")
    layout.slots = {{"velocity"}};
  if (isSet("momentum"))
    layout.slots.push_back({"momentum"});
  if (isSet("amsgrad"))
    layout.slots.push_back({"velocity_hat"});
  if (isSet("centered"))
    layout.slots.push_back({"average_gradient"});
  return layout;
}

std::vector<std::string> optimizerSlots(const OptimizerSpec &optimizer) {
  std::vector<std::string> slots;
  for (const std::vector<std::string> &group : optimizerLayout(optimizer).slots)
    slots.insert(slots.end(), group.begin(), group.end());
  return slots;
}

} // namespace keratin
