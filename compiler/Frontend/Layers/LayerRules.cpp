// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes and weights of each layer class.
#include "compiler/Frontend/Layers/LayerRules.h"

#include "compiler/Frontend/Layers/ModelBuilder.h"

namespace keratin {

namespace {

/// One call of a layer, with the messages that several classes share.
struct LayerCall {
  const LayerSpec &layer;
  const Shape &input;
  const SourceLocation &location;

  int64_t setting(const char *name) const { return layer.config.at(name).get<int64_t>(); }
  bool flag(const char *name) const { return layer.config.at(name).get<bool>(); }
  int64_t rank() const { return static_cast<int64_t>(input.size()); }

  [[noreturn]] void fail(const std::string &message, const std::string &hint = "") const {
    throw UserError(location.line ? location : layer.location, message, hint);
  }
  /// Keras's words.
  [[noreturn]] void incompatible(const std::string &what, const std::string &hint = "") const {
    fail("Input 0 with name 'None' of layer '" + layer.name +
             "' is incompatible with the layer: " + what,
         hint);
  }
  void requireRank(int64_t expected, const std::string &hint = "") const {
    if (rank() != expected)
      incompatible("expected ndim=" + std::to_string(expected) + ", found ndim=" +
                       std::to_string(rank()) + ". Full shape received: " + shapeText(input),
                   hint);
  }
  void requireMinRank(int64_t expected) const {
    if (rank() < expected)
      incompatible("expected min_ndim=" + std::to_string(expected) + ", found ndim=" +
                   std::to_string(rank()) + ". Full shape received: " + shapeText(input));
  }
  /// The number of features, which a weight's shape depends on; as built before, if it was.
  void requireFeatures() const {
    if (input.back() < 0)
      fail(
          "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Layer "
          "'" +
          layer.name + "' received: " + shapeText(input));
    if (!layer.weights.empty() && layer.weights.front().shape.front() != input.back())
      incompatible("expected axis -1 of input shape to have value " +
                   std::to_string(layer.weights.front().shape.front()) +
                   ", but received input with shape " + shapeText(input));
  }
};

} // namespace

static Shape denseShape(const LayerCall &call) {
  call.requireMinRank(2);
  call.requireFeatures();
  Shape output = call.input;
  output.back() = call.setting("units");
  return output;
}

static Shape embeddingShape(const LayerCall &call) {
  call.requireMinRank(1);
  Shape output = call.input;
  output.push_back(call.setting("output_dim"));
  return output;
}

static Shape lstmShape(const LayerCall &call) {
  std::string hint;
  if (call.rank() == 2)
    hint = "an LSTM reads (batch, steps, features); a layer before it needs return_sequences=True, "
           "or the data one more axis";
  call.requireRank(3, hint);
  call.requireFeatures();
  if (call.flag("unroll") && call.input[1] < 0)
    call.fail("Cannot unroll a RNN if the time dimension is undefined.",
              "state the number of steps in the input shape, or leave unroll out");
  if (call.flag("return_sequences"))
    return {call.input[0], call.input[1], call.setting("units")};
  return {call.input[0], call.setting("units")};
}

Shape outputShape(const LayerSpec &layer, const Shape &input, const SourceLocation &location) {
  LayerCall call{layer, input, location};
  const std::string &name = layer.className;
  if (name == "Dense")
    return denseShape(call);
  if (name == "Embedding")
    return embeddingShape(call);
  if (name == "LSTM")
    return lstmShape(call);
  if (name == "SpatialDropout1D")
    call.requireRank(3);
  if (name == "SpatialDropout1D" || name == "Dropout" || name == "Activation")
    return input;
  throw std::logic_error("no shape rule for layer class " + name);
}

/// What a weight is called in the names of settings: "recurrent_kernel" is "recurrent".
static std::string settingOf(const std::string &weight) {
  return weight == "recurrent_kernel" ? "recurrent" : weight;
}

std::vector<WeightSpec> makeWeights(const LayerSpec &layer, const Shape &input,
                                    const std::string &scope) {
  const Json &config = layer.config;
  std::vector<WeightSpec> weights;
  auto add = [&](const std::string &prefix, const char *name, Shape shape, Json initializer) {
    weights.push_back({name,
                       prefix + "/" + name,
                       std::move(shape),
                       std::move(initializer),
                       layer.trainable(),
                       {},
                       config.value(settingOf(name) + "_regularizer", Json()),
                       config.value(settingOf(name) + "_constraint", Json())});
  };
  if (layer.className == "Dense") {
    int64_t units = config.at("units").get<int64_t>();
    add(scope, "kernel", {input.back(), units}, config.at("kernel_initializer"));
    if (config.at("use_bias").get<bool>())
      add(scope, "bias", {units}, config.at("bias_initializer"));
  } else if (layer.className == "Embedding") {
    add(scope, "embeddings",
        {config.at("input_dim").get<int64_t>(), config.at("output_dim").get<int64_t>()},
        config.at("embeddings_initializer"));
  } else if (layer.className == "LSTM") {
    int64_t units = config.at("units").get<int64_t>();
    std::string cell = scope + "/lstm_cell";
    add(cell, "kernel", {input.back(), 4 * units}, config.at("kernel_initializer"));
    add(cell, "recurrent_kernel", {units, 4 * units}, config.at("recurrent_initializer"));
    if (config.at("use_bias").get<bool>()) {
      Json bias = config.at("bias_initializer");
      if (config.at("unit_forget_bias").get<bool>())
        bias = {{"class_name", "UnitForgetBias"}, {"config", {{"bias_initializer", bias}}}};
      add(cell, "bias", {4 * units}, std::move(bias));
    }
  }
  return weights;
}

} // namespace keratin
