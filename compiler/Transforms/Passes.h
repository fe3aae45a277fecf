// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes from keratin to keratin in tensor form; Passes.td describes them.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace keratin {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Transforms/Passes.h.inc"

} // namespace keratin
