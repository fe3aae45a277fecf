// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the passes and pipelines: the one file that sees all their headers.
#include "compiler/InitAllPasses.h"

#include "compiler/Autodiff/Passes.h"
#include "compiler/Conversion/FlatToEmitC/Passes.h"
#include "compiler/Conversion/Passes.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Transforms/Passes.h"

#include "mlir/Transforms/Passes.h"

void keratin::registerAllPasses() {
  mlir::registerTransformsPasses();
  registerKeratinTransformsPasses();
  registerKeratinAutodiffPasses();
  registerKeratinConversionPasses();
  registerKeratinFlatToEmitCPasses();
  registerKeratinPipelines();
}
