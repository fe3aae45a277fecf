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

/// How many gates stand side by side in a weight of a layer: 1 outside of recurrent ones.
int64_t gatesOf(const LayerSpec &layer, const WeightSpec &weight);

} // namespace keratin
