// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the recurrent layers are made of: their cells' weights, and the directions of Bidirectional.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// The cell of a recurrent layer class.
struct CellRule {
  const char *className; ///< "LSTM"
  const char *scope;     ///< "lstm_cell", between the layer and the weight in paths
  int64_t gates;         ///< side by side in the columns of its weights
  int64_t states;
};

/// The cell of "LSTM", "GRU" or "SimpleRNN", else null.
const CellRule *cellOf(const std::string &className);

/// "layer" or "backward_layer" of a Bidirectional as a layer by itself, without weights: those
/// stand in the Bidirectional under "forward_" and "backward_" and their names.
LayerSpec directionOf(const LayerSpec &bidirectional, const char *key);

/// The weights of a recurrent layer whose input has so many features; names get `prefix`.
std::vector<WeightSpec> cellWeights(const LayerSpec &layer, int64_t features,
                                    const std::string &scope, const std::string &prefix = "");

/// The units of each state of a recurrent layer, in Keras's order: those of its cell, or of the
/// forward cell, then of the backward one. Empty for other layers.
std::vector<int64_t> stateUnits(const LayerSpec &layer);

/// The shapes of all outputs of a layer whose first is `output`: an output for each direction where
/// a Bidirectional does not merge them, then the final states with return_state.
std::vector<Shape> allOutputs(const LayerSpec &layer, Shape output);

/// Throws UserError, located at `location`, unless the layer can be called on these inputs: one
/// tensor, and an initial state for each of its states or none.
void checkStates(const LayerSpec &layer, const std::vector<Shape> &inputs,
                 const SourceLocation &location);

/// How many gates stand side by side in a weight of a layer: 1 outside of recurrent ones.
int64_t gatesOf(const LayerSpec &layer, const WeightSpec &weight);

} // namespace keratin
