// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the weights and the optimizer's variables of a model lie in an HDF5 file. Private to this
// folder.
#pragma once

#include "compiler/Frontend/KerasFile/Hdf5File.h"
#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

/// Reads all weights from a file of either layout: Keras 3's (groups layers/<key>/…/vars/<i>, where
/// the key counts classes) or the legacy one (layers and weights by position, as the attributes
/// layer_names and weight_names list them). Shapes are compared before anything is read; the model
/// is unchanged on errors.
void readWeights(ModelSpec &model, const Hdf5File &file, const SourceLocation &location);

/// Sets model.optimizerState, and the learning rate from its variable, where the file has a state
/// that fits the model's optimizer. One that does not fit is warned about.
void readOptimizerState(ModelSpec &model, const Hdf5File &file, const SourceLocation &location,
                        const WarningHandler &warn);

/// The weights that an optimizer keeps slots of, in its order.
std::vector<const WeightSpec *> trainableWeights(const ModelSpec &model);

/// Says that a file's optimizer state is left out.
void warnOfOtherOptimizer(const ModelSpec &model, const SourceLocation &location,
                          const WarningHandler &warn);

} // namespace keratin
