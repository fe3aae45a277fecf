// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two directions of a Bidirectional: clones of its layer, or the two that were given.
#include "compiler/Frontend/Layers/BindArguments.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"

namespace keratin {

/// "forward_lstm" of "lstm", and of "forward_lstm" too.
static std::string directionName(const std::string &direction, std::string name) {
  const std::string forward = "forward_";
  if (name.rfind(forward, 0) == 0)
    name = name.substr(forward.size());
  return direction + name;
}

void completeBidirectional(const Call &call, Json &config) {
  Json &forward = config["layer"], &backward = config["backward_layer"];
  auto requireRecurrent = [&](const Json &layer, const std::string &what) {
    if (!cellOf(layer["class_name"].get<std::string>()))
      throw UserError(call.location,
                      "Bidirectional expects a recurrent layer as its " + what + ", got " +
                          layer["class_name"].get<std::string>(),
                      "supported are LSTM, GRU and SimpleRNN");
  };
  requireRecurrent(forward, "layer");
  Json &settings = forward["config"];
  const std::string name = settings["name"].get<std::string>();
  if (backward.is_null()) {
    backward = forward;
    backward["config"]["go_backwards"] = !settings["go_backwards"].get<bool>();
    backward["config"]["name"] = directionName("backward_", name);
  } else {
    requireRecurrent(backward, "backward_layer");
    for (const char *key : {"stateful", "return_sequences", "return_state"})
      if (settings[key] != backward["config"][key])
        throw UserError(call.location,
                        "`forward_layer` and `backward_layer` are expected to have the same value "
                        "for attribute \"" +
                            std::string(key) + "\", got \"" + pythonText(settings[key]) +
                            "\" and \"" + pythonText(backward["config"][key]) + "\"");
  }
  settings["name"] = directionName("forward_", name);
  if (settings["go_backwards"] == backward["config"]["go_backwards"])
    throw UserError(call.location, "Forward layer and backward layer should have different "
                                   "`go_backwards` value.");
  if (settings["go_backwards"] == true)
    throw UserError(call.location,
                    "Bidirectional expects a forward layer without go_backwards=True",
                    "the layer is run in both directions anyway");
  // Keras: what masked steps put out must not depend on the direction.
  for (Json *direction : {&forward, &backward})
    (*direction)["config"]["zero_output_for_mask"] = settings["return_sequences"];
}

} // namespace keratin
