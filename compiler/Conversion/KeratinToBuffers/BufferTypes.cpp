// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToBuffers/BufferTypes.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;

namespace keratin {

namespace {

MemRefType strided(ArrayRef<int64_t> shape, Type element, ArrayRef<int64_t> strides) {
  return MemRefType::get(shape, element, StridedLayoutAttr::get(element.getContext(), 0, strides));
}

/// [rows, units] or [slots, rows, units], rows padded to whole vectors.
MemRefType stateType(ArrayRef<int64_t> leading, int64_t units, Type element,
                     const BufferConfig &config) {
  SmallVector<int64_t> shape(leading);
  shape.push_back(units);
  SmallVector<int64_t> strides(shape.size(), 1);
  int64_t stride = llvm::alignTo(units, config.lanes);
  for (size_t i = shape.size() - 1; i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strided(shape, element, strides);
}

/// [rows, steps, …, features] in the order of steps, …, then rows, features padded to whole
/// vectors.
MemRefType sequenceType(ArrayRef<int64_t> shape, Type element, const BufferConfig &config) {
  int64_t padded = llvm::alignTo(shape.back(), config.lanes);
  SmallVector<int64_t> strides(shape.size(), 1);
  strides[0] = padded;
  int64_t stride = config.maxBatch * padded;
  for (size_t i = shape.size() - 1; i-- > 1;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strided(shape, element, strides);
}

/// A value of the whole batch: the layout of a parameter without gates.
MemRefType wholeBatchType(ArrayRef<int64_t> shape, Type element, const BufferConfig &config) {
  int64_t vectors = llvm::divideCeil(shape.back(), config.lanes);
  int64_t panel = std::min(vectors, maxPanelVectors);
  int64_t rows = std::accumulate(shape.begin(), shape.end() - 1, int64_t(1), std::multiplies<>());
  return MemRefType::get(
      {static_cast<int64_t>(llvm::divideCeil(vectors, panel)), rows, panel * config.lanes},
      element);
}

/// The buffer of the gradient of a parameter or of one of its rows, found through its users.
MemRefType gradientType(Value value, const ParamTable &params) {
  for (Operation *user : value.getUsers()) {
    if (auto update = dyn_cast<UpdateOp>(user))
      return ParamOp(params.lookup(update.getParam()).op).getWorkingType();
    if (auto write = dyn_cast<WriteGradientOp>(user))
      return ParamOp(params.lookup(write.getParam()).op).getWorkingType();
    if (auto add = dyn_cast<AddOp>(user))
      if (MemRefType type = gradientType(add.getResults().front(), params))
        return type;
    if (auto rows = dyn_cast<RowGradOp>(user)) {
      MemRefType all = gradientType(rows.getResults().front(), params);
      return MemRefType::get({all.getDimSize(0), 1, all.getDimSize(2)}, all.getElementType());
    }
  }
  return {};
}

/// The transposed kernel in panels: K columns become rows of whole panels of the input's features.
MemRefType transposedKernelType(MemRefType kernel, const BufferConfig &config) {
  int64_t panels = kernel.getDimSize(0), features = kernel.getDimSize(1),
          panel = kernel.getDimSize(2);
  int64_t width = std::min<int64_t>(llvm::divideCeil(features, config.lanes), 4) * config.lanes;
  return MemRefType::get(
      {static_cast<int64_t>(llvm::divideCeil(features, width)), panels * panel, width},
      kernel.getElementType());
}

MemRefType bufferOf(Value value) { return cast<MemRefType>(value.getType()); }

/// The buffer of one operand, `value`, of an op in tensor form.
MemRefType bufferOf(Operation *op, Value value, ValueRange operands) {
  return bufferOf(operands[llvm::find(op->getOperands(), value) - op->operand_begin()]);
}

} // namespace

MemRefType bufferTypeFor(RankedTensorType type, const BufferConfig &config) {
  Type element = type.getElementType();
  if (type.getRank() == 0)
    return MemRefType::get({1}, element);
  SmallVector<int64_t> shape(type.getShape());
  if (!type.isDynamicDim(0))
    return MemRefType::get(shape, element);
  shape[0] = config.maxBatch;
  if (shape.size() > 1 && type.isDynamicDim(1))
    shape[1] = config.maxSteps;
  if (shape.size() == 1)
    return MemRefType::get(shape, element);
  if (shape.size() == 2) {
    if (isa<FloatType>(element))
      return stateType(config.maxBatch, shape[1], element, config);
    return strided(shape, element, {1, config.maxBatch});
  }
  return sequenceType(shape, element, config);
}

MemRefType resultBufferType(Operation *op, unsigned result, ValueRange operands,
                            const ParamTable &params, const BufferConfig &config) {
  auto type = cast<RankedTensorType>(op->getResult(result).getType());
  auto gateSequence = [&](int64_t padded) {
    MemRefType plain = bufferTypeFor(type, config);
    return sequenceType({config.maxBatch, plain.getDimSize(1), padded}, type.getElementType(),
                        config);
  };
  if (isa<DenseKernelGradOp, BiasGradOp, RecurrentKernelGradOp, EmbeddingGradOp, GatedKernelGradOp,
          RowGradOp>(op))
    return gradientType(op->getResult(result), params);
  if (isa<RowOp>(op)) {
    MemRefType matrix = bufferOf(operands[0]);
    return MemRefType::get({matrix.getDimSize(0), 1, matrix.getDimSize(2)},
                           matrix.getElementType());
  }
  auto dense = dyn_cast<DenseOp>(op);
  if (isa<GatedDenseOp>(op) || (dense && dense.getGates() > 1)) {
    MemRefType kernel = bufferOf(operands[1]);
    return gateSequence(kernel.getDimSize(0) * kernel.getDimSize(2));
  }
  if (auto embedding = dyn_cast<EmbeddingOp>(op); embedding && embedding.getGates() > 1)
    return gateSequence(bufferOf(operands[1]).getDimSize(2));
  if (auto layer = dyn_cast<RecurrentOpInterface>(op);
      layer && layer.getTape() && result == layer.getGatesResult())
    return gateSequence(bufferOf(operands[0]).getDimSize(2));
  if (auto grad = dyn_cast<RecurrentGradOpInterface>(op);
      grad && result <= (grad.hasRecurrentGrad() ? 1 : 0))
    return bufferOf(op, grad.getGatesTape(), operands);
  if (isa<ActivationOp, AddOp, DropoutOp, ActivationGradOp, CombineOp, NormalNoiseOp,
          PenaltyGradOp>(op))
    return bufferOf(operands[0]);
  if (isa<WindowOp>(op) && !type.isDynamicDim(0)) {
    MemRefType gradient = gradientType(op->getResult(result), params);
    return gradient ? gradient : wholeBatchType(type.getShape(), type.getElementType(), config);
  }
  return bufferTypeFor(type, config);
}

SmallVector<MemRefType> scratchTypes(Operation *op, ValueRange operands,
                                     const BufferConfig &config) {
  return llvm::TypeSwitch<Operation *, SmallVector<MemRefType>>(op)
      .Case([&](RecurrentOpInterface layer) {
        MemRefType state = stateType(config.maxBatch, layer.getUnits(),
                                     bufferOf(operands[0]).getElementType(), config);
        SmallVector<MemRefType> types{
            stateType({2, config.maxBatch}, layer.getUnits(), state.getElementType(), config)};
        types.append(layer.hasCellState() + layer.outputsDifferFromStates() +
                         2 * layer.resetsBeforeProduct(),
                     state);
        return types;
      })
      .Case([&](RecurrentGradOpInterface grad) {
        MemRefType kernel = bufferOf(op, grad.getRecurrentKernel(), operands);
        MemRefType state =
            stateType(config.maxBatch, kernel.getDimSize(1), kernel.getElementType(), config);
        SmallVector<MemRefType> types(1 + grad.hasCellState() + grad.outputsDifferFromStates() +
                                          grad.resetsBeforeProduct(),
                                      state);
        types.push_back(transposedKernelType(kernel, config));
        return types;
      })
      .Case([&](DropoutOp dropout) -> SmallVector<MemRefType> {
        if (dropout.getNoise() == Noise::elementwise)
          return {};
        MemRefType input = bufferOf(operands[0]);
        return {
            stateType(config.maxBatch, input.getShape().back(), input.getElementType(), config)};
      })
      .Case<DenseInputGradOp, GatedInputGradOp>([&](auto) -> SmallVector<MemRefType> {
        return {transposedKernelType(bufferOf(operands[1]), config)};
      })
      .Default([](Operation *) { return SmallVector<MemRefType>(); });
}

} // namespace keratin
