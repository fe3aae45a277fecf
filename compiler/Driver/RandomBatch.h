// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made-up data that fit a model, for commands that check or time it.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <cstdint>
#include <vector>

namespace keratin {

struct RandomBatch {
  std::vector<rt::Array> x, y;
};

/// `rows` samples of `steps` steps where the model leaves them open: indices within the vocabulary
/// (a fifth of them 0, so that masks have something to do), normal numbers, and targets such as the
/// losses expect (none without a loss). The same seed gives the same batch.
RandomBatch makeRandomBatch(const ModelSpec &model, int64_t rows, int64_t steps, uint64_t seed);

} // namespace keratin
