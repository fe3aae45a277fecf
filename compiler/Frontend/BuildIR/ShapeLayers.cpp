// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that move elements about, Masking, and TimeDistributed.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

/// The dimensions before a sample's, then `sample`.
static SmallVector<int64_t> withLeading(const LayerCall &call, ArrayRef<int64_t> sample) {
  SmallVector<int64_t> shape = shapeOf(call.input().value);
  shape.resize(call.leading);
  llvm::append_range(shape, sample);
  return shape;
}

/// Flatten and Reshape.
Tensor emitReshapeLayer(EntryBuilder &builder, const LayerCall &call) {
  ArrayRef<int64_t> shape = call.input().type().getShape();
  int64_t total = 1, known = 1;
  for (int64_t size : shape.drop_front(call.leading))
    total *= size;
  SmallVector<int64_t> target;
  if (call.layer.className == "Flatten") {
    for (int64_t size : shape.drop_front(call.leading))
      if (ShapedType::isDynamic(size))
        throw UserError(call.layer.location, "Flatten expects a known number of steps",
                        "state it in the shape of the model's input");
    target = {total};
  } else {
    const Json &given = call.layer.config.at("target_shape");
    for (const Json &size : given.is_array() ? given : Json::array({given}))
      target.push_back(size.get<int64_t>());
    for (int64_t size : target)
      known *= size < 0 ? 1 : size;
    for (int64_t &size : target)
      size = size < 0 ? total / known : size;
  }
  Value result = emitReshape(builder, call.input().value, withLeading(call, target));
  return {result, {}, /*hidesLogits=*/true};
}

Tensor emitPermute(EntryBuilder &builder, const LayerCall &call) {
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < call.leading; ++i)
    order.push_back(i);
  const Json &dims = call.layer.config.at("dims");
  for (const Json &dim : dims.is_array() ? dims : Json::array({dims}))
    order.push_back(dim.get<int64_t>() + call.leading - 1);
  return {emitTranspose(builder, call.input().value, order), {}, /*hidesLogits=*/true};
}

Tensor emitRepeatVector(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  SmallVector<int64_t> shape = shapeOf(input.value);
  shape.insert(shape.begin() + call.leading, call.layer.config.at("n").get<int64_t>());
  SmallVector<AffineExpr> place;
  for (size_t i = 0; i < shape.size(); ++i)
    if (static_cast<int64_t>(i) != call.leading)
      place.push_back(builder.getAffineDimExpr(i));
  return {emitWindow(builder, input.value, Fold::sum, place, shape)};
}

/// UpSampling1D, ZeroPadding1D, Cropping1D: other steps of the same features.
Tensor emitStepsMoved(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  const Json &config = call.layer.config;
  SmallVector<int64_t> shape = shapeOf(input.value);
  SmallVector<AffineExpr> place;
  for (size_t i = 0; i < shape.size(); ++i)
    place.push_back(builder.getAffineDimExpr(i));
  int64_t &steps = shape[call.leading];
  AffineExpr &step = place[call.leading];
  if (call.layer.className == "UpSampling1D") {
    int64_t size = config.at("size").get<int64_t>();
    steps *= size;
    step = step.floorDiv(size);
  } else {
    bool pads = call.layer.className == "ZeroPadding1D";
    const Json &sides = config.at(pads ? "padding" : "cropping");
    int64_t sign = pads ? 1 : -1, before = sides.at(0).get<int64_t>();
    steps += sign * (before + sides.at(1).get<int64_t>());
    step = step - sign * before;
  }
  return {emitWindow(builder, input.value, Fold::sum, place, shape)};
}

/// Masked steps are zeroed, whatever the value that marks them.
Tensor emitMasking(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  Value mask = emitFindMask(builder, input.value, call.layer.config.at("mask_value").get<double>());
  Value real = emitMaskValues(builder, mask);
  return {emitCombine(builder, Combination::multiply, input.value, real), mask};
}

/// The layer inside works on all steps at once: they are further rows to it.
Tensor emitTimeDistributed(EntryBuilder &builder, const LayerCall &call) {
  const Json &object = call.layer.config.at("layer");
  LayerSpec inner{object.at("class_name").get<std::string>(), call.layer.name, object.at("config"),
                  call.layer.location, call.layer.weights};
  inner.config["trainable"] = inner.trainable() && call.layer.trainable();
  const Tensor &input = call.input();
  Tensor result =
      layerClass(inner).emit(builder, {inner, {{input.value}}, call.number, call.leading + 1});
  return {result.value, input.mask, /*hidesLogits=*/true};
}

} // namespace keratin
