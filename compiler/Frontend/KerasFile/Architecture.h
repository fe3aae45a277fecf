// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds a model from the architecture JSON of a Keras file. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

namespace keratin {

/// Parses JSON of a file. Throws UserError where it is malformed or nested beyond reason; `what`
/// names it.
Json parseJson(const std::string &text, const std::string &what, const SourceLocation &location);

/// A layer from {"class_name":…,"config":…}, or a model that is one.
NewLayer layerFromFile(const Json &object, const SourceLocation &location,
                       const WarningHandler &warn);

/// A model from {"class_name":"Sequential"|"Functional"|"Model","config":…} as Keras 3
/// (config.json) or Keras 1 and 2 (attribute model_config) write it. Weights are shaped and empty.
ModelSpec modelFromConfig(const Json &architecture, const SourceLocation &location,
                          const WarningHandler &warn);

} // namespace keratin
