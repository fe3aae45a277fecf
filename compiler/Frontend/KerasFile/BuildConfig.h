// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The shapes that Keras notes beside each layer of a file. Private to this folder.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// [null, 6] with the batch first; null where a dimension is not known.
Json shapeJson(const Shape &shape);

/// {"input_shape":…}: with which shapes, batch first, a layer was built; initial states follow the
/// input. Null for a class that Keras builds without shapes.
Json buildConfig(const LayerSpec &layer, const std::vector<Shape> &inputs);

/// A layer's config, in which each layer inside of it has its build_config too.
Json configWithBuildConfigs(const LayerSpec &layer, const std::vector<Shape> &inputs);

} // namespace keratin
