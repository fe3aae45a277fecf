// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each layer class does to shapes and which weights it has.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// The layer's output shape for an input of this shape. Throws UserError in Keras's words where the
/// rank or a dimension does not fit; `location` is that of the call, else the layer's own is used.
Shape outputShape(const LayerSpec &layer, const Shape &input, const SourceLocation &location);

/// The weights of a layer for an input of this shape, values empty, in get_weights order; paths
/// begin with `scope` ("sequential/lstm"). The input fits, see outputShape.
std::vector<WeightSpec> makeWeights(const LayerSpec &layer, const Shape &input,
                                    const std::string &scope);

} // namespace keratin
