// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution and pooling along steps.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

namespace {

/// Windows along the steps of a sequence, as Keras lays them out.
struct StepWindows {
  int64_t size, stride, dilation = 1;
  std::string padding;

  /// Steps that are left over, and the zeros before the first.
  int64_t count(int64_t steps) const {
    if (ShapedType::isDynamic(steps))
      return steps; // only where all are kept
    int64_t whole = (size - 1) * dilation + 1;
    return padding == "valid" ? (steps - whole) / stride + 1 : (steps - 1) / stride + 1;
  }
  int64_t before(int64_t steps) const {
    int64_t whole = (size - 1) * dilation + 1;
    if (padding == "valid")
      return 0;
    if (padding == "causal" || ShapedType::isDynamic(steps))
      return padding == "causal" ? whole - 1 : (whole - 1) / 2;
    return std::max<int64_t>((count(steps) - 1) * stride + whole - steps, 0) / 2;
  }
};

int64_t extent(const LayerCall &call, const char *name) {
  return call.layer.config.at(name).at(0).get<int64_t>();
}

SmallVector<AffineExpr> identity(EntryBuilder &builder, size_t rank) {
  SmallVector<AffineExpr> exprs;
  for (size_t i = 0; i < rank; ++i)
    exprs.push_back(builder.getAffineDimExpr(i));
  return exprs;
}

} // namespace

/// The windows become rows, so that the convolution is the product of a dense layer. Of several
/// groups each goes through a product with all filters, of which its own are kept.
Tensor emitConv1D(EntryBuilder &builder, const LayerCall &call) {
  const LayerSpec &layer = call.layer;
  const Json &config = layer.config;
  Value input = call.input().value;
  SmallVector<int64_t> shape = shapeOf(input);
  StepWindows windows{extent(call, "kernel_size"), extent(call, "strides"),
                      extent(call, "dilation_rate"), config.at("padding").get<std::string>()};
  int64_t features = shape.back(), steps = shape[call.leading];
  int64_t groups = config.at("groups").get<int64_t>(), channels = features / groups;
  int64_t filters = config.at("filters").get<int64_t>();
  shape[call.leading] = windows.count(steps);

  Value kernel = builder.weight(layer, "kernel"), result;
  for (int64_t group = 0; group < groups; ++group) {
    // [..., kernel_size * channels], a step's channels side by side.
    SmallVector<AffineExpr> place = identity(builder, shape.size());
    AffineExpr column = place.back();
    place[call.leading] = place[call.leading] * windows.stride +
                          column.floorDiv(channels) * windows.dilation - windows.before(steps);
    place.back() = column % channels + group * channels;
    SmallVector<int64_t> rowsShape = shape;
    rowsShape.back() = windows.size * channels;
    Value rows = emitWindow(builder, input, Fold::sum, place, rowsShape);
    if (call.leading > 1)
      rows = emitReshape(builder, rows, {shape[0], shape[1] * shape[2], rowsShape.back()});
    Value product = DenseOp::create(builder, rows, kernel, Value(), Activation::linear,
                                    /*gates=*/1, ValueRange(), ValueRange())
                        .getResult(0);
    if (groups > 1) {
      SmallVector<int64_t> all = shapeOf(product);
      int64_t own = filters / groups;
      SmallVector<int64_t> kept = all;
      kept.back() = own;
      SmallVector<AffineExpr> cut = identity(builder, all.size()), put = cut;
      cut.back() = cut.back() + group * own;
      put.back() = put.back() - group * own;
      product = emitWindow(builder, product, Fold::sum, cut, kept);
      product = emitWindow(builder, product, Fold::sum, put, all);
    }
    result = result ? emitCombine(builder, Combination::add, result, product) : product;
  }
  shape.back() = filters;
  if (Value bias = builder.weight(layer, "bias"))
    result = emitCombineAlong(builder, Combination::add, result, bias,
                              {static_cast<int64_t>(shapeOf(result).size()) - 1});
  result = emitActivation(builder, activationOf(layer, "activation"), result);
  return {emitReshape(builder, result, shape)};
}

Tensor emitPooling1D(EntryBuilder &builder, const LayerCall &call) {
  Value input = call.input().value;
  SmallVector<int64_t> shape = shapeOf(input);
  StepWindows windows{extent(call, "pool_size"), extent(call, "strides"), 1,
                      call.layer.config.at("padding").get<std::string>()};
  int64_t &steps = shape[call.leading], before = windows.before(steps);
  steps = windows.count(steps);
  SmallVector<AffineExpr> place = identity(builder, shape.size());
  place[call.leading] =
      place[call.leading] * windows.stride + builder.getAffineDimExpr(shape.size()) - before;
  Fold kind = call.layer.className == "MaxPooling1D" ? Fold::maximum : Fold::mean;
  return {emitWindow(builder, input, kind, place, shape, {windows.size})};
}

Tensor emitGlobalPooling1D(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  SmallVector<int64_t> shape = shapeOf(input.value);
  bool isMaximum = call.layer.className == "GlobalMaxPooling1D";
  // [..., steps, features] to [..., features]; of masks the same for each feature.
  auto over = [&](Value value, Fold kind) {
    SmallVector<int64_t> from = shapeOf(value), to = shape;
    to.erase(to.begin() + call.leading);
    SmallVector<AffineExpr> place = identity(builder, to.size());
    if (from.back() != shape.back())
      place.back() = builder.getAffineConstantExpr(0);
    place.insert(place.begin() + call.leading, builder.getAffineDimExpr(to.size()));
    return emitWindow(builder, value, kind, place, to, {from[call.leading]});
  };
  Value result;
  if (input.mask && !isMaximum) {
    // Keras divides by the number of real steps, even if there is none.
    Value real = emitMaskValues(builder, input.mask);
    Value sum = over(emitCombine(builder, Combination::multiply, input.value, real), Fold::sum);
    result = emitCombine(builder, Combination::divide, sum, over(real, Fold::sum));
  } else {
    result = over(input.value, isMaximum ? Fold::maximum : Fold::mean);
  }
  if (call.layer.config.at("keepdims").get<bool>()) {
    shape[call.leading] = 1;
    result = emitReshape(builder, result, shape);
  }
  return {result};
}

} // namespace keratin
