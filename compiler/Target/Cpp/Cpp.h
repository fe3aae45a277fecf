// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Standalone C++ from the flat form.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"

namespace keratin {

/// Prints a module in flat form as a C++17 source file that includes nothing but <stdint.h> and
/// <stddef.h>. The module is not changed. Fails after an error at the op that has no C++ form.
llvm::LogicalResult printCpp(mlir::ModuleOp flat, llvm::raw_ostream &os);

} // namespace keratin
