// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the files that Keras 2 and Keras 3 write: .keras, legacy .h5, .weights.h5.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

#include <string>

namespace keratin {

/// A whole model: architecture, weights, and, where the file has them, compile() arguments and
/// optimizer state. Whether `path` is a zip or an HDF5 file is read from its first bytes. What
/// cannot be trained with (a loss that Keratin lacks) is warned about and leaves the model
/// uncompiled. Throws UserError located at the file.
ModelSpec readKerasModel(const std::string &path, const WarningHandler &warn = {});

/// Puts the weights of a .weights.h5, .keras or legacy .h5 file (whole model or weights only) into
/// a built model, as Keras's load_weights does; optimizer state in the file is left alone. The
/// model is unchanged when this throws.
void loadKerasWeights(ModelSpec &model, const std::string &path);

/// Takes the optimizer state of a file into a built and compiled model, so that training goes on
/// where it ended. Leaves the model as it is where the file has none, and with a warning where it
/// is another optimizer's.
void loadKerasOptimizerState(ModelSpec &model, const std::string &path,
                             const WarningHandler &warn = {});

} // namespace keratin
