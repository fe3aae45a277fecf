// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locations and weights of an entry, and the table of layer classes.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

Location toMLIR(const SourceLocation &location, MLIRContext *context) {
  if (location.file.empty())
    return UnknownLoc::get(context);
  return FileLineColLoc::get(context, location.file, location.line, location.column);
}

Location originLocation(const SourceLocation &location, StringRef layer, Entry entry,
                        MLIRContext *context) {
  auto origin = OriginAttr::get(context, StringAttr::get(context, layer),
                                StringAttr::get(context, entryName(entry)), /*backward=*/false);
  return withOrigin(toMLIR(location, context), origin);
}

SmallVector<int64_t> paramShape(const WeightSpec &weight) {
  if (weight.shape.empty())
    return {1};
  return SmallVector<int64_t>(weight.shape.begin(), weight.shape.end());
}

EntryBuilder::EntryBuilder(Entry entry, const ModelSpec &model, const ParamNames &names,
                           Block &block)
    : ImplicitLocOpBuilder(
          originLocation(model.location, model.name, entry, block.getParent()->getContext()),
          OpBuilder::atBlockEnd(&block)),
      entry(entry), model(model), names(names) {}

void EntryBuilder::enter(const SourceLocation &location, StringRef layer) {
  setLoc(originLocation(location, layer, entry, getContext()));
}

StringRef EntryBuilder::symbol(const LayerSpec &layer, StringRef weightName) const {
  // By name: a layer inside of another is not one of the model.
  for (auto [known, symbols] : llvm::zip_equal(model.layers, names))
    if (known.name == layer.name)
      for (auto [weight, symbol] : llvm::zip_equal(known.weights, symbols))
        if (weight.name == weightName)
          return symbol;
  return {};
}

Value EntryBuilder::weight(const LayerSpec &layer, StringRef weightName) {
  StringRef name = symbol(layer, weightName);
  if (name.empty())
    return {};
  Value &value = weights[name];
  if (value)
    return value;
  for (const WeightSpec &weight : layer.weights)
    if (weight.name == weightName) {
      // Of more than two dimensions it is read as a matrix.
      SmallVector<int64_t> shape = paramShape(weight);
      while (shape.size() > 2) {
        shape[1] *= shape[0];
        shape.erase(shape.begin());
      }
      value = ReadParamOp::create(*this, RankedTensorType::get(shape, getF32Type()), name);
    }
  return value;
}

const Tensor &LayerCall::input() const {
  if (inputs.size() != 1)
    throw UserError(layer.location, layer.className + " layer \"" + layer.name +
                                        "\" expects one input, got " +
                                        std::to_string(inputs.size()));
  return inputs.front();
}

const LayerClass &layerClass(const LayerSpec &layer) {
  static const LayerClass classes[] = {
      {"Activation", emitActivationLayer},
      {"ActivityRegularization", emitIdentity},
      {"Add", emitElementwiseMerge},
      {"AdditiveAttention", nullptr, emitAttention},
      {"Any", emitAny},
      {"Attention", nullptr, emitAttention},
      {"Average", emitElementwiseMerge},
      {"AveragePooling1D", emitPooling1D},
      {"BatchNormalization", emitBatchNormalization},
      {"Bidirectional", nullptr, emitBidirectional},
      {"Concatenate", emitConcatenate},
      {"Conv1D", emitConv1D},
      {"Cropping1D", emitStepsMoved},
      {"Dense", emitDense},
      {"Dot", emitDot},
      {"Dropout", emitDropout},
      {"ELU", emitParametricActivation},
      {"Embedding", emitEmbedding},
      {"Flatten", emitReshapeLayer},
      {"GaussianDropout", emitGaussianDropout},
      {"GaussianNoise", emitGaussianNoise},
      {"GRU", nullptr, emitRecurrent},
      {"GlobalAveragePooling1D", emitGlobalPooling1D},
      {"GlobalMaxPooling1D", emitGlobalPooling1D},
      {"Identity", emitIdentity},
      {"LSTM", nullptr, emitRecurrent},
      {"LayerNormalization", emitLayerNormalization},
      {"LeakyReLU", emitParametricActivation},
      {"Masking", emitMasking},
      {"MaxPooling1D", emitPooling1D},
      {"Maximum", emitElementwiseMerge},
      {"Minimum", emitElementwiseMerge},
      {"Multiply", emitElementwiseMerge},
      {"NotEqual", emitNotEqual},
      {"PReLU", emitPReLU},
      {"Permute", emitPermute},
      {"ReLU", emitParametricActivation},
      {"RepeatVector", emitRepeatVector},
      {"Reshape", emitReshapeLayer},
      {"SimpleRNN", nullptr, emitRecurrent},
      {"Softmax", emitSoftmaxLayer},
      {"SpatialDropout1D", emitSpatialDropout1D},
      {"Subtract", emitElementwiseMerge},
      {"TimeDistributed", emitTimeDistributed},
      {"UnitNormalization", emitUnitNormalization},
      {"UpSampling1D", emitStepsMoved},
      {"ZeroPadding1D", emitStepsMoved},
  };
  for (const LayerClass &known : classes)
    if (known.name == layer.className)
      return known;
  std::string supported;
  for (const LayerClass &known : classes)
    supported += (supported.empty() ? "" : ", ") + known.name.str();
  throw UserError(layer.location, "layers of class " + layer.className + " are not supported",
                  "supported are " + supported);
}

} // namespace keratin
