// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the files that Keras 1, 2 and 3 write, and writes Keras 3's: .keras, legacy .h5,
// .weights.h5, architecture as JSON.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

#include <string>

namespace keratin {

/// A whole model: architecture, weights, and, where the file has them, compile() arguments and
/// optimizer state. Whether `path` is a zip or an HDF5 file is read from its first bytes. What
/// cannot be trained with (a loss that Keratin lacks) is warned about and leaves the model
/// uncompiled. Throws UserError located at the file.
ModelSpec readKerasModel(const std::string &path, const WarningHandler &warn = {});

/// The model that to_json() describes: no weights, compiled if the text says how.
ModelSpec modelFromJson(const std::string &text, const SourceLocation &location,
                        const WarningHandler &warn = {});

/// Puts the weights of a .weights.h5, .keras or legacy .h5 file (whole model or weights only) into
/// a built model, as Keras's load_weights does; optimizer state in the file is left alone. The
/// model is unchanged when this throws.
void loadKerasWeights(ModelSpec &model, const std::string &path);

/// Takes the optimizer state of a file into a built and compiled model, so that training goes on
/// where it ended. Leaves the model as it is where the file has none, and with a warning where it
/// is another optimizer's.
void loadKerasOptimizerState(ModelSpec &model, const std::string &path,
                             const WarningHandler &warn = {});

/// Whether the suffix is that of a whole model: .keras, .h5, .hdf5 (but not .weights.h5).
bool isKerasModelPath(const std::string &path);
/// Whether the suffix is .weights.h5.
bool isKerasWeightsPath(const std::string &path);

/// Writes architecture, weights, compile() arguments and optimizer state, so that training can go
/// on in Keras or Keratin: a .keras file, or with another suffix a legacy .h5 file. The model is
/// built and its weights are drawn. The file appears whole or not at all, and the same model gives
/// the same bytes. Warns of what Keras's files cannot hold. Throws UserError.
void writeKerasModel(const ModelSpec &model, const std::string &path,
                     const WarningHandler &warn = {});

/// Writes weights and optimizer state to a .weights.h5 file; with another suffix the weights alone
/// to an .h5 file as Keras 1 and 2 made them, which Keras 3 reads too.
void writeKerasWeights(const ModelSpec &model, const std::string &path);

/// Keras's to_json(): architecture and compile() arguments. Warns as writeKerasModel does.
std::string modelToJson(const ModelSpec &model, const WarningHandler &warn = {});

} // namespace keratin
