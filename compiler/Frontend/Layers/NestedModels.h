// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models that are layers of others: made, called, and put in their places before IR is built.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

namespace keratin {

/// The model as a layer of another: it has the model's name and shares its weights.
LayerSpec modelAsLayer(const ModelSpec &model);

/// A layer that is a model, built: where that is a Sequential whose input shape was not known, it
/// is built for `input`.
LayerSpec builtModelLayer(LayerSpec layer, const Shape &input, AutoNames &names);

/// The shapes of the outputs of a built layer, a model or another, called on these inputs. Throws
/// UserError, located at the call, where they do not fit.
std::vector<Shape> nodeShapes(const LayerSpec &layer, const std::vector<Shape> &inputs,
                              const SourceLocation &location,
                              const Json &arguments = Json::object());

/// The model with inputs of these shapes, all other shapes following from them. Throws UserError
/// where they do not fit.
ModelSpec withInputShapes(const ModelSpec &model, const std::vector<Shape> &shapes);

/// Shapes of the inputs for arrays of these shapes where inputs whose steps are open are given
/// different numbers of them, which entries do not know: these steps are then no longer open. Empty
/// where the numbers agree.
std::vector<Shape> apartInputShapes(const ModelSpec &model, const std::vector<Shape> &arrays);

bool hasNestedModels(const ModelSpec &model);

/// The same model without models as layers: their layers, named "base/dense", stand in their
/// places, in the same order of weights.
ModelSpec inlineModels(const ModelSpec &model);

} // namespace keratin
