// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes and pipelines that every Keratin tool knows.
#pragma once

#include "compiler/Conversion/FlatToEmitC/Passes.h"

#include "mlir/Transforms/Passes.h"

namespace keratin {

inline void registerAllPasses() {
  mlir::registerTransformsPasses();
  registerKeratinFlatToEmitCPasses();
}

} // namespace keratin
