// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks in .h5 files. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

/// Takes the masks that come with the inputs anyway out of a functional model's serialized layers,
/// and the operations that nothing reads any more: Keras writes operations into .h5 files and
/// cannot read them there.
void dropCarriedMasks(const ModelSpec &model, Json &layers);

} // namespace keratin
