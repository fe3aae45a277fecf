// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The formula of each optimizer, for one vector of a parameter at a time.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

#include <memory>

namespace keratin {

/// One optimizer: scalars before the loop over a parameter, then the new weight from gradient and
/// slots.
class OptimizerRule {
public:
  /// Reads slot `i` of the vector at hand, or writes it.
  using ReadSlot = function_ref<Value(unsigned)>;
  using WriteSlot = function_ref<void(unsigned, Value)>;

  virtual ~OptimizerRule() = default;
  virtual Value update(KernelBuilder &k, Value weight, Value gradient, ReadSlot read,
                       WriteSlot write) = 0;
};

/// `iteration` counts the updates done before.
std::unique_ptr<OptimizerRule> makeOptimizerRule(KernelBuilder &k, mlir::Attribute optimizer,
                                                 Value learningRate, Value iteration);

} // namespace keratin
