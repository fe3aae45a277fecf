// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks that a script makes itself: comparisons, and what of them calls are given. A boolean tensor
// is numbers 0 and 1; where it was computed as a mask it carries that beside them, and where it has
// features the mask of steps that are true in any of them.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

/// A mask of rows and steps as a boolean tensor of that shape.
static Tensor booleanOf(EntryBuilder &builder, Value mask) {
  return {emitReshape(builder, emitMaskValues(builder, mask), shapeOf(mask)), mask};
}

/// A step is real where its one feature is.
static Value withFeature(EntryBuilder &builder, Value value) {
  SmallVector<int64_t> shape = shapeOf(value);
  shape.push_back(1);
  return emitReshape(builder, value, shape);
}

Tensor emitNotEqual(EntryBuilder &builder, const LayerCall &call) {
  Value input = call.input().value;
  double number = call.arguments.at("x2").get<double>();
  int64_t rank = call.input().type().getRank();
  if (call.input().type().getElementType().isInteger(32)) {
    if (number != 0 || rank != 2)
      throw UserError(call.layer.location,
                      "indices (batch, steps) are compared with 0, got shape of rank " +
                          std::to_string(rank) + " and " + std::to_string(number));
    return booleanOf(
        builder, ComputeMaskOp::create(builder, input, ValueRange(), ValueRange()).getResult(0));
  }
  if (rank == 2)
    return booleanOf(builder, emitFindMask(builder, withFeature(builder, input), number));
  // Equal is neither less nor greater.
  Value constant = emitFunction(builder, Activation::affine, input, {0.0, number});
  Value equal = emitCombine(builder, Combination::multiply,
                            emitCombine(builder, Combination::at_least, input, constant),
                            emitCombine(builder, Combination::at_least, constant, input));
  // any() of it is what a Masking layer finds.
  Value anyDiffers = rank == 3 ? emitFindMask(builder, input, number) : Value();
  return {emitFunction(builder, Activation::affine, equal, {-1.0, 1.0}), anyDiffers};
}

Tensor emitAny(EntryBuilder &builder, const LayerCall &call) {
  if (call.input().type().getRank() != 3)
    throw UserError(call.layer.location, "any() is supported of (batch, steps, features)");
  Value mask = call.input().mask;
  return booleanOf(builder, mask ? mask : emitFindMask(builder, call.input().value, 0));
}

Value asMask(EntryBuilder &builder, const Tensor &boolean) {
  return boolean.mask ? boolean.mask
                      : emitFindMask(builder, withFeature(builder, boolean.value), 0);
}

} // namespace keratin
