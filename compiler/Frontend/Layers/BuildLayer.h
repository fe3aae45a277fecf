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

/// Refuses what a layer is called on if it comes from an input of integers, which Keras truncates
/// and all layers but Embedding would notice, or is boolean, which is a mask and nothing else.
void checkInputDType(const LayerSpec &producer, const LayerSpec &consumer,
                     const SourceLocation &call);

} // namespace keratin
