// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of activation layers.
#include "compiler/Frontend/Layers/LayerSchema.h"

namespace keratin::tables {

std::vector<ClassSchema> activationLayers() {
  return {layer("ReLU", {{"max_value", P::OptionalFloat},
                         {"negative_slope", P::NonNegative, 0.0},
                         {"threshold", P::NonNegative, 0.0}}),
          layer("LeakyReLU", {{"negative_slope", P::NonNegative, 0.3}}),
          layer("ELU", {{"alpha", P::Float, 1.0}}),
          layer("PReLU", {{"alpha_initializer", P::Initializer, "Zeros"},
                          regularizer("alpha_regularizer"),
                          constraint("alpha_constraint"),
                          {"shared_axes", P::Ints}}),
          layer("Softmax", {{"axis", P::Ints, -1}})};
}

} // namespace keratin::tables
