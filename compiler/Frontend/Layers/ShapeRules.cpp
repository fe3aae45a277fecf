// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes and weights of layers that move elements about, and of activation layers.
#include "compiler/Frontend/Layers/ShapedCall.h"

#include <algorithm>
#include <numeric>

namespace keratin {

/// The product of all dimensions but the batch; -1 where one is not known.
static int64_t elements(const Shape &shape) {
  int64_t product = 1;
  for (size_t i = 1; i < shape.size(); ++i) {
    if (shape[i] < 0)
      return -1;
    product *= shape[i];
  }
  return product;
}

static Shape flattenShape(const ShapedCall &call) { return {call.input[0], elements(call.input)}; }

static Shape reshapeShape(const ShapedCall &call) {
  std::vector<int64_t> target = call.ints("target_shape");
  for (int64_t axis = 1; axis < call.rank(); ++axis)
    call.requireKnown(axis);
  int64_t total = elements(call.input), known = 1, open = -1;
  Shape output{call.input[0]};
  for (int64_t size : target) {
    if (size < 0 && (size != -1 || open >= 0))
      call.fail("There must be at most one unknown dimension (-1) in target_shape. Received: "
                "target_shape=" +
                shapeText(target) + ".");
    if (size < 0)
      open = static_cast<int64_t>(output.size());
    else
      known *= size;
    output.push_back(size);
  }
  if (open >= 0 && known > 0 && total % known == 0)
    output[open] = total / known;
  else if (open >= 0 || known != total)
    call.fail("The total size of the tensor must be unchanged. Received: input_shape=" +
              shapeText(Shape(call.input.begin() + 1, call.input.end())) +
              ", target_shape=" + shapeText(target));
  return output;
}

static Shape permuteShape(const ShapedCall &call) {
  std::vector<int64_t> dims = call.ints("dims"), sorted = dims;
  std::sort(sorted.begin(), sorted.end());
  std::vector<int64_t> all(dims.size());
  std::iota(all.begin(), all.end(), 1);
  if (sorted != all)
    call.fail("Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` "
              "must be consecutive and start from 1. Received dims=" +
              shapeText(dims));
  call.requireRank(static_cast<int64_t>(dims.size()) + 1);
  Shape output{call.input[0]};
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] != static_cast<int64_t>(i) + 1)
      call.requireKnown(dims[i]);
    output.push_back(call.input[dims[i]]);
  }
  return output;
}

static Shape repeatShape(const ShapedCall &call) {
  call.requireRank(2);
  return {call.input[0], call.setting("n"), call.input[1]};
}

/// The input with another number of steps, which must be known.
static Shape withSteps(const ShapedCall &call, int64_t steps) {
  if (steps <= 0)
    call.fail("layer '" + call.layer.name + "' leaves no step of an input of shape " +
              shapeText(call.input));
  return {call.input[0], steps, call.input[2]};
}

static Shape upSamplingShape(const ShapedCall &call) {
  call.requireRank(3);
  return withSteps(call, call.requireKnown(1) * call.setting("size"));
}

static Shape paddingShape(const ShapedCall &call) {
  call.requireRank(3);
  std::vector<int64_t> sides = call.ints("padding");
  return withSteps(call, call.requireKnown(1) + sides[0] + sides[1]);
}

static Shape croppingShape(const ShapedCall &call) {
  call.requireRank(3);
  std::vector<int64_t> sides = call.ints("cropping");
  return withSteps(call, call.requireKnown(1) - sides[0] - sides[1]);
}

static Shape maskingShape(const ShapedCall &call) {
  call.requireRank(3);
  return call.input;
}

static Shape softmaxShape(const ShapedCall &call) {
  std::vector<int64_t> axes = call.ints("axis");
  if (axes.size() != 1)
    call.fail("Softmax along several axes is not supported");
  if (int64_t axis = call.axis(axes[0]); axis + 1 < call.rank())
    call.requireKnown(axis);
  return call.input;
}

/// The shape of PReLU's alpha: one for each element of a sample, shared along some axes.
static Shape alphaShape(const ShapedCall &call) {
  Shape alpha(call.input.begin() + 1, call.input.end());
  for (int64_t axis : call.ints("shared_axes"))
    alpha[call.axis(axis) - 1] = 1;
  return alpha;
}

static Shape preluShape(const ShapedCall &call) {
  Shape alpha = alphaShape(call);
  for (size_t i = 0; i < alpha.size(); ++i)
    if (alpha[i] < 0)
      call.requireKnown(static_cast<int64_t>(i) + 1);
  return call.input;
}

static void preluWeights(const ShapedCall &call, WeightList &weights) {
  weights.add("alpha", alphaShape(call), "alpha_initializer");
}

std::vector<LayerRule> shapeRules() {
  return {{"Flatten", flattenShape},         {"Reshape", reshapeShape},
          {"Permute", permuteShape},         {"RepeatVector", repeatShape},
          {"UpSampling1D", upSamplingShape}, {"ZeroPadding1D", paddingShape},
          {"Cropping1D", croppingShape},     {"Masking", maskingShape},
          {"Softmax", softmaxShape},         {"PReLU", preluShape, preluWeights}};
}

} // namespace keratin
