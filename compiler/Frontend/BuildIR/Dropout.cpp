// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dropout and noise layers: nothing in inference.
#include "compiler/Frontend/BuildIR/TensorOps.h"

#include <cmath>

using namespace mlir;

namespace keratin {

Value emitDropoutOp(EntryBuilder &builder, const LayerCall &call, Value input, double rate,
                    Noise noise) {
  if (rate == 0)
    return input;
  return DropoutOp::create(builder, input, builder.seed, builder.iteration,
                           builder.getF64FloatAttr(rate).getValue(), call.number, noise,
                           ValueRange(), ValueRange())
      .getResult(0);
}

/// Which elements share a draw: Keras's noise_shape, where null stands for the input's dimension
/// and 1 for a draw shared along it.
static Noise noiseOf(const LayerSpec &layer, RankedTensorType input) {
  Json shape = layer.config.value("noise_shape", Json());
  if (shape.is_null())
    return Noise::elementwise;
  bool matches = shape.is_array() && static_cast<int64_t>(shape.size()) == input.getRank();
  auto isWhole = [&](int64_t i) {
    return shape[i].is_null() ||
           (shape[i].is_number_integer() && shape[i].get<int64_t>() == input.getDimSize(i));
  };
  int64_t shared = -1; // the only dimension along which draws are shared
  for (int64_t i = 0; matches && i < input.getRank(); ++i) {
    if (isWhole(i))
      continue;
    matches = shared < 0 && shape[i] == 1;
    shared = i;
  }
  if (matches && shared < 0)
    return Noise::elementwise;
  if (matches && shared == 1 && input.getRank() == 3)
    return Noise::per_sequence;
  throw UserError(layer.location, "noise_shape " + shape.dump() + " is not supported",
                  "supported are None and, for sequences, (None, 1, None)");
}

/// The rate of a dropout layer that is to be trained.
static double rateOf(const LayerSpec &layer) {
  double rate = layer.config.at("rate").get<double>();
  if (!(rate >= 0 && rate < 1))
    throw UserError(layer.location,
                    "expects a dropout rate of at least 0 and below 1 in training, got " +
                        layer.config.at("rate").dump());
  return rate;
}

Tensor emitDropout(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  if (!builder.isTraining())
    return input;
  Noise noise = noiseOf(call.layer, input.type());
  return {emitDropoutOp(builder, call, input.value, rateOf(call.layer), noise), input.mask};
}

Tensor emitSpatialDropout1D(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  if (!builder.isTraining())
    return input;
  if (input.type().getRank() != 3)
    throw UserError(call.layer.location, "SpatialDropout1D expects an input of rank 3, got rank " +
                                             std::to_string(input.type().getRank()));
  return {emitDropoutOp(builder, call, input.value, rateOf(call.layer), Noise::per_sequence),
          input.mask};
}

/// stddev * noise + mean, as large as the input.
static Value emitNoise(EntryBuilder &builder, const LayerCall &call, double stddev, double mean) {
  Value noise = NormalNoiseOp::create(builder, call.input().value, builder.seed, builder.iteration,
                                      call.number, ValueRange(), ValueRange())
                    .getResult(0);
  return emitFunction(builder, Activation::affine, noise, {stddev, mean});
}

Tensor emitGaussianNoise(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  double stddev = call.layer.config.at("stddev").get<double>();
  if (!builder.isTraining() || stddev == 0)
    return input;
  Value noise = emitNoise(builder, call, stddev, 0);
  return {emitCombine(builder, Combination::add, input.value, noise), input.mask};
}

Tensor emitGaussianDropout(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  if (!builder.isTraining())
    return input;
  double rate = rateOf(call.layer);
  if (rate == 0)
    return input;
  Value noise = emitNoise(builder, call, std::sqrt(rate / (1 - rate)), 1);
  return {emitCombine(builder, Combination::multiply, input.value, noise), input.mask};
}

Tensor emitIdentity(EntryBuilder &, const LayerCall &call) { return call.input(); }

} // namespace keratin
