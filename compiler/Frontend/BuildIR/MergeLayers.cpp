// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that merge several tensors, and what becomes of their masks.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

static bool allMasked(ArrayRef<Tensor> inputs) {
  return llvm::all_of(inputs, [](const Tensor &input) { return static_cast<bool>(input.mask); });
}

/// Steps that are real in any of the inputs; none where one is not masked.
static Value anyMask(EntryBuilder &builder, ArrayRef<Tensor> inputs) {
  if (!allMasked(inputs))
    return {};
  Value sum = emitMaskValues(builder, inputs.front().mask);
  for (const Tensor &input : inputs.drop_front())
    sum = emitCombine(builder, Combination::add, sum, emitMaskValues(builder, input.mask));
  return emitFindMask(builder, sum, 0);
}

/// `real` is 1 or 0 a step: then `yes`, else `no`.
static Value choose(EntryBuilder &builder, Value real, Value yes, Value no) {
  Value masked = emitFunction(builder, Activation::affine, real, {-1.0, 1.0});
  return emitCombine(builder, Combination::add,
                     emitCombine(builder, Combination::multiply, yes, real),
                     emitCombine(builder, Combination::multiply, no, masked));
}

/// Maximum and Minimum know no neutral element: a masked step takes no part, as in Keras's
/// _apply_merge_op_and_or_mask, and where all are masked it is the first's.
static Value emitExtreme(EntryBuilder &builder, Combination kind, ArrayRef<Tensor> inputs) {
  auto realOf = [&](const Tensor &input) {
    return input.mask ? emitMaskValues(builder, input.mask) : Value();
  };
  Value result = inputs.front().value, real = realOf(inputs.front());
  for (const Tensor &input : inputs.drop_front()) {
    Value next = input.value, nextReal = realOf(input);
    if (nextReal)
      next = choose(builder, nextReal, next, result);
    if (real)
      result = choose(builder, real, result, next);
    real = real && nextReal ? emitCombine(builder, Combination::maximum, real, nextReal) : Value();
    result = emitCombine(builder, kind, result, next);
  }
  return result;
}

Tensor emitElementwiseMerge(EntryBuilder &builder, const LayerCall &call) {
  StringRef name = call.layer.className;
  Combination kind = name == "Subtract"   ? Combination::subtract
                     : name == "Multiply" ? Combination::multiply
                     : name == "Maximum"  ? Combination::maximum
                     : name == "Minimum"  ? Combination::minimum
                                          : Combination::add;
  if (kind == Combination::maximum || kind == Combination::minimum)
    return {emitExtreme(builder, kind, call.inputs), anyMask(builder, call.inputs)};
  Value result = call.inputs.front().value;
  for (const Tensor &input : ArrayRef(call.inputs).drop_front())
    result = emitCombine(builder, kind, result, input.value);
  if (name == "Average")
    result = emitFunction(builder, Activation::affine, result,
                          {1.0 / static_cast<double>(call.inputs.size()), 0.0});
  return {result, anyMask(builder, call.inputs)};
}

/// The values one after the other along an axis: each padded with zeros to the whole, and added.
static Value concatenate(EntryBuilder &builder, ArrayRef<Value> values, int64_t axis) {
  SmallVector<int64_t> shape = shapeOf(values.front());
  for (Value value : values.drop_front())
    shape[axis] += shapeOf(value)[axis];
  Value result;
  int64_t offset = 0;
  for (Value value : values) {
    SmallVector<AffineExpr> place;
    for (size_t i = 0; i < shape.size(); ++i)
      place.push_back(builder.getAffineDimExpr(i));
    place[axis] = place[axis] - offset;
    offset += shapeOf(value)[axis];
    Value part = emitWindow(builder, value, Fold::sum, place, shape);
    result = result ? emitCombine(builder, Combination::add, result, part) : part;
  }
  return result;
}

/// Along steps masks are joined, and an input without one counts as real. Along features a step is
/// real if it is in any input.
static Value concatenatedMask(EntryBuilder &builder, ArrayRef<Tensor> inputs, int64_t axis) {
  bool masked = llvm::any_of(inputs, [](const Tensor &input) { return bool(input.mask); });
  if (axis != 1 || !masked)
    return anyMask(builder, inputs);
  SmallVector<Value> parts;
  for (const Tensor &input : inputs) {
    if (input.mask) {
      parts.push_back(emitMaskValues(builder, input.mask));
      continue;
    }
    SmallVector<AffineExpr> first = {builder.getAffineDimExpr(0), builder.getAffineDimExpr(1),
                                     builder.getAffineConstantExpr(0)};
    SmallVector<int64_t> shape = shapeOf(input.value);
    shape.back() = 1;
    parts.push_back(emitFunction(builder, Activation::affine,
                                 emitWindow(builder, input.value, Fold::sum, first, shape),
                                 {0.0, 1.0}));
  }
  return emitFindMask(builder, concatenate(builder, parts, 1), 0);
}

Tensor emitConcatenate(EntryBuilder &builder, const LayerCall &call) {
  int64_t axis = call.layer.config.at("axis").get<int64_t>();
  if (axis < 0)
    axis += call.inputs.front().type().getRank();
  SmallVector<Value> values;
  for (const Tensor &input : call.inputs)
    values.push_back(input.value);
  return {concatenate(builder, values, axis), concatenatedMask(builder, call.inputs, axis)};
}

/// x / |x| along an axis, as Keras's normalize.
static Value unitLength(EntryBuilder &builder, Value x, int64_t axis) {
  Value squares = emitActivation(builder, Activation::square, x);
  Value scale = emitFunction(builder, Activation::inverse_root,
                             emitFold(builder, squares, Fold::sum, {axis}), {0.0, 1e7});
  return emitCombine(builder, Combination::multiply, x, scale);
}

Tensor emitDot(EntryBuilder &builder, const LayerCall &call) {
  const Json &setting = call.layer.config.at("axes");
  Value operands[] = {call.inputs[0].value, call.inputs[1].value};
  int64_t axes[2];
  for (int side : {0, 1}) {
    int64_t axis = (setting.is_array() ? setting.at(side) : setting).get<int64_t>();
    axes[side] = axis < 0 ? axis + shapeOf(operands[side]).size() : axis;
    if (call.layer.config.at("normalize").get<bool>())
      operands[side] = unitLength(builder, operands[side], axes[side]);
  }
  // The batch, what else the operands have, and last what is summed.
  SmallVector<int64_t> shape = {ShapedType::kDynamic};
  SmallVector<unsigned> places[2];
  for (int side : {0, 1})
    for (auto [i, size] : llvm::enumerate(shapeOf(operands[side]))) {
      if (i == 0 || static_cast<int64_t>(i) == axes[side]) {
        places[side].push_back(0);
        continue;
      }
      places[side].push_back(shape.size());
      shape.push_back(size);
    }
  if (shape.size() == 1)
    shape.push_back(1);
  AffineMap maps[2];
  for (int side : {0, 1}) {
    places[side][axes[side]] = shape.size();
    SmallVector<AffineExpr> exprs;
    for (unsigned place : places[side])
      exprs.push_back(builder.getAffineDimExpr(place));
    maps[side] = AffineMap::get(shape.size() + 1, 0, exprs, builder.getContext());
  }
  auto product = ContractOp::create(builder, operands[0], operands[1], maps[0], maps[1], shape,
                                    {shapeOf(operands[0])[axes[0]]}, ValueRange(), ValueRange());
  return {product.getResult(0)};
}

} // namespace keratin
