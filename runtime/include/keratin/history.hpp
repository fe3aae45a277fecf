// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A training's History as JSON: {"epoch":[0,1],"accuracy":[…],"loss":[…],"step_loss":[…],"seed":7}.
#pragma once

#include "keratin/trainer.hpp"

namespace keratin::rt {

/// Values keep all their digits; NaN and infinities become null, JSON has none.
std::string formatHistory(const History &history, uint64_t seed);

} // namespace keratin::rt
