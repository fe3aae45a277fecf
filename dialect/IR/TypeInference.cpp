// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result types of ops in tensor form, with the messages for operands that do not fit together.
#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

namespace {

/// A shape with its last dimension replaced.
SmallVector<int64_t> withLast(ShapedType type, int64_t last) {
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = last;
  return shape;
}

/// Whether an adaptor's op is in buffer form, which has no results.
template <typename Adaptor> bool inBufferForm(Adaptor adaptor) {
  return !adaptor.getOuts().empty();
}

ShapedType shaped(Value value) { return cast<ShapedType>(value.getType()); }

LogicalResult expect(std::optional<Location> location, int64_t expected, int64_t got,
                     const Twine &what) {
  if (expected == got || ShapedType::isDynamic(expected) || ShapedType::isDynamic(got))
    return success();
  return emitOptionalError(location, "expects ", expected, " ", what, ", got ", got);
}

LogicalResult expectRank(std::optional<Location> location, ShapedType type, int64_t low,
                         int64_t high, const Twine &what) {
  if (type.getRank() >= low && type.getRank() <= high)
    return success();
  if (low == high)
    return emitOptionalError(location, "expects ", what, " of rank ", low, ", got ", type);
  return emitOptionalError(location, "expects ", what, " of rank ", low, " to ", high, ", got ",
                           type);
}

} // namespace

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType indices = shaped(adaptor.getIndices()), table = shaped(adaptor.getTable());
  if (failed(expectRank(location, indices, 1, 2, "indices")) ||
      failed(expectRank(location, table, 2, 2, "a table")))
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
  if (failed(expectRank(location, indices, 2, 2, "indices")))
    return failure();
  types.push_back(RankedTensorType::get(indices.getShape(), IntegerType::get(context, 1)));
  return success();
}

LogicalResult DropoutOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (adaptor.getNoise() == Noise::per_sequence &&
      failed(expectRank(location, shaped(adaptor.getInput()), 3, 3, "an input with steps")))
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
      failed(expectRank(location, kernel, 2, 2, "a kernel")) ||
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

LogicalResult LSTMOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), recurrent = shaped(adaptor.getRecurrentKernel());
  if (failed(expectRank(location, input, 3, 3, "an input")) ||
      failed(expectRank(location, recurrent, 2, 2, "a recurrent kernel")))
    return failure();
  int64_t units = recurrent.getDimSize(0);
  if (failed(expect(location, 4 * units, recurrent.getDimSize(1),
                    "columns in recurrent kernel (4*units)")))
    return failure();
  if (Value kernel = adaptor.getKernel()) {
    if (failed(expectRank(location, shaped(kernel), 2, 2, "a kernel")) ||
        failed(expect(location, 4 * units, shaped(kernel).getDimSize(1),
                      "columns in kernel (4*units)")) ||
        failed(
            expect(location, input.getDimSize(2), shaped(kernel).getDimSize(0), "rows in kernel")))
      return failure();
  } else if (adaptor.getBias()) {
    return emitOptionalError(location, "expects no bias without a kernel");
  } else if (failed(expect(location, 4 * units, input.getDimSize(2),
                           "features in a hoisted input (4*units)"))) {
    return failure();
  }
  if (adaptor.getBias() &&
      failed(expect(location, 4 * units, shaped(adaptor.getBias()).getDimSize(0),
                    "elements in bias (4*units)")))
    return failure();
  if (Value mask = adaptor.getMask();
      mask && (shaped(mask).getShape() != input.getShape().take_front(2)))
    return emitOptionalError(location, "expects a mask of the input's rows and steps, got ",
                             mask.getType());
  for (Value state : {adaptor.getInitialH(), adaptor.getInitialC()})
    if (state &&
        (failed(expectRank(location, shaped(state), 2, 2, "an initial state")) ||
         failed(expect(location, units, shaped(state).getDimSize(1), "units in an initial state"))))
      return failure();
  Type element = input.getElementType();
  SmallVector<int64_t> sequence = withLast(input, units);
  SmallVector<int64_t> last{input.getDimSize(0), units};
  types.push_back(RankedTensorType::get(adaptor.getReturnSequences() ? sequence : last, element));
  if (adaptor.getTape()) {
    if (!adaptor.getReturnSequences())
      types.push_back(RankedTensorType::get(sequence, element));                 // hidden
    types.push_back(RankedTensorType::get(withLast(input, 4 * units), element)); // gates
    types.push_back(RankedTensorType::get(sequence, element));                   // cells
  }
  return success();
}

LogicalResult LSTMGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                           Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType gates = shaped(adaptor.getGatesTape());
  ShapedType recurrent = shaped(adaptor.getRecurrentKernel());
  int64_t units = recurrent.getDimSize(0);
  if (failed(expectRank(location, shaped(adaptor.getOutputGrad()),
                        adaptor.getReturnSequences() ? 3 : 2, adaptor.getReturnSequences() ? 3 : 2,
                        "a gradient of the output")) ||
      failed(expect(location, 4 * units, gates.getDimSize(2), "columns in gates (4*units)")) ||
      failed(expect(location, units, shaped(adaptor.getCellsTape()).getDimSize(2),
                    "columns in cells")))
    return failure();
  types.push_back(gates);
  if (adaptor.getStateGrads())
    types.append(2, RankedTensorType::get({gates.getDimSize(0), units}, gates.getElementType()));
  return success();
}

LogicalResult RecurrentKernelGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                      Adaptor adaptor,
                                                      SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType hidden = shaped(adaptor.getHidden()), grad = shaped(adaptor.getPreactivationGrad());
  types.push_back(RankedTensorType::get({hidden.getShape().back(), grad.getShape().back()},
                                        hidden.getElementType()));
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
  types.push_back(RankedTensorType::get({input.getShape().back(), grad.getShape().back()},
                                        grad.getElementType()));
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
