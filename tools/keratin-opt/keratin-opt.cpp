// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs passes and pipelines on keratin IR, as in any MLIR project.
#include "compiler/InitAllDialects.h"
#include "compiler/InitAllPasses.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  keratin::registerAllDialects(registry);
  keratin::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Keratin pass driver\n", registry));
}
