// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result types and verifiers of recurrent layers, their gradients and what Bidirectional adds.
#include "dialect/IR/InferenceHelpers.h"

using namespace mlir;

namespace keratin {

namespace {

/// "(4*units)"
std::string gatesTimesUnits(int64_t gates) {
  return "(" + (gates == 1 ? "" : std::to_string(gates) + "*") + "units)";
}

/// [rows, gates, features]
LogicalResult expectFactors(std::optional<Location> location, Value factors, int64_t gates,
                            int64_t features) {
  if (!factors)
    return success();
  if (failed(expectRank(location, shaped(factors), 3, "factors")) ||
      failed(expect(location, gates, shaped(factors).getDimSize(1), "gates in factors")) ||
      failed(expect(location, features, shaped(factors).getDimSize(2), "features in factors")))
    return failure();
  return success();
}

struct CellShape {
  int64_t gates;
  unsigned states;
  bool innerTape;
};

/// The result types of a recurrent layer in the order that RecurrentOpInterface numbers.
template <typename Adaptor>
LogicalResult inferLayer(std::optional<Location> location, Adaptor adaptor, CellShape cell,
                         SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), recurrent = shaped(adaptor.getRecurrentKernel());
  if (failed(expectRank(location, input, 3, "an input")) ||
      failed(expectRank(location, recurrent, 2, "a recurrent kernel")))
    return failure();
  int64_t units = recurrent.getDimSize(0), columns = cell.gates * units;
  std::string formula = gatesTimesUnits(cell.gates);
  if (failed(expect(location, columns, recurrent.getDimSize(1),
                    "columns in recurrent kernel " + formula)))
    return failure();
  if (Value kernel = adaptor.getKernel()) {
    if (failed(expectRank(location, shaped(kernel), 2, "a kernel")) ||
        failed(expect(location, columns, shaped(kernel).getDimSize(1),
                      "columns in kernel " + formula)) ||
        failed(
            expect(location, input.getDimSize(2), shaped(kernel).getDimSize(0), "rows in kernel")))
      return failure();
  } else if (adaptor.getBias()) {
    return emitOptionalError(location, "expects no bias without a kernel");
  } else if (failed(expect(location, columns, input.getDimSize(2),
                           "features in a hoisted input " + formula))) {
    return failure();
  }
  for (Value bias : {adaptor.getBias(), adaptor.getRecurrentBias()})
    if (bias && failed(expect(location, columns, shaped(bias).getDimSize(0),
                              "elements in bias " + formula)))
      return failure();
  if (Value mask = adaptor.getMask();
      mask && (shaped(mask).getShape() != input.getShape().take_front(2)))
    return emitOptionalError(location, "expects a mask of the input's rows and steps, got ",
                             mask.getType());
  if (size_t states = adaptor.getInitialStates().size(); states != 0 && states != cell.states)
    return emitOptionalError(location, "expects ", cell.states, " initial states or none, got ",
                             states);
  for (Value state : adaptor.getInitialStates())
    if (failed(expectRank(location, shaped(state), 2, "an initial state")) ||
        failed(expect(location, units, shaped(state).getDimSize(1), "units in an initial state")))
      return failure();
  if (failed(expectFactors(location, adaptor.getInputFactors(), cell.gates, input.getDimSize(2))) ||
      failed(expectFactors(location, adaptor.getRecurrentFactors(), cell.gates, units)))
    return failure();

  Type element = input.getElementType();
  Type sequence = RankedTensorType::get(withLast(input, units), element);
  Type last = RankedTensorType::get({input.getDimSize(0), units}, element);
  types.push_back(adaptor.getReturnSequences() ? sequence : last);
  if (adaptor.getReturnState())
    types.append(cell.states, last);
  if (!adaptor.getTape())
    return success();
  bool outputsDiffer =
      adaptor.getMask() && (adaptor.getZeroOutputForMask() || !adaptor.getInitialStates().empty());
  if (!adaptor.getReturnSequences() || outputsDiffer)
    types.push_back(sequence);
  types.push_back(RankedTensorType::get(withLast(input, columns), element));
  if (cell.innerTape)
    types.push_back(sequence);
  return success();
}

struct GradShape {
  int64_t gates;
  unsigned states;
  bool recurrentGrad;
};

template <typename Adaptor>
LogicalResult inferGrad(std::optional<Location> location, Adaptor adaptor, GradShape cell,
                        SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType gates = shaped(adaptor.getGatesTape());
  int64_t units = shaped(adaptor.getRecurrentKernel()).getDimSize(0);
  if (adaptor.getOutputGrad() &&
      failed(expectRank(location, shaped(adaptor.getOutputGrad()),
                        adaptor.getReturnSequences() ? 3 : 2, "a gradient of the output")))
    return failure();
  if (failed(expect(location, cell.gates * units, gates.getDimSize(2),
                    "columns in gates " + gatesTimesUnits(cell.gates))))
    return failure();
  for (Value tape : {adaptor.getStateTape(), adaptor.getInnerTape()})
    if (tape && failed(expect(location, units, shaped(tape).getDimSize(2), "columns in states")))
      return failure();
  types.append(cell.recurrentGrad ? 2 : 1, gates);
  if (adaptor.getStateGrads())
    types.append(cell.states,
                 RankedTensorType::get({gates.getDimSize(0), units}, gates.getElementType()));
  return success();
}

/// The cell is elementwise, and its gradient reads gates after activation.
template <typename Op> LogicalResult verifyCell(Op op, bool differentiated) {
  for (Activation kind : {op.getActivation(), op.getRecurrentActivation()}) {
    if (isRowWise(kind) || parameterCount(kind) > 1)
      return op.emitOpError("expects elementwise activations, got ") << stringifyActivation(kind);
    if (differentiated && !slopeFollowsFromResult(kind))
      return op.emitOpError("expects activations whose gradient reads their result, got ")
             << stringifyActivation(kind);
  }
  return success();
}

/// Which tapes there are depends on the cell.
template <typename Op> LogicalResult verifyGrad(Op op, bool readsState, bool readsInner) {
  if (static_cast<bool>(op.getStateTape()) != readsState)
    return op.emitOpError(readsState ? "expects a state tape" : "expects no state tape");
  if (static_cast<bool>(op.getInnerTape()) != readsInner)
    return op.emitOpError(readsInner ? "expects an inner tape" : "expects no inner tape");
  return verifyCell(op, true);
}

} // namespace

LogicalResult LSTMOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferLayer(location, adaptor, {4, 2, true}, types);
}

LogicalResult GRUOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferLayer(location, adaptor, {3, 1, true}, types);
}

LogicalResult SimpleRNNOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferLayer(location, adaptor, {1, 1, false}, types);
}

LogicalResult LSTMGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                           Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferGrad(location, adaptor, {4, 2, false}, types);
}

LogicalResult GRUGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferGrad(location, adaptor, {3, 1, adaptor.getResetAfter()}, types);
}

LogicalResult SimpleRNNGradOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                                Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferGrad(location, adaptor, {1, 1, false}, types);
}

LogicalResult LSTMOp::verify() { return verifyCell(*this, getTape()); }
LogicalResult GRUOp::verify() { return verifyCell(*this, getTape()); }
LogicalResult SimpleRNNOp::verify() { return verifyCell(*this, getTape()); }
LogicalResult LSTMGradOp::verify() { return verifyGrad(*this, true, false); }
LogicalResult GRUGradOp::verify() { return verifyGrad(*this, true, getResetAfter()); }
LogicalResult SimpleRNNGradOp::verify() { return verifyGrad(*this, false, false); }

LogicalResult RecurrentKernelGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                      Adaptor adaptor,
                                                      SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType hidden = shaped(adaptor.getHidden()), grad = shaped(adaptor.getPreactivationGrad());
  types.push_back(kernelGradType(hidden, grad));
  return success();
}

LogicalResult GatedDenseOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                             Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), kernel = shaped(adaptor.getKernel());
  if (failed(expectRank(location, input, 3, "an input")) ||
      failed(expect(location, input.getDimSize(2), kernel.getDimSize(0), "rows in kernel")) ||
      failed(
          expectFactors(location, adaptor.getFactors(), ShapedType::kDynamic, input.getDimSize(2))))
    return failure();
  types.push_back(
      RankedTensorType::get(withLast(input, kernel.getDimSize(1)), input.getElementType()));
  return success();
}

LogicalResult GatedKernelGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType input = shaped(adaptor.getInput()), grad = shaped(adaptor.getPreactivationGrad());
  types.push_back(kernelGradType(input, grad));
  return success();
}

LogicalResult GatedInputGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType grad = shaped(adaptor.getPreactivationGrad()), kernel = shaped(adaptor.getKernel());
  types.push_back(
      RankedTensorType::get(withLast(grad, kernel.getDimSize(0)), grad.getElementType()));
  return success();
}

LogicalResult DropoutFactorsOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType like = shaped(adaptor.getLike());
  types.push_back(
      RankedTensorType::get({like.getDimSize(0), static_cast<int64_t>(adaptor.getGates()),
                             static_cast<int64_t>(adaptor.getFeatures())},
                            like.getElementType()));
  return success();
}

LogicalResult RowOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType matrix = shaped(adaptor.getMatrix());
  if (failed(expectRank(location, matrix, 2, "a matrix")))
    return failure();
  if (static_cast<int64_t>(adaptor.getRow()) >= matrix.getDimSize(0))
    return emitOptionalError(location, "expects a row below ", matrix.getDimSize(0), ", got ",
                             adaptor.getRow());
  types.push_back(RankedTensorType::get({matrix.getDimSize(1)}, matrix.getElementType()));
  return success();
}

LogicalResult RowGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType row = shaped(adaptor.getRowGradient());
  types.push_back(RankedTensorType::get(
      {static_cast<int64_t>(adaptor.getRows()), row.getDimSize(0)}, row.getElementType()));
  return success();
}

LogicalResult ReverseStepsOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                               Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  if (failed(expectRank(location, shaped(adaptor.getInput()), 3, "an input with steps")))
    return failure();
  types.push_back(adaptor.getInput().getType());
  return success();
}

LogicalResult MergeDirectionsOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (inBufferForm(adaptor))
    return success();
  ShapedType forward = shaped(adaptor.getForward()), backward = shaped(adaptor.getBackward());
  if (forward.getRank() != backward.getRank() ||
      forward.getShape().drop_back() != backward.getShape().drop_back())
    return emitOptionalError(location, "expects directions of the same rows and steps, got ",
                             forward, " and ", backward);
  int64_t features = forward.getShape().back();
  if (adaptor.getMode() == Merge::concat)
    features += backward.getShape().back();
  else if (failed(expect(location, features, backward.getShape().back(), "units backward")))
    return failure();
  types.push_back(RankedTensorType::get(withLast(forward, features), forward.getElementType()));
  return success();
}

LogicalResult MergeDirectionsGradOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                      Adaptor adaptor,
                                                      SmallVectorImpl<Type> &types) {
  if (!inBufferForm(adaptor))
    types.append({adaptor.getForward().getType(), adaptor.getBackward().getType()});
  return success();
}

} // namespace keratin
