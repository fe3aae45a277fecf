// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What outlives one run of the reference evaluator: parameters, optimizer slots, gradients,
// accumulators.
#pragma once

#include "compiler/Reference/Tensor.h"

#include <map>
#include <string>

namespace keratin::reference {

/// A running weighted mean: sum / weight.
struct Accumulator {
  double sum = 0;
  double weight = 0;
};

/// Parameters are in Keras's own shape and order.
struct State {
  std::map<std::string, Tensor> params;
  /// By parameter, then by slot ("momentum"), shaped as the parameter; zero until the first update.
  std::map<std::string, std::map<std::string, Tensor>> slots;
  /// What keratin.write_gradient handed out last, by parameter.
  std::map<std::string, Tensor> gradients;
  /// What keratin.record added up, by slot.
  std::map<int64_t, Accumulator> accumulators;
};

} // namespace keratin::reference
