// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's weights in working form before it runs: what --embed-weights puts into artifacts.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace keratin {

/// The params block of a module in flat form, whatever its target, as its own NAME_pack makes it of
/// the model's weights: pack is compiled for this machine and run. Throws UserError for a model
/// without weights, std::logic_error for what cannot go wrong. The module is not changed.
std::vector<float> packWeights(const ModelSpec &model, mlir::ModuleOp flat,
                               const std::string &name);

} // namespace keratin
