// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine-readable description of a compiled model that header, runtime and tests read.
#pragma once

#include "compiler/Frontend/ModelSpec.h"
#include "compiler/Target/Object/Machine.h"

#include "mlir/IR/BuiltinOps.h"

namespace keratin {

/// Describes `model` compiled to `flat` (a module in the buffers, loops or flat form) as `name` for
/// `machine`. docs/abi.md explains the fields; keratin/model_info.hpp reads them.
Json modelInfo(const ModelSpec &model, mlir::ModuleOp flat, const std::string &name,
               const Machine &machine);

} // namespace keratin
