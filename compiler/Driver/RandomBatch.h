// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made-up data that fit a model, for commands that check or time it.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <cstdint>
#include <vector>

namespace keratin {

struct RandomBatch {
  std::vector<rt::Array> x, y;
  std::vector<rt::Array> sampleWeights; ///< one an output, or none
};

/// `rows` samples of `steps` steps where the model leaves them open: indices within the vocabulary
/// (a fifth of them 0, so that masks have something to do), normal numbers, and targets such as the
/// losses expect (none without a loss), if `weighted` with weights from 0.5 to 1.5. The same seed
/// gives the same batch.
RandomBatch makeRandomBatch(const ModelSpec &model, int64_t rows, int64_t steps, uint64_t seed,
                            bool weighted = false);

} // namespace keratin
