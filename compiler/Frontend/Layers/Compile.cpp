// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resolves compile()'s optimizer, loss and metrics.
#include "compiler/Frontend/Layers/Compile.h"

#include "compiler/Frontend/Layers/BindArguments.h"

#include <algorithm>

namespace keratin {

using P = ParameterType;

/// compile() as a signature, so that its arguments are bound like a constructor's.
static const ClassSchema &compileSchema() {
  // loss, metrics and weighted_metrics take many forms, which the functions below check.
  static const ClassSchema schema = {ClassKind::Layer,
                                     "compile",
                                     {{"optimizer", P::Ignored, "rmsprop"},
                                      {"loss", P::Ignored},
                                      {"loss_weights",
                                       P::Neutral,
                                       nullptr,
                                       false,
                                       true,
                                       {1, 1.0, Json::array({1}), Json::array({1.0})}},
                                      {"metrics", P::Ignored},
                                      {"weighted_metrics", P::Ignored},
                                      {"run_eagerly", P::Ignored, false},
                                      {"steps_per_execution", P::Ignored, 1},
                                      {"jit_compile", P::Ignored, "auto"},
                                      {"auto_scale_loss", P::Ignored, true}},
                                     9};
  return schema;
}

/// The value for the only output of [value] or {"output": value}.
static Json ofOnlyOutput(const Json &value, const std::string &output, const char *argument,
                         const SourceLocation &location) {
  if (value.is_array()) {
    if (value.size() != 1)
      throw UserError(location, std::string("argument `") + argument + "` of compile has " +
                                    std::to_string(value.size()) +
                                    " entries, the model has one output");
    return value[0];
  }
  if (value.is_object() && !value.contains("class_name")) {
    if (value.size() != 1 || !value.contains(output))
      throw UserError(location, std::string("argument `") + argument +
                                    "` of compile must name the model's output '" + output +
                                    "', got " + pythonText(value));
    return value[output];
  }
  return value;
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

/// Appends the metrics of one list; names that are taken get Keras's prefix.
static void addMetrics(std::vector<MetricSpec> &metrics, Json list, bool weighted,
                       const std::string &output, const SourceLocation &location,
                       const WarningHandler &warn) {
  const char *argument = weighted ? "weighted_metrics" : "metrics";
  if (list.is_null())
    return;
  if (list.is_object())
    list = ofOnlyOutput(list, output, argument, location);
  if (list.is_array() && list.size() == 1 && list[0].is_array())
    list = Json(list[0]);
  if (!list.is_array())
    throw UserError(location,
                    std::string("Expected `") + argument +
                        "` argument to be a list, tuple, or dict. Received instead: " + argument +
                        "=" + pythonText(list),
                    "write [" + pythonText(list) + "]");
  for (const Json &entry : list) {
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
  completeConfig(call, bound); // for its checks
  auto value = [&](const char *name) {
    auto found = bound.find(name);
    return found == bound.end() ? call.schema.find(name)->defaultValue : found->second.value;
  };
  auto location = [&](const char *name) {
    auto found = bound.find(name);
    return found == bound.end() ? call.location : call.at(found->second);
  };
  if (model.outputs.size() > 1)
    throw UserError(call.location, "training a model with several outputs is not supported yet");
  std::string output;
  if (!model.outputs.empty())
    output = model.layerOf(model.outputs[0]).name;
  else if (!model.layers.empty())
    output = model.layers.back().name;

  CompileSpec spec;
  spec.location = call.location;
  Json optimizer =
      resolveIdentifier(ClassKind::Optimizer, value("optimizer"), location("optimizer"), call.warn);
  spec.optimizer = {optimizer["class_name"].get<std::string>(), optimizer["config"]};
  checkOptimizer(spec.optimizer, location("optimizer"));
  Json loss = ofOnlyOutput(value("loss"), output, "loss", location("loss"));
  if (!loss.is_null())
    spec.losses = {makeLoss(loss, location("loss"), call.warn)};
  spec.metrics.resize(1);
  addMetrics(spec.metrics[0], value("metrics"), false, output, location("metrics"), call.warn);
  addMetrics(spec.metrics[0], value("weighted_metrics"), true, output, location("weighted_metrics"),
             call.warn);
  model.compile = std::move(spec);
  model.optimizerState.reset();
}

void compileModel(ModelSpec &model, const Arguments &arguments, const SourceLocation &location,
                  const WarningHandler &warn) {
  compileWith(model, {compileSchema(), location, warn}, arguments);
}

void compileFromConfig(ModelSpec &model, const Json &config, const SourceLocation &location,
                       const WarningHandler &warn) {
  if (!config.is_object())
    throw UserError(location, "the compile arguments are not an object");
  Arguments arguments;
  for (const auto &[key, value] : config.items())
    arguments.push_back({key == "optimizer_config" ? "optimizer" : key, value, {}, {}});
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
