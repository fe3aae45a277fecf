// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of layers as inbound_nodes list them. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

/// ["lstm", 0, 0]: a layer, which call of it, which output of that.
struct History {
  std::string layer;
  int call = 0;
  int output = 0;
};

History historyFromJson(const Json &json);

/// The tensors in an argument of a call, nested as they were passed: objects as Keras 3 writes
/// them, or ["lstm", 0, 0] in the keywords of Keras 1 and 2.
void collectTensors(const Json &argument, std::vector<History> &tensors);

struct RecordedCall {
  std::string layer;
  int number = 0;                   ///< among the calls of the layer
  std::vector<History> inputs = {}; ///< initial states last
  /// One an input from the first on; nothing stands for no mask. Empty where none was recorded.
  std::vector<std::optional<History>> masks = {};
  bool hasStates = false;
  Json arguments = Json::object(); ///< of NodeSpec
};

/// Call `number` of a layer of the class, from its entry in inbound_nodes. Throws UserError on
/// arguments that mean something and are not supported.
RecordedCall recordedCall(const std::string &layer, const std::string &className, int number,
                          const Json &node, const SourceLocation &location);

} // namespace keratin
