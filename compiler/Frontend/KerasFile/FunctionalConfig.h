// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functional models of a file. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

/// A model from the config of a Functional: layers with inbound_nodes, input_layers, output_layers.
ModelSpec functionalFromConfig(const Json &config, const SourceLocation &location,
                               const WarningHandler &warn);

} // namespace keratin
