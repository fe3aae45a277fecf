// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes and weights of each layer class.
#include "compiler/Frontend/Layers/LayerRules.h"

#include "compiler/Frontend/Layers/RecurrentRules.h"
#include "compiler/Frontend/Layers/ShapedCall.h"

#include <algorithm>

namespace keratin {

std::vector<int64_t> ShapedCall::ints(const char *name) const {
  const Json &value = layer.config.at(name);
  if (value.is_null())
    return {};
  return value.is_array() ? value.get<std::vector<int64_t>>()
                          : std::vector<int64_t>{value.get<int64_t>()};
}

int64_t ShapedCall::axis(int64_t given) const {
  int64_t result = given < 0 ? given + rank() : given;
  if (result < 1 || result >= rank())
    fail("axis " + std::to_string(given) + " of layer '" + layer.name +
         "' is none of an input of shape " + shapeText(input));
  return result;
}

int64_t ShapedCall::requireKnown(int64_t axis) const {
  if (input[axis] < 0)
    fail("layer '" + layer.name + "' needs a known size of axis " + std::to_string(axis) +
             ", received: " + shapeText(input),
         "state it in the shape of the model's input");
  return input[axis];
}

static Shape denseShape(const ShapedCall &call) {
  call.requireMinRank(2);
  call.requireFeatures();
  Shape output = call.input;
  output.back() = call.setting("units");
  return output;
}

static Shape embeddingShape(const ShapedCall &call) {
  call.requireMinRank(1);
  Shape output = call.input;
  output.push_back(call.setting("output_dim"));
  return output;
}

static Shape recurrentShape(const ShapedCall &call) {
  std::string hint;
  if (call.rank() == 2)
    hint = (call.layer.className == "LSTM" ? "an " : "a ") + call.layer.className +
           " reads (batch, steps, features); a layer before it needs return_sequences=True, "
           "or the data one more axis";
  call.requireRank(3, hint);
  call.requireFeatures();
  if (call.flag("unroll") && call.input[1] < 0)
    call.fail("Cannot unroll a RNN if the time dimension is undefined.",
              "state the number of steps in the input shape, or leave unroll out");
  if (call.flag("stateful") && call.input[0] < 0)
    call.fail("When using `stateful=True` in a RNN, the batch size must be static. Found dynamic "
              "batch size: sequence.shape=" +
                  shapeText(call.input),
              "state it with Input(batch_shape=(batch, steps, features))");
  if (call.flag("return_sequences"))
    return {call.input[0], call.input[1], call.setting("units")};
  return {call.input[0], call.setting("units")};
}

static Shape bidirectionalShape(const ShapedCall &call) {
  call.requireRank(3);
  call.requireFeatures();
  LayerSpec forward = directionOf(call.layer, "layer"),
            backward = directionOf(call.layer, "backward_layer");
  Shape shape = recurrentShape({forward, call.inputs, call.location});
  int64_t units = recurrentShape({backward, call.inputs, call.location}).back();
  const Json &mode = call.layer.config.at("merge_mode");
  if (mode.is_null())
    return shape; // the forward output
  if (mode == "concat")
    shape.back() += units;
  else if (shape.back() != units)
    call.fail("Bidirectional with merge_mode=" + mode.dump() +
              " expects as many units backward as forward, got " + std::to_string(units) + " and " +
              std::to_string(shape.back()));
  return shape;
}

static Shape sameShape(const ShapedCall &call) { return call.input; }

static Shape spatialDropoutShape(const ShapedCall &call) {
  call.requireRank(3);
  return call.input;
}

static Shape timeDistributedShape(const ShapedCall &call);
static void timeDistributedWeights(const ShapedCall &call, WeightList &weights);

static void denseWeights(const ShapedCall &call, WeightList &weights) {
  weights.add("kernel", {call.input.back(), call.setting("units")}, "kernel_initializer");
  if (call.flag("use_bias"))
    weights.add("bias", {call.setting("units")}, "bias_initializer");
}

static void embeddingWeights(const ShapedCall &call, WeightList &weights) {
  weights.add("embeddings", {call.setting("input_dim"), call.setting("output_dim")},
              "embeddings_initializer");
}

static void recurrentWeights(const ShapedCall &call, WeightList &weights) {
  weights.weights = cellWeights(call.layer, call.input.back(), weights.scope);
}

static void bidirectionalWeights(const ShapedCall &call, WeightList &weights) {
  for (auto [key, prefix] :
       {std::pair("layer", "forward_"), std::pair("backward_layer", "backward_")}) {
    LayerSpec direction = directionOf(call.layer, key);
    for (WeightSpec &weight :
         cellWeights(direction, call.input.back(), weights.scope + "/" + direction.name, prefix))
      weights.weights.push_back(std::move(weight));
  }
}

/// Null for a class without a rule, as InputLayer.
static const LayerRule *findRule(const std::string &className) {
  static const std::vector<LayerRule> rules = [] {
    std::vector<LayerRule> all = {
        {"Dense", denseShape, denseWeights},
        {"Embedding", embeddingShape, embeddingWeights},
        {"LSTM", recurrentShape, recurrentWeights},
        {"GRU", recurrentShape, recurrentWeights},
        {"SimpleRNN", recurrentShape, recurrentWeights},
        {"Bidirectional", bidirectionalShape, bidirectionalWeights},
        {"SpatialDropout1D", spatialDropoutShape},
        {"TimeDistributed", timeDistributedShape, timeDistributedWeights}};
    for (const char *name : {"Activation", "Dropout", "GaussianDropout", "GaussianNoise",
                             "Identity", "ActivityRegularization", "ReLU", "LeakyReLU", "ELU"})
      all.push_back({name, sameShape});
    for (auto topic : {shapeRules, mergeRules, attentionRules, convolutionRules, operationRules})
      for (const LayerRule &rule : topic())
        all.push_back(rule);
    return all;
  }();
  for (const LayerRule &rule : rules)
    if (rule.className == className)
      return &rule;
  return nullptr;
}

static const LayerRule &ruleOf(const std::string &className) {
  if (const LayerRule *rule = findRule(className))
    return *rule;
  throw std::logic_error("no shape rule for layer class " + className);
}

bool hasWeights(const std::string &className) {
  const LayerRule *rule = findRule(className);
  return rule && rule->weights;
}

/// The layer inside, on one time step of the input.
static LayerSpec innerLayer(const ShapedCall &call) {
  const Json &inner = call.layer.config.at("layer");
  LayerSpec spec{inner.at("class_name").get<std::string>(), "", inner.at("config"),
                 call.layer.location, call.layer.weights};
  spec.name = spec.config.at("name").get<std::string>();
  if (spec.className == "Embedding")
    call.fail("TimeDistributed of Embedding is not supported",
              "Embedding looks up every step by itself, without TimeDistributed");
  if (spec.className == "TimeDistributed")
    call.fail("TimeDistributed of TimeDistributed is not supported",
              "Dense takes any number of dimensions by itself");
  if (cellOf(spec.className) || spec.className == "Bidirectional")
    call.fail("TimeDistributed of " + spec.className + " is not supported",
              "a recurrent layer reads one sequence a sample");
  return spec;
}

static Shape stepShape(const ShapedCall &call) {
  call.requireMinRank(3);
  Shape step = call.input;
  step.erase(step.begin() + 1);
  return step;
}

static Shape timeDistributedShape(const ShapedCall &call) {
  Shape shape = outputShapes(innerLayer(call), {stepShape(call)}, call.location).front();
  shape.insert(shape.begin() + 1, call.input[1]);
  return shape;
}

static void timeDistributedWeights(const ShapedCall &call, WeightList &weights) {
  LayerSpec inner = innerLayer(call);
  weights.weights = makeWeights(inner, stepShape(call), weights.scope + "/" + inner.name);
}

std::vector<Shape> outputShapes(const LayerSpec &layer, const std::vector<Shape> &inputs,
                                const SourceLocation &location, const Json &arguments) {
  ShapedCall call{layer, inputs, location, arguments};
  const LayerRule &rule = ruleOf(layer.className);
  if (!rule.merges)
    checkStates(layer, inputs, location.line ? location : layer.location);
  std::vector<Shape> shapes = allOutputs(layer, rule.shape(call));
  if (rule.others)
    for (Shape &shape : rule.others(call))
      shapes.push_back(std::move(shape));
  return shapes;
}

std::vector<WeightSpec> makeWeights(const LayerSpec &layer, const std::vector<Shape> &inputs,
                                    const std::string &scope) {
  const LayerRule &rule = ruleOf(layer.className);
  WeightList list(layer, scope);
  if (rule.weights)
    rule.weights({layer, inputs, layer.location}, list);
  return list.weights;
}

} // namespace keratin
