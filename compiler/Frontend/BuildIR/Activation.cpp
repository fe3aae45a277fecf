// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activation layers, and the activations that other layers apply.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

Activation activationOf(const LayerSpec &layer, const char *key) {
  Json name = layer.config.value(key, Json());
  if (name.is_null())
    return Activation::linear;
  std::optional<Activation> kind;
  if (name.is_string())
    kind = symbolizeActivation(name.get<std::string>());
  if (!kind)
    throw UserError(layer.location, "activation " + name.dump() + " is not supported");
  return *kind;
}

Value emitActivation(EntryBuilder &builder, Activation kind, Value input) {
  if (kind == Activation::linear)
    return input;
  return ActivationOp::create(builder, input, kind, ValueRange(), ValueRange()).getResult(0);
}

Tensor emitActivationLayer(EntryBuilder &builder, const LayerCall &call) {
  const Tensor &input = call.input();
  return {emitActivation(builder, activationOf(call.layer, "activation"), input.value), input.mask};
}

} // namespace keratin
