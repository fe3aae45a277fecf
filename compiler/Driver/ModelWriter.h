// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models as files, by the suffix of the file.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

#include <string>

namespace keratin {

/// Throws UserError where a model cannot be written to `path`: before any work is done for it.
void checkModelOutput(const std::string &path);

/// Writes a model as the suffix says; weights and optimizer state alone as an .npz that --weights
/// reads. The weights must have values. Throws UserError.
void writeModel(const std::string &path, const ModelSpec &model, const WarningHandler &warn);

} // namespace keratin
