// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way from the flat form to C++.
#pragma once

#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Pass/Pass.h"

namespace keratin {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Conversion/FlatToEmitC/Passes.h.inc"

} // namespace keratin
