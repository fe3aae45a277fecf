// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes and pipelines that every Keratin tool knows.
#pragma once

#include "compiler/Autodiff/Passes.h"
#include "compiler/Conversion/FlatToEmitC/Passes.h"
#include "compiler/Conversion/Passes.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Transforms/Passes.h"

#include "mlir/Transforms/Passes.h"

namespace keratin {

inline void registerAllPasses() {
  mlir::registerTransformsPasses();
  registerKeratinTransformsPasses();
  registerKeratinAutodiffPasses();
  registerKeratinConversionPasses();
  registerKeratinFlatToEmitCPasses();
  registerKeratinPipelines();
}

} // namespace keratin
