// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights and optimizer state of an .npz file, as Keratin's programs write it. Private to this
// folder.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

/// Weights in get_weights() order. The model is unchanged on errors.
void readNpzWeights(ModelSpec &model, const std::string &path);

/// Sets model.optimizerState where the file has one that fits; another one is warned about.
void readNpzOptimizerState(ModelSpec &model, const std::string &path, const WarningHandler &warn);

} // namespace keratin
