// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of an embedding's table; indices have none.
#include "compiler/Autodiff/Rules/Rules.h"

using namespace mlir;

namespace keratin {
namespace {

struct EmbeddingRule : DifferentiableOpInterface::ExternalModel<EmbeddingRule, EmbeddingOp> {
  LogicalResult buildGradient(Operation *op, ImplicitLocOpBuilder &builder, Value resultGradient,
                              OperandGradients &gradients) const {
    auto embedding = cast<EmbeddingOp>(op);
    Value table = embedding.getTable();
    auto gradient =
        EmbeddingGradOp::create(builder, TypeRange(table.getType()), embedding.getIndices(),
                                resultGradient, ValueRange(), ValueRange());
    gradients.add(table, gradient.getResult(0));
    return success();
  }
};

} // namespace

void attachEmbeddingRules(MLIRContext &context) {
  EmbeddingOp::attachInterface<EmbeddingRule>(context);
}

} // namespace keratin
