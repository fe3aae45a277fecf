// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dense layers.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

Tensor emitDense(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  if (int64_t rank = input.type().getRank(); rank != 2 && rank != 3)
    throw UserError(call.layer.location,
                    "Dense expects an input of rank 2 or 3, got rank " + std::to_string(rank));
  auto product = DenseOp::create(builder, input.value, builder.weight(call.layer, "kernel"),
                                 builder.weight(call.layer, "bias"), Activation::linear,
                                 /*gates=*/1, ValueRange(), ValueRange());
  Value result =
      emitActivation(builder, activationOf(call.layer, "activation"), product.getResult(0));
  return {result, input.mask};
}

} // namespace keratin
