// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The activation that changed under its name.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// hard_sigmoid was 0.2x + 0.5 until Keras 3 made it x/6 + 0.5: under the same name it would give
/// other numbers. Throws UserError if a layer of Keras `version`, 1 or 2, has it, or one inside of
/// the layer.
void refuseOldHardSigmoid(const LayerSpec &layer, const std::string &version);

} // namespace keratin
