// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The activation that changed under its name.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// hard_sigmoid was 0.2x + 0.5 until Keras 3 made it x/6 + 0.5. Gives that of a layer of Keras 1 or
/// 2, and of the layers inside of it, a name of its own: hard_sigmoid_keras2.
void useOldHardSigmoid(LayerSpec &layer);

/// Whether the layer has it, or one inside of the layer. Keras 3 cannot express it.
bool hasOldHardSigmoid(const LayerSpec &layer);

} // namespace keratin
