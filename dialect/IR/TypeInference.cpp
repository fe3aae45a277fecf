// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result types of ops in tensor form, with the messages for operands that do not fit together.
#include "dialect/IR/InferenceHelpers.h"

using namespace mlir;

namespace keratin {

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType indices = shaped(adaptor.getIndices()), table = shaped(adaptor.getTable());
  if (failed(expectRank(location, indices, 1, 2, "indices")) ||
      failed(expectRank(location, table, 2, "a table")))
    return failure();
  SmallVector<int64_t> shape(indices.getShape());
  shape.push_back(table.getDimSize(1));
  types.push_back(RankedTensorType::get(shape, table.getElementType()));
  return success();
}

LogicalResult ComputeMaskOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> location, Adaptor adaptor,
                                              SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType indices = shaped(adaptor.getIndices());
  if (failed(expectRank(location, indices, 2, "indices")))
    return failure();
  types.push_back(RankedTensorType::get(indices.getShape(), IntegerType::get(context, 1)));
  return success();
}

LogicalResult DropoutOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getNoise() == Noise::per_sequence &&
      failed(expectRank(location, shaped(adaptor.getInput()), 3, "an input with steps")))
    return failure();
  types.push_back(adaptor.getInput().getType());
  return success();
}

LogicalResult DenseOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                        Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), kernel = shaped(adaptor.getKernel());
  if (failed(expectRank(location, input, 2, 3, "an input")) ||
      failed(expectRank(location, kernel, 2, "a kernel")) ||
      failed(expect(location, input.getShape().back(), kernel.getDimSize(0), "rows in kernel")))
    return failure();
  if (adaptor.getBias() &&
      failed(expect(location, kernel.getDimSize(1), shaped(adaptor.getBias()).getDimSize(0),
                    "elements in bias")))
    return failure();
  types.push_back(
      RankedTensorType::get(withLast(input, kernel.getDimSize(1)), input.getElementType()));
  return success();
}

LogicalResult ActivationOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                             Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(adaptor.getInput().getType());
  return success();
}

LogicalResult AddOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getLhs().getType() != adaptor.getRhs().getType())
    return emitOptionalError(location, "expects operands of one type, got ",
                             adaptor.getLhs().getType(), " and ", adaptor.getRhs().getType());
  types.push_back(adaptor.getLhs().getType());
  return success();
}

LogicalResult LossOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(RankedTensorType::get({}, shaped(adaptor.getPrediction()).getElementType()));
  return success();
}

LogicalResult LossGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(adaptor.getPrediction().getType());
  return success();
}

LogicalResult TotalLossOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getLosses().empty())
    return emitOptionalError(location, "expects at least one loss");
  types.push_back(adaptor.getLosses().front().getType());
  return success();
}

LogicalResult LossMetricOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                             Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(RankedTensorType::get({2}, shaped(adaptor.getPrediction()).getElementType()));
  return success();
}

LogicalResult MetricOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType prediction = shaped(adaptor.getPrediction());
  int64_t size = 2 * accumulatorPairs(adaptor.getKind(), prediction.getShape().back());
  types.push_back(RankedTensorType::get({size}, prediction.getElementType()));
  return success();
}

LogicalResult PenaltyOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(RankedTensorType::get({}, shaped(adaptor.getValue()).getElementType()));
  return success();
}

LogicalResult PenaltyGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                              Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.push_back(adaptor.getValue().getType());
  return success();
}

LogicalResult NormOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getValues().empty())
    return emitOptionalError(location, "expects at least one value");
  types.push_back(RankedTensorType::get({}, shaped(adaptor.getValues().front()).getElementType()));
  return success();
}

LogicalResult ActivationGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getValue().getType() != adaptor.getResultGrad().getType())
    return emitOptionalError(location, "expects a gradient of type ", adaptor.getValue().getType(),
                             ", got ", adaptor.getResultGrad().getType());
  types.push_back(adaptor.getValue().getType());
  return success();
}

LogicalResult DenseKernelGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), grad = shaped(adaptor.getPreactivationGrad());
  types.push_back(kernelGradType(input, grad));
  return success();
}

LogicalResult BiasGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType grad = shaped(adaptor.getPreactivationGrad());
  types.push_back(RankedTensorType::get({grad.getShape().back()}, grad.getElementType()));
  return success();
}

LogicalResult DenseInputGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType grad = shaped(adaptor.getPreactivationGrad()), kernel = shaped(adaptor.getKernel());
  if (failed(expect(location, grad.getShape().back(), kernel.getDimSize(1), "columns in kernel")))
    return failure();
  types.push_back(
      RankedTensorType::get(withLast(grad, kernel.getDimSize(0)), grad.getElementType()));
  return success();
}

} // namespace keratin
