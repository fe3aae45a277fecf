// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each layer class does to shapes and which weights it has.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// The shapes of the layer's outputs for inputs of these shapes and keywords of the call: several
/// only of recurrent and attention layers.
/// Throws UserError in Keras's words where the number of inputs, a rank or a dimension does not
/// fit; `location` is that of the call, else the layer's own is used.
std::vector<Shape> outputShapes(const LayerSpec &layer, const std::vector<Shape> &inputs,
                                const SourceLocation &location,
                                const Json &arguments = Json::object());

/// Whether calls of the class take return_attention_scores and use_causal_mask.
bool takesAttentionArguments(const std::string &className);

/// Whether layers of the class have weights, by the same rules.
bool hasWeights(const std::string &className);

/// The weights of a layer for inputs of these shapes, values empty, in get_weights order; paths
/// begin with `scope` ("sequential/lstm"). The inputs fit, see outputShape.
std::vector<WeightSpec> makeWeights(const LayerSpec &layer, const std::vector<Shape> &inputs,
                                    const std::string &scope);
inline std::vector<WeightSpec> makeWeights(const LayerSpec &layer, const Shape &input,
                                           const std::string &scope) {
  return makeWeights(layer, std::vector<Shape>(1, input), scope);
}

} // namespace keratin
