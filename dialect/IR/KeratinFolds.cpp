// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folders and canonicalizations of layers.
#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

/// Dropout of nothing is the identity.
LogicalResult DropoutOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  if (isBufferForm() || !getRate().isZero())
    return failure();
  results.push_back(getInput());
  return success();
}

LogicalResult ActivationOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  if (isBufferForm() || getKind() != Activation::linear)
    return failure();
  results.push_back(getInput());
  return success();
}

/// relu(relu(x)) is relu(x).
LogicalResult ActivationOp::canonicalize(ActivationOp op, PatternRewriter &rewriter) {
  if (op.isBufferForm() || op.getKind() != Activation::relu)
    return failure();
  auto inner = op.getInput().getDefiningOp<ActivationOp>();
  if (!inner || inner.getKind() != Activation::relu)
    return failure();
  rewriter.replaceOp(op, inner.getResults());
  return success();
}

} // namespace keratin
