// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalization of batches, of samples, and to unit length.
#include "compiler/Frontend/BuildIR/TensorOps.h"

#include <algorithm>
#include <limits>

using namespace mlir;

namespace keratin {

/// The axes of a setting, as dimensions of the input, in order.
static SmallVector<int64_t> axesOf(const LayerCall &call) {
  const Json &setting = call.layer.config.at("axis");
  int64_t rank = call.input().type().getRank() - call.leading + 1;
  SmallVector<int64_t> axes;
  for (const Json &given : setting.is_array() ? setting : Json::array({setting})) {
    int64_t axis = given.get<int64_t>();
    axes.push_back((axis < 0 ? axis + rank : axis) + call.leading - 1);
  }
  std::sort(axes.begin(), axes.end());
  return axes;
}

static Value inverseRoot(EntryBuilder &builder, const LayerCall &call, Value variance) {
  double epsilon = call.layer.config.at("epsilon").get<double>();
  return emitFunction(builder, Activation::inverse_root, variance,
                      {epsilon, std::numeric_limits<double>::infinity()});
}

namespace {

/// Mean and variance over a batch, of the real steps if some are masked.
struct BatchMoments {
  BatchMoments(EntryBuilder &builder, const Tensor &input, int64_t axis)
      : builder(builder), axis(axis) {
    if (input.mask) {
      weights = emitMaskValues(builder, input.mask);
      // As often as there are features, so that it can be divided by.
      Value spread =
          emitCombine(builder, Combination::add,
                      emitFunction(builder, Activation::affine, input.value, {0.0, 0.0}), weights);
      constexpr double epsilon = 1e-7; // Keras's
      count = emitFunction(builder, Activation::affine,
                           emitBatchFold(builder, spread, Fold::sum, axis), {1.0, epsilon});
    }
    mean = average(input.value);
    centred = emitCombineAlong(builder, Combination::subtract, input.value, mean, {axis});
    variance = average(emitActivation(builder, Activation::square, centred));
  }

  Value average(Value x) {
    if (!weights)
      return emitBatchFold(builder, x, Fold::mean, axis);
    Value sum = emitBatchFold(builder, emitCombine(builder, Combination::multiply, x, weights),
                              Fold::sum, axis);
    return emitCombine(builder, Combination::divide, sum, count);
  }

  EntryBuilder &builder;
  int64_t axis;
  Value weights, count, mean, centred, variance;
};

} // namespace

Tensor emitBatchNormalization(EntryBuilder &builder, const LayerCall &call) {
  const LayerSpec &layer = call.layer;
  const Tensor &input = call.input();
  int64_t axis = axesOf(call).front();
  Value centred, variance;
  if (builder.isTraining() && layer.trainable()) {
    if (call.leading > 1)
      throw UserError(layer.location,
                      "training BatchNormalization inside TimeDistributed is not supported",
                      "BatchNormalization of the sequence normalizes all steps together");
    BatchMoments moments(builder, input, axis);
    centred = moments.centred;
    variance = moments.variance;
    if (builder.entry == Entry::TrainStep)
      for (auto [name, value] :
           {std::pair("moving_mean", moments.mean), std::pair("moving_variance", variance)})
        MoveAverageOp::create(
            builder, TypeRange(), value, builder.symbol(layer, name),
            builder.getF64FloatAttr(layer.config.at("momentum").get<double>()).getValue(),
            ValueRange(), ValueRange());
  } else {
    centred = emitCombineAlong(builder, Combination::subtract, input.value,
                               builder.weight(layer, "moving_mean"), {axis});
    variance = builder.weight(layer, "moving_variance");
  }
  Value scale = inverseRoot(builder, call, variance);
  if (Value gamma = builder.weight(layer, "gamma"))
    scale = CombineOp::create(builder, scale, gamma, Combination::multiply, AffineMapAttr(),
                              ValueRange(), ValueRange())
                .getResult(0);
  Value result = emitCombineAlong(builder, Combination::multiply, centred, scale, {axis});
  return {
      emitCombineAlong(builder, Combination::add, result, builder.weight(layer, "beta"), {axis}),
      input.mask};
}

Tensor emitLayerNormalization(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  SmallVector<int64_t> axes = axesOf(call);
  Value mean = emitFold(builder, input.value, Fold::mean, axes);
  Value centred = emitCombine(builder, Combination::subtract, input.value, mean);
  Value variance =
      emitFold(builder, emitActivation(builder, Activation::square, centred), Fold::mean, axes);
  Value result =
      emitCombine(builder, Combination::multiply, centred, inverseRoot(builder, call, variance));
  result = emitCombineAlong(builder, Combination::multiply, result,
                            builder.weight(call.layer, "gamma"), axes);
  result =
      emitCombineAlong(builder, Combination::add, result, builder.weight(call.layer, "beta"), axes);
  return {result, input.mask};
}

/// x * min(1/sqrt(sum x^2), 1e12)
Tensor emitUnitNormalization(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  Value squares = emitActivation(builder, Activation::square, input.value);
  Value scale = emitFunction(builder, Activation::inverse_root,
                             emitFold(builder, squares, Fold::sum, axesOf(call)), {0.0, 1e12});
  return {emitCombine(builder, Combination::multiply, input.value, scale), input.mask};
}

} // namespace keratin
