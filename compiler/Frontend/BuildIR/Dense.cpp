// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dense layers.
#include "compiler/Frontend/BuildIR/TensorOps.h"

using namespace mlir;

namespace keratin {

Tensor emitDense(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  // Products are of matrices or of sequences: more dimensions become steps.
  SmallVector<int64_t> shape = shapeOf(input.value);
  Value rows = input.value;
  if (shape.size() > 3) {
    int64_t steps = 1;
    for (size_t i = 1; i + 1 < shape.size(); ++i) {
      if (ShapedType::isDynamic(shape[i]))
        throw UserError(call.layer.location, "Dense of an input of rank " +
                                                 std::to_string(shape.size()) +
                                                 " expects a known number of steps");
      steps *= shape[i];
    }
    rows = emitReshape(builder, rows, {shape[0], steps, shape.back()});
  }
  auto product = DenseOp::create(builder, rows, builder.weight(call.layer, "kernel"),
                                 builder.weight(call.layer, "bias"), Activation::linear,
                                 /*gates=*/1, ValueRange(), ValueRange());
  Value result =
      emitActivation(builder, activationOf(call.layer, "activation"), product.getResult(0));
  shape.back() = cast<RankedTensorType>(result.getType()).getShape().back();
  return {emitReshape(builder, result, shape), input.mask};
}

} // namespace keratin
