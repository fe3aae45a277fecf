// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and methods of ops; result types are in TypeInference.cpp, folds in KeratinFolds.cpp.
#include "dialect/IR/KeratinOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

#define GET_OP_CLASSES
#include "dialect/IR/KeratinOps.cpp.inc"

using namespace mlir;

namespace keratin {

LogicalResult detail::verifyForm(Operation *op) {
  auto compute = cast<ComputeOpInterface>(op);
  bool bufferForm = !compute.getOuts().empty();
  if (bufferForm && op->getNumResults() != 0)
    return op->emitOpError("has both results and outs");
  if (bufferForm && compute.getExtents().empty())
    return op->emitOpError("expects the number of rows in extents");
  if (compute.getExtents().size() > 2)
    return op->emitOpError("expects rows and steps in extents, got ")
           << compute.getExtents().size() << " values";
  for (Value operand : op->getOperands()) {
    if (isa<RankedTensorType>(operand.getType()) && bufferForm)
      return op->emitOpError("expects buffers as operands, got ") << operand.getType();
    if (isa<MemRefType>(operand.getType()) && !bufferForm)
      return op->emitOpError("expects outs for its buffers");
  }
  return success();
}

void detail::getComputeEffects(
    Operation *op, SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  auto compute = cast<ComputeOpInterface>(op);
  // These act on the caller's memory in tensor form too.
  if (isa<RecordOp, UpdateOp, ConstrainOp, WriteGradientOp>(op))
    effects.emplace_back(MemoryEffects::Write::get());
  if (!compute.isBufferForm())
    return;
  unsigned outsBegin = compute.getOuts().getBeginOperandIndex();
  unsigned outsEnd = outsBegin + compute.getOuts().size();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    unsigned i = operand.getOperandNumber();
    if (i >= outsBegin && i < outsEnd)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

LogicalResult ParamOp::verify() {
  RankedTensorType type = getTensorType();
  if (!type.hasStaticShape() || type.getRank() < 1 || type.getRank() > 2)
    return emitOpError("expects a static vector or matrix, got ") << type;
  if (type.getShape().back() % static_cast<int64_t>(getGates()) != 0)
    return emitOpError("expects a multiple of ")
           << getGates() << " columns, got " << type.getShape().back();
  return success();
}

int64_t ParamOp::getMatrixRows() {
  return getTensorType().getRank() == 1 ? 1 : getTensorType().getDimSize(0);
}

int64_t ParamOp::getMatrixColumns() { return getTensorType().getShape().back(); }

MemRefType ParamOp::getWorkingType() {
  LayoutAttr layout = *getLayout();
  int64_t columns = layout.getPaddedColumns(getMatrixColumns());
  return MemRefType::get({columns / layout.getPanel(), getMatrixRows(), layout.getPanel()},
                         getTensorType().getElementType());
}

LogicalResult ReadParamOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto param = symbols.lookupNearestSymbolFrom<ParamOp>(*this, getParamAttr());
  if (!param)
    return emitOpError("refers to @") << getParam() << ", which is no parameter";
  if (isa<RankedTensorType>(getType()) && param.getTensorType() != getType())
    return emitOpError("expects type ")
           << param.getTensorType() << " of @" << getParam() << ", got " << getType();
  return success();
}

void ReadParamOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {
  // The value at the beginning of the entry: free of effects, and equal reads may be merged.
}

//===----------------------------------------------------------------------===//
// Recurrent ops
//===----------------------------------------------------------------------===//

int64_t LSTMOp::unitsOf(ShapedType recurrentKernel) {
  // In the working form a panel holds the gates of some units: [panels, units, columns].
  return recurrentKernel.getRank() == 3 ? recurrentKernel.getDimSize(1)
                                        : recurrentKernel.getDimSize(0);
}

/// The last result of a taping lstm but one is the gates.
OpOperand *LSTMOp::getReusableOperand(unsigned result) {
  bool isGates = getTape() && result == (getReturnSequences() ? 1u : 2u);
  return isGates && !getKernel() ? &getInputMutable() : nullptr;
}

OpOperand *LSTMGradOp::getReusableOperand(unsigned result) {
  return result == 0 ? &getGatesTapeMutable() : nullptr;
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::verify() {
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate < 1))
    return emitOpError("expects a rate of at least 0 and below 1, got ") << rate;
  return success();
}

bool activationGradReadsInput(Activation kind) {
  switch (kind) {
  case Activation::elu:
  case Activation::selu:
  case Activation::silu:
  case Activation::softplus:
  case Activation::softsign:
    return true;
  default:
    return false;
  }
}

/// The cell is elementwise, and its gradient reads gates after activation.
template <typename Op> static LogicalResult verifyCell(Op op, bool differentiated) {
  for (Activation kind : {op.getActivation(), op.getRecurrentActivation()}) {
    if (kind == Activation::softmax)
      return op.emitOpError("expects elementwise activations, got softmax");
    if (differentiated && activationGradReadsInput(kind))
      return op.emitOpError("expects activations whose gradient reads their result, got ")
             << stringifyActivation(kind);
  }
  return success();
}

LogicalResult LSTMOp::verify() { return verifyCell(*this, getTape()); }
LogicalResult LSTMGradOp::verify() { return verifyCell(*this, true); }

int64_t accumulatorPairs(MetricKind kind, int64_t columns) {
  if (kind == MetricKind::auc)
    return aucThresholds;
  return kind == MetricKind::r2_score ? 2 * columns : 1;
}

bool hasLogits(LossKind kind) {
  return kind == LossKind::binary_crossentropy || kind == LossKind::categorical_crossentropy ||
         kind == LossKind::sparse_categorical_crossentropy;
}

template <typename Op> static LogicalResult verifyLoss(Op op) {
  bool sparse = op.getKind() == LossKind::sparse_categorical_crossentropy;
  auto prediction = cast<ShapedType>(op.getPrediction().getType());
  auto target = cast<ShapedType>(op.getTarget().getType());
  if (sparse != isa<IntegerType>(target.getElementType()))
    return op.emitOpError(sparse ? "expects integer labels, got "
                                 : "expects floating-point targets, got ")
           << target;
  if (target.getRank() != prediction.getRank() - (sparse ? 1 : 0))
    return op.emitOpError("expects targets of rank ")
           << prediction.getRank() - (sparse ? 1 : 0) << ", got " << target.getRank();
  if (op.getFromLogits() && !hasLogits(op.getKind()))
    return op.emitOpError("has no logits to start from");
  return success();
}

LogicalResult LossOp::verify() { return verifyLoss(*this); }
LogicalResult LossGradOp::verify() { return verifyLoss(*this); }
LogicalResult LossMetricOp::verify() { return verifyLoss(*this); }

LogicalResult MinimizeOp::verify() {
  if (getOptimizer().has_value() != static_cast<bool>(getLearningRate()))
    return emitOpError("expects an optimizer and a learning rate together");
  return success();
}

} // namespace keratin
