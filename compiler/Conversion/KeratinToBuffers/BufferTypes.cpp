// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToBuffers/BufferTypes.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

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

/// [rows, steps, features] in the order of steps, then rows.
MemRefType sequenceType(int64_t steps, int64_t features, Type element, const BufferConfig &config) {
  int64_t padded = llvm::alignTo(features, config.lanes);
  return strided({config.maxBatch, steps, features}, element,
                 {padded, config.maxBatch * padded, 1});
}

/// The parameter whose gradient `value` is, found through its users.
ParamOp paramOfGradient(Value value, const ParamTable &params) {
  for (Operation *user : value.getUsers()) {
    if (auto update = dyn_cast<UpdateOp>(user))
      return params.lookup(update.getParam()).op;
    if (auto write = dyn_cast<WriteGradientOp>(user))
      return params.lookup(write.getParam()).op;
    if (auto add = dyn_cast<AddOp>(user))
      return paramOfGradient(add.getResults().front(), params);
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
  return sequenceType(shape[1], shape[2], element, config);
}

MemRefType resultBufferType(Operation *op, unsigned result, ValueRange operands,
                            const ParamTable &params, const BufferConfig &config) {
  auto type = cast<RankedTensorType>(op->getResult(result).getType());
  auto gateSequence = [&](int64_t padded) {
    MemRefType plain = bufferTypeFor(type, config);
    return sequenceType(plain.getDimSize(1), padded, type.getElementType(), config);
  };
  if (isa<DenseKernelGradOp, BiasGradOp, RecurrentKernelGradOp, EmbeddingGradOp>(op))
    return paramOfGradient(op->getResult(result), params).getWorkingType();
  if (auto dense = dyn_cast<DenseOp>(op); dense && dense.getGates() > 1) {
    MemRefType kernel = bufferOf(operands[1]);
    return gateSequence(kernel.getDimSize(0) * kernel.getDimSize(2));
  }
  if (auto lstm = dyn_cast<LSTMOp>(op); lstm && type.getShape().back() == 4 * lstm.getUnits())
    return gateSequence(bufferOf(operands[0]).getDimSize(2));
  if (isa<LSTMGradOp>(op) && result == 0)
    return bufferOf(operands[2]);
  if (isa<ActivationOp, AddOp, DropoutOp, ActivationGradOp, PenaltyGradOp>(op))
    return bufferOf(operands[0]);
  return bufferTypeFor(type, config);
}

SmallVector<MemRefType> scratchTypes(Operation *op, ValueRange operands,
                                     const BufferConfig &config) {
  return llvm::TypeSwitch<Operation *, SmallVector<MemRefType>>(op)
      .Case([&](LSTMOp lstm) -> SmallVector<MemRefType> {
        int64_t units = lstm.getUnits();
        Type element = bufferOf(operands[0]).getElementType();
        return {stateType({2, config.maxBatch}, units, element, config),
                stateType(config.maxBatch, units, element, config)};
      })
      .Case([&](LSTMGradOp grad) -> SmallVector<MemRefType> {
        MemRefType kernel = bufferOf(operands[1]);
        MemRefType state =
            stateType(config.maxBatch, kernel.getDimSize(1), kernel.getElementType(), config);
        return {state, state, transposedKernelType(kernel, config)};
      })
      .Case([&](DropoutOp dropout) -> SmallVector<MemRefType> {
        if (dropout.getNoise() == Noise::elementwise)
          return {};
        MemRefType input = bufferOf(operands[0]);
        return {
            stateType(config.maxBatch, input.getShape().back(), input.getElementType(), config)};
      })
      .Case([&](DenseInputGradOp) -> SmallVector<MemRefType> {
        return {transposedKernelType(bufferOf(operands[1]), config)};
      })
      .Default([](Operation *) { return SmallVector<MemRefType>(); });
}

} // namespace keratin
