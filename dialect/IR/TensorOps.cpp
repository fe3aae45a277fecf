// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result types and verifiers of the general ops on values.
#include "dialect/IR/InferenceHelpers.h"

using namespace mlir;

namespace keratin {

namespace {

Type elementOf(Value value) { return shaped(value).getElementType(); }

/// Whether `map` goes from result and window to as many coordinates as `rank`.
LogicalResult verifyMap(Operation *op, AffineMap map, size_t dims, size_t rank, StringRef name) {
  if (map.getNumDims() == dims && map.getNumSymbols() == 0 && map.getNumResults() == rank)
    return success();
  return op->emitOpError("expects ") << name << " from " << dims << " dimensions to " << rank
                                     << ", got " << AffineMapAttr::get(map);
}

template <typename Op> LogicalResult verifyWindow(Op op, Value input) {
  size_t dims = op.getShape().size() + op.getWindow().size();
  if (failed(verifyMap(op, op.getMap(), dims, op.getInputShape().size(), "a map")))
    return failure();
  if (input && isa<RankedTensorType>(input.getType()) &&
      cast<ShapedType>(input.getType()).getShape() != op.getInputShape())
    return op.emitOpError("expects input_shape as of its input, ") << input.getType();
  for (auto [i, size] : llvm::enumerate(op.getWindow()))
    if (ShapedType::isDynamic(size) &&
        !llvm::is_contained(op.getMap().getResults(),
                            getAffineDimExpr(op.getShape().size() + i, op.getContext())))
      return op.emitOpError("expects an open dimension of the window to be one of the input");
  return success();
}

} // namespace

LogicalResult WindowOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(RankedTensorType::get(adaptor.getShape(), elementOf(adaptor.getInput())));
  return success();
}

LogicalResult WindowOp::verify() { return verifyWindow(*this, getInput()); }

LogicalResult WindowGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                             Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(
        RankedTensorType::get(adaptor.getInputShape(), elementOf(adaptor.getResultGrad())));
  return success();
}

LogicalResult WindowGradOp::verify() {
  bool reads = getKind() == Fold::maximum;
  if (static_cast<bool>(getInput()) != reads || static_cast<bool>(getValue()) != reads)
    return emitOpError("expects input and value for a maximum, and for nothing else");
  return verifyWindow(*this, getInput());
}

LogicalResult CombineOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(adaptor.getLhs().getType());
  return success();
}

LogicalResult CombineOp::verify() {
  auto lhs = dyn_cast<RankedTensorType>(getLhs().getType());
  auto rhs = dyn_cast<RankedTensorType>(getRhs().getType());
  if (!lhs || !rhs)
    return success();
  if (getRhsMap())
    return verifyMap(*this, *getRhsMap(), lhs.getRank(), rhs.getRank(), "a map");
  if (lhs != rhs)
    return emitOpError("expects operands of one type, got ") << lhs << " and " << rhs;
  return success();
}

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(RankedTensorType::get(adaptor.getShape(), elementOf(adaptor.getLhs())));
  return success();
}

LogicalResult ContractOp::verify() {
  size_t dims = getShape().size() + getWindow().size();
  for (auto [value, map, name] : {std::tuple(getLhs(), getLhsMap(), "lhs_map"),
                                  std::tuple(getRhs(), getRhsMap(), "rhs_map")}) {
    size_t rank = cast<ShapedType>(value.getType()).getRank();
    if (failed(verifyMap(*this, map, dims, rank, name)))
      return failure();
    if (!map.isProjectedPermutation() || map.getDimPosition(0) != 0)
      return emitOpError("expects ")
             << name << " to select dimensions, the rows first, got " << AffineMapAttr::get(map);
  }
  return success();
}

LogicalResult FindMaskOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                           Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput());
  if (failed(expectRank(location, input, 3, "an input")))
    return failure();
  types.push_back(
      RankedTensorType::get(input.getShape().take_front(2), IntegerType::get(context, 1)));
  return success();
}

LogicalResult NormalNoiseOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                              Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(adaptor.getLike().getType());
  return success();
}

} // namespace keratin
