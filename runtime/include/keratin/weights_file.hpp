// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights and optimizer state as one .npz: w_000, w_001, … in get_weights() order, then
// optimizer_iteration and optimizer_<slot>_000, … an array a trainable weight.
#pragma once

#include "keratin/npz.hpp"
#include "keratin/trainer.hpp"

#include <optional>

namespace keratin::rt {

struct SavedWeights {
  std::vector<Array> weights;
  std::optional<OptimizerState> optimizer;
};

/// Also takes any .npz whose numeric members are the weights in order (numpy.savez(f,
/// *model.get_weights()) names them arr_0, …). Throws Error.
SavedWeights readWeights(const std::string &path);
/// The same from an image in memory; `name` is for messages.
SavedWeights readWeights(NpzReader &archive, const std::string &name);
/// "w_007" for stem "w": how arrays of a series are named.
std::string numberedName(const std::string &stem, size_t i);
NamedArrays nameWeights(const SavedWeights &saved);

} // namespace keratin::rt
