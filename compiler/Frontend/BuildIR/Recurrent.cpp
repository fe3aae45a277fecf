// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent layers.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

/// Throws UserError where `key` is set in the config of a recurrent layer.
static void refuseFlag(const LayerSpec &layer, const char *key) {
  if (layer.config.value(key, false))
    throw UserError(layer.location, layer.className + " with " + key + "=True is not supported");
}

/// The activation of gates or states: an elementwise one.
static Activation cellActivation(const LayerSpec &layer, const char *key) {
  Activation kind = activationOf(layer, key);
  if (kind == Activation::softmax)
    throw UserError(layer.location,
                    layer.className + " expects an elementwise " + key + ", got softmax");
  return kind;
}

/// The input as training sees it. Keras draws one mask a sample, shared by all steps and gates, as
/// long as recurrent_dropout is 0; a rate of 1 drops nothing here.
static Value dropInput(EntryBuilder &builder, const LayerCall &call, Value input) {
  const LayerSpec &layer = call.layer;
  if (!builder.isTraining())
    return input;
  if (layer.config.value("recurrent_dropout", 0.0) != 0)
    throw UserError(layer.location, "training with recurrent_dropout is not supported",
                    "use dropout, which drops the layer's inputs");
  double rate = layer.config.value("dropout", 0.0);
  return emitDropoutOp(builder, call, input, rate == 1 ? 0 : rate, Noise::per_sequence);
}

Tensor emitLSTM(EntryBuilder &builder, const LayerCall &call) {
  const LayerSpec &layer = call.layer;
  for (const char *key : {"return_state", "stateful", "zero_output_for_mask"})
    refuseFlag(layer, key);
  if (call.inputs.size() != 1 && call.inputs.size() != 3)
    throw UserError(layer.location, "LSTM expects an input and two initial states or none, got " +
                                        std::to_string(call.inputs.size()) + " inputs");
  const Tensor &input = call.inputs[0];
  if (input.type().getRank() != 3)
    throw UserError(layer.location, "LSTM expects an input of rank 3, got rank " +
                                        std::to_string(input.type().getRank()));
  bool hasState = call.inputs.size() == 3;
  bool returnSequences = layer.config.value("return_sequences", false);
  // Keras ignores the mask of the input once initial states are given, but hands it on.
  auto lstm = LSTMOp::create(
      builder, dropInput(builder, call, input.value), builder.weight(layer, "kernel"),
      builder.weight(layer, "recurrent_kernel"), builder.weight(layer, "bias"),
      hasState ? Value() : input.mask, hasState ? call.inputs[1].value : Value(),
      hasState ? call.inputs[2].value : Value(), cellActivation(layer, "activation"),
      cellActivation(layer, "recurrent_activation"), returnSequences,
      layer.config.value("go_backwards", false), /*tape=*/false, ValueRange(), ValueRange());
  return {lstm.getResult(0), returnSequences ? input.mask : Value()};
}

} // namespace keratin
