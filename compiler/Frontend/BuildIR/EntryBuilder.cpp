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

EntryBuilder::EntryBuilder(Entry entry, const ModelSpec &model, const ParamNames &names,
                           Block &block)
    : ImplicitLocOpBuilder(
          originLocation(model.location, model.name, entry, block.getParent()->getContext()),
          OpBuilder::atBlockEnd(&block)),
      entry(entry), model(model), names(names) {}

void EntryBuilder::enter(const SourceLocation &location, StringRef layer) {
  setLoc(originLocation(location, layer, entry, getContext()));
}

Value EntryBuilder::weight(const LayerSpec &layer, StringRef weightName) {
  const std::vector<std::string> &symbols = names[&layer - model.layers.data()];
  for (auto [weight, symbol] : llvm::zip_equal(layer.weights, symbols)) {
    if (weight.name != weightName)
      continue;
    Value &value = weights[symbol];
    if (!value)
      value = ReadParamOp::create(*this, RankedTensorType::get(weight.shape, getF32Type()), symbol);
    return value;
  }
  return {};
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
      {"Bidirectional", nullptr, emitBidirectional},
      {"Dense", emitDense},
      {"Dropout", emitDropout},
      {"Embedding", emitEmbedding},
      {"GRU", nullptr, emitRecurrent},
      {"LSTM", nullptr, emitRecurrent},
      {"SimpleRNN", nullptr, emitRecurrent},
      {"SpatialDropout1D", emitSpatialDropout1D},
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
