// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Embedding layers, where masks begin.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

Tensor emitEmbedding(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  const LayerSpec &layer = call.layer;
  if (!input.type().getElementType().isInteger(32))
    throw UserError(layer.location,
                    "Embedding expects an input of the model that feeds embeddings only");
  int64_t rank = input.type().getRank();
  bool maskZero = layer.config.value("mask_zero", false);
  if (rank > 2 || (maskZero && rank != 2))
    throw UserError(layer.location, std::string("Embedding") + (maskZero ? " with mask_zero" : "") +
                                        " expects indices of rank " + (maskZero ? "2" : "1 or 2") +
                                        ", got rank " + std::to_string(rank));
  auto rows = EmbeddingOp::create(builder, input.value, builder.weight(layer, "embeddings"),
                                  /*gates=*/1, ValueRange(), ValueRange());
  if (!maskZero)
    return {rows.getResult(0), {}};
  auto mask = ComputeMaskOp::create(builder, input.value, ValueRange(), ValueRange());
  return {rows.getResult(0), mask.getResult(0)};
}

} // namespace keratin
