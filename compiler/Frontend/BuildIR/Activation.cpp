// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activation layers, and the activations that other layers apply.
#include "compiler/Frontend/BuildIR/TensorOps.h"

#include <limits>
#include <numeric>

using namespace mlir;

namespace keratin {

Activation activationOf(const LayerSpec &layer, const char *key) {
  Json name = layer.config.value(key, Json());
  if (name.is_null())
    return Activation::linear;
  std::optional<Activation> kind;
  if (name.is_string()) {
    std::string text = name.get<std::string>();
    kind = symbolizeActivation(text == "swish"        ? "silu"
                               : text == "hard_swish" ? "hard_silu"
                                                      : text);
  }
  // Some kinds are the dialect's own, for layers with parameters.
  if (!kind || parameterCount(*kind) > 1 || *kind == Activation::square)
    throw UserError(layer.location, "activation " + name.dump() + " is not supported");
  return *kind;
}

Value emitActivation(EntryBuilder &builder, Activation kind, Value input) {
  if (kind == Activation::linear)
    return input;
  return ActivationOp::create(builder, input, kind, ValueRange(), ValueRange()).getResult(0);
}

Tensor emitActivationLayer(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  return {emitActivation(builder, activationOf(call.layer, "activation"), input.value), input.mask};
}

/// ReLU, LeakyReLU and ELU.
Tensor emitParametricActivation(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  const Json &config = call.layer.config;
  auto number = [&](const char *name) { return config.at(name).get<double>(); };
  auto apply = [&](Activation kind, ArrayRef<double> parameters) -> Tensor {
    return {emitFunction(builder, kind, input.value, parameters), input.mask};
  };
  if (call.layer.className == "LeakyReLU")
    return apply(Activation::leaky_relu, {number("negative_slope")});
  if (call.layer.className == "ELU")
    return apply(Activation::elu, {number("alpha")});
  bool limited = !config.at("max_value").is_null();
  if (!limited && number("negative_slope") == 0 && number("threshold") == 0)
    return {emitActivation(builder, Activation::relu, input.value), input.mask};
  return apply(Activation::rectifier,
               {number("negative_slope"),
                limited ? number("max_value") : std::numeric_limits<double>::infinity(),
                number("threshold")});
}

Tensor emitSoftmaxLayer(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  if (input.mask && !(call.masksGiven && input.type().getRank() == 2))
    throw UserError(call.layer.location, "Softmax of a masked sequence is not supported");
  const Json &setting = call.layer.config.at("axis");
  int64_t rank = input.type().getRank(), inner = rank - call.leading + 1;
  int64_t axis = (setting.is_array() ? setting.at(0) : setting).get<int64_t>();
  axis = (axis < 0 ? axis + inner : axis) + call.leading - 1;
  if (input.mask) {
    // As Keras: elements that are masked count as -1e9, and are 0 even where all are.
    Value real = emitReshape(builder, emitMaskValues(builder, input.mask), shapeOf(input.value));
    Value penalty = emitFunction(builder, Activation::affine, real, {1e9, -1e9});
    Value weights = emitActivation(builder, Activation::softmax,
                                   emitCombine(builder, Combination::add, input.value, penalty));
    return {emitCombine(builder, Combination::multiply, weights, real), input.mask};
  }
  if (axis + 1 == rank)
    return {emitActivation(builder, Activation::softmax, input.value)};
  // The axis goes last, and back; swapping it with the last is its own inverse.
  SmallVector<int64_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[axis], order.back());
  Value swapped = emitTranspose(builder, input.value, order);
  Value result = emitActivation(builder, Activation::softmax, swapped);
  return {emitTranspose(builder, result, order)};
}

/// max(x, 0) + alpha min(x, 0), where alpha belongs to elements, shared along axes of size 1.
Tensor emitPReLU(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  Value alpha = builder.weight(call.layer, "alpha");
  SmallVector<AffineExpr> place;
  const Shape &shape = call.layer.weights.front().shape;
  for (size_t i = 0; i < shape.size(); ++i) {
    AffineExpr axis = shape[i] == 1 ? builder.getAffineConstantExpr(0)
                                    : builder.getAffineDimExpr(i + call.leading);
    if (place.size() == 2) { // read as a matrix
      place[0] = place[0] * shape[i - 1] + place[1];
      place.pop_back();
    }
    place.push_back(axis);
  }
  auto map = AffineMap::get(input.type().getRank(), 0, place, builder.getContext());
  Value positive = emitActivation(builder, Activation::relu, input.value);
  Value negative = emitCombine(builder, Combination::subtract, input.value, positive);
  Value scaled = CombineOp::create(builder, negative, alpha, Combination::multiply,
                                   AffineMapAttr::get(map), ValueRange(), ValueRange())
                     .getResult(0);
  return {emitCombine(builder, Combination::add, positive, scaled), input.mask};
}

} // namespace keratin
