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
  if (isa<RecordOp, UpdateOp, ConstrainOp, WriteGradientOp, MoveAverageOp>(op))
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
  if (!type.hasStaticShape() || type.getRank() < 1)
    return emitOpError("expects a static vector or matrix, got ") << type;
  if (type.getShape().back() % static_cast<int64_t>(getGates()) != 0)
    return emitOpError("expects a multiple of ")
           << getGates() << " columns, got " << type.getShape().back();
  return success();
}

LogicalResult ParamOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!getProduct())
    return success();
  ProductAttr product = *getProduct();
  auto lookup = [&](FlatSymbolRefAttr name) {
    return name ? symbols.lookupNearestSymbolFrom<ParamOp>(*this, name) : ParamOp();
  };
  auto isWeight = [](ParamOp param) { return param && !param.getProduct(); };
  ParamOp table = lookup(product.getTable()), kernel = lookup(product.getKernel()),
          bias = lookup(product.getBias());
  if (!isWeight(table) || !isWeight(kernel) || (product.getBias() && !isWeight(bias)))
    return emitOpError("expects a product of weights");
  bool fits = table.getMatrixColumns() == kernel.getMatrixRows() &&
              table.getMatrixRows() == getMatrixRows() &&
              kernel.getMatrixColumns() == getMatrixColumns() && kernel.getGates() == getGates();
  if (!fits)
    return emitOpError("expects the shape and gates of @")
           << table.getSymName() << " times @" << kernel.getSymName();
  if (bias && (bias.getMatrixColumns() != getMatrixColumns() ||
               product.getBiasRow() >= bias.getMatrixRows()))
    return emitOpError("expects a bias of ") << getMatrixColumns() << " columns";
  return success();
}

int64_t ParamOp::getMatrixRows() {
  int64_t columns = getMatrixColumns();
  return columns == 0 ? 0 : getTensorType().getNumElements() / columns;
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
  RankedTensorType expected = param.getTensorType();
  if (expected.getRank() > 2)
    expected = RankedTensorType::get({param.getMatrixRows(), param.getMatrixColumns()},
                                     expected.getElementType());
  if (isa<RankedTensorType>(getType()) && expected != getType())
    return emitOpError("expects type ")
           << expected << " of @" << getParam() << ", got " << getType();
  return success();
}

void ReadParamOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {
  // The value at the beginning of the entry: free of effects, and equal reads may be merged.
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
  case Activation::linear:
  case Activation::relu:
  case Activation::sigmoid:
  case Activation::tanh:
  case Activation::softmax:
  case Activation::hard_sigmoid:
  case Activation::hard_sigmoid_keras2:
  case Activation::exponential:
  case Activation::leaky_relu:
  case Activation::relu6:
  case Activation::hard_tanh:
  case Activation::sparse_sigmoid:
  case Activation::log_softmax:
  case Activation::sparsemax:
  case Activation::affine:
    return false;
  default:
    return true;
  }
}

bool slopeFollowsFromResult(Activation kind) {
  switch (kind) {
  case Activation::elu:
  case Activation::selu:
  case Activation::softplus:
  case Activation::softsign:
    return true;
  default:
    return !activationGradReadsInput(kind);
  }
}

bool isRowWise(Activation kind) {
  return kind == Activation::softmax || kind == Activation::log_softmax ||
         kind == Activation::sparsemax;
}

unsigned parameterCount(Activation kind) {
  switch (kind) {
  case Activation::leaky_relu:
  case Activation::elu:
  case Activation::celu:
    return 1;
  case Activation::affine:
  case Activation::inverse_root:
    return 2;
  case Activation::rectifier:
    return 3;
  default:
    return 0;
  }
}

LogicalResult ActivationOp::verify() {
  unsigned count = parameterCount(getKind());
  bool optional = count < 2; // Keratin's own kinds have no defaults
  if (getParameters().size() == count || (optional && getParameters().empty()))
    return success();
  return emitOpError("expects ") << count << " parameters of " << stringifyActivation(getKind())
                                 << ", got " << getParameters().size();
}

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

LogicalResult TotalLossOp::verify() {
  if (getLosses().empty() || getLosses().size() != getWeights().size())
    return emitOpError("expects a weight for each of its losses, got ")
           << getWeights().size() << " for " << getLosses().size();
  return success();
}

LogicalResult MinimizeOp::verify() {
  if (getOptimizer().has_value() != static_cast<bool>(getLearningRate()))
    return emitOpError("expects an optimizer and a learning rate together");
  return success();
}

} // namespace keratin
