// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes and weights of convolution, pooling and normalization layers.
#include "compiler/Frontend/Layers/ShapedCall.h"

#include <algorithm>

namespace keratin {

int64_t windowSteps(const ShapedCall &call, int64_t steps, int64_t window, int64_t stride,
                    const std::string &padding) {
  if (steps < 0) {
    // Whatever the number of steps, it stays.
    if (stride == 1 && padding != "valid")
      return steps;
    call.requireKnown(1);
  }
  int64_t result = padding == "valid" ? (steps - window) / stride + 1 : (steps - 1) / stride + 1;
  if (result <= 0 || (padding == "valid" && steps < window))
    call.fail("Computed output size would be zero or negative. Received: input shape " +
              shapeText(call.input) + ", a window of " + std::to_string(window) + " steps");
  return result;
}

static Shape convolutionShape(const ShapedCall &call) {
  call.requireRank(3);
  int64_t features = call.requireKnown(2), groups = call.setting("groups");
  if (features % groups != 0)
    call.fail("The number of input channels must be evenly divisible by the number of groups. "
              "Received groups=" +
              std::to_string(groups) + ", but the input has " + std::to_string(features) +
              " channels (full input shape is " + shapeText(call.input) + ").");
  if (call.setting("filters") % groups != 0)
    call.fail("The number of filters must be evenly divisible by the number of groups. Received: "
              "groups=" +
              std::to_string(groups) + ", filters=" + std::to_string(call.setting("filters")) +
              ".");
  int64_t stride = call.extent("strides"), dilation = call.extent("dilation_rate");
  if (stride > 1 && dilation > 1)
    call.fail("`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
              "strides=" +
              std::to_string(stride) + " and dilation_rate=" + std::to_string(dilation));
  if (!call.layer.weights.empty() && call.layer.weights.front().shape[1] * groups != features)
    call.incompatible("expected axis -1 of input shape to have value " +
                      std::to_string(call.layer.weights.front().shape[1] * groups) +
                      ", but received input with shape " + shapeText(call.input));
  int64_t window = (call.extent("kernel_size") - 1) * dilation + 1;
  return {call.input[0], windowSteps(call, call.input[1], window, stride, call.text("padding")),
          call.setting("filters")};
}

static void convolutionWeights(const ShapedCall &call, WeightList &weights) {
  int64_t filters = call.setting("filters");
  weights.add("kernel",
              {call.extent("kernel_size"), call.input.back() / call.setting("groups"), filters},
              "kernel_initializer");
  if (call.flag("use_bias"))
    weights.add("bias", {filters}, "bias_initializer");
}

static Shape poolingShape(const ShapedCall &call) {
  call.requireRank(3);
  return {call.input[0],
          windowSteps(call, call.input[1], call.extent("pool_size"), call.extent("strides"),
                      call.text("padding")),
          call.input[2]};
}

static Shape globalPoolingShape(const ShapedCall &call) {
  call.requireRank(3);
  if (call.flag("keepdims"))
    return {call.input[0], 1, call.input[2]};
  return {call.input[0], call.input[2]};
}

/// The sizes of the axes that a normalization has weights for.
static Shape normalizedShape(const ShapedCall &call) {
  std::vector<int64_t> axes;
  for (int64_t axis : call.ints("axis"))
    axes.push_back(call.axis(axis));
  std::sort(axes.begin(), axes.end());
  Shape shape;
  for (int64_t axis : axes)
    shape.push_back(call.requireKnown(axis));
  return shape;
}

static Shape normalizationShape(const ShapedCall &call) {
  Shape shape = normalizedShape(call);
  if (!call.layer.weights.empty() && call.layer.weights.front().shape != shape)
    call.incompatible("expected the normalized axes to have shape " +
                      shapeText(call.layer.weights.front().shape) +
                      ", but received input with shape " + shapeText(call.input));
  return call.input;
}

static void affineWeights(const ShapedCall &call, WeightList &weights) {
  if (call.flag("scale"))
    weights.add("gamma", normalizedShape(call), "gamma_initializer");
  if (call.flag("center"))
    weights.add("beta", normalizedShape(call), "beta_initializer");
}

static void batchNormalizationWeights(const ShapedCall &call, WeightList &weights) {
  affineWeights(call, weights);
  weights.add("moving_mean", normalizedShape(call), "moving_mean_initializer", false);
  weights.add("moving_variance", normalizedShape(call), "moving_variance_initializer", false);
}

static Shape unitNormalizationShape(const ShapedCall &call) {
  for (int64_t axis : call.ints("axis"))
    call.axis(axis);
  return call.input;
}

std::vector<LayerRule> convolutionRules() {
  return {{"Conv1D", convolutionShape, convolutionWeights},
          {"MaxPooling1D", poolingShape},
          {"AveragePooling1D", poolingShape},
          {"GlobalMaxPooling1D", globalPoolingShape},
          {"GlobalAveragePooling1D", globalPoolingShape},
          {"BatchNormalization", normalizationShape, batchNormalizationWeights},
          {"LayerNormalization", normalizationShape, affineWeights},
          {"UnitNormalization", unitNormalizationShape}};
}

} // namespace keratin
