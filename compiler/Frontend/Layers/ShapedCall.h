// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One call of a layer as the rules for shapes and weights see it. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <cstring>

namespace keratin {

/// One call of a layer, with the messages that several classes share.
struct ShapedCall {
  ShapedCall(const LayerSpec &layer, const std::vector<Shape> &inputs,
             const SourceLocation &location, const Json &arguments = Json::object())
      : layer(layer), inputs(inputs), input(inputs.front()), location(location),
        arguments(arguments) {}

  const LayerSpec &layer;
  const std::vector<Shape> &inputs;
  const Shape &input; ///< the first
  const SourceLocation &location;
  const Json arguments; ///< of NodeSpec

  int64_t setting(const char *name) const { return layer.config.at(name).get<int64_t>(); }
  bool flag(const char *name) const { return layer.config.at(name).get<bool>(); }
  /// A setting that configs hold as a list of one.
  int64_t extent(const char *name) const { return layer.config.at(name).at(0).get<int64_t>(); }
  std::string text(const char *name) const { return layer.config.at(name).get<std::string>(); }
  /// The ints of a setting that is one or a list of them; none where it is null.
  std::vector<int64_t> ints(const char *name) const;
  /// An axis counted from the front, batch included. Throws where there is no such axis.
  int64_t axis(int64_t given) const;
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
  /// The size of an axis that must be known.
  int64_t requireKnown(int64_t axis) const;
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

/// Appends the weights of one layer.
class WeightList {
public:
  WeightList(const LayerSpec &layer, std::string scope) : layer(layer), scope(std::move(scope)) {}

  /// One whose initializer Keras does not let choose.
  void addFixed(const char *name, Shape shape, const char *initializer) {
    weights.push_back({name, scope + "/" + name, std::move(shape),
                       makeObject(ClassKind::Initializer, initializer, {}, layer.location)});
  }

  /// `initializer` names the setting with the initializer, "kernel_initializer", beside which are
  /// those with the regularizer and the constraint; others than trainable weights come last.
  void add(const char *name, Shape shape, const char *initializer, bool trainable = true) {
    const std::string stem(initializer, std::strlen(initializer) - std::strlen("initializer"));
    weights.push_back({name,
                       scope + "/" + name,
                       std::move(shape),
                       layer.config.at(initializer),
                       trainable,
                       {},
                       layer.config.value(stem + "regularizer", Json()),
                       layer.config.value(stem + "constraint", Json())});
  }

  const LayerSpec &layer;
  const std::string scope;
  std::vector<WeightSpec> weights;
};

/// What a layer class does to shapes, and its weights if it has any.
struct LayerRule {
  const char *className;
  Shape (*shape)(const ShapedCall &call);
  void (*weights)(const ShapedCall &call, WeightList &weights) = nullptr;
  bool merges = false; ///< takes several inputs
  /// The outputs after the first, if the class can have any.
  std::vector<Shape> (*others)(const ShapedCall &call) = nullptr;
};

std::vector<LayerRule> shapeRules();       // ShapeRules.cpp
std::vector<LayerRule> mergeRules();       // MergeRules.cpp
std::vector<LayerRule> attentionRules();   // AttentionRules.cpp
std::vector<LayerRule> convolutionRules(); // ConvolutionRules.cpp
std::vector<LayerRule> operationRules();   // Masks.cpp

/// The number of steps that a window of a convolution or pooling leaves; `padding` as in Keras.
int64_t windowSteps(const ShapedCall &call, int64_t steps, int64_t window, int64_t stride,
                    const std::string &padding);

} // namespace keratin
