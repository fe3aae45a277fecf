// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What Sequential and functional models share when a layer is called. Private to this folder.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// The shape that an InputLayer states.
Shape inputLayerShape(const LayerSpec &layer);

/// One call of a layer: makes its weights at the first (paths `scope` + layer name), gives them
/// `values` where there are any, and returns the shapes of its outputs. Throws UserError, see
/// outputShapes.
std::vector<Shape> buildLayer(LayerSpec &layer, const std::vector<rt::Array> &values,
                              const std::vector<Shape> &inputs, const std::string &scope,
                              const SourceLocation &location,
                              const Json &arguments = Json::object());

/// Integer inputs are truncated by Keras, which matters to all layers but Embedding: refuses the
/// others.
void checkInputDType(const LayerSpec &input, const LayerSpec &consumer);

} // namespace keratin
