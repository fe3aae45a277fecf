// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Draws initial weights from a seed: Keras's distributions from a generator of Keratin's own, so
// that the values are the same on every platform.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// Draws every weight that has no value yet. Weight i of the model uses stream i of `seed`, or,
/// where its initializer has a seed of its own, stream 0 of that.
void drawInitialWeights(ModelSpec &model, uint64_t seed);

/// One weight, float32, of the distribution that Keras documents for the initializer.
rt::Array drawWeight(const Json &initializer, const Shape &shape, uint64_t seed, uint64_t stream);

} // namespace keratin
