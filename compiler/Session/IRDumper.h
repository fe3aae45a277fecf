// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the module after every pass to a folder, so that each step of a compilation can be read,
// and run again.
#pragma once

#include "mlir/Pass/PassInstrumentation.h"

#include <memory>
#include <string>

namespace keratin {

/// Files are `NN-<pass>.mlir`, with locations; keratin-opt reads them. The folder must exist.
std::unique_ptr<mlir::PassInstrumentation> createIRDumper(std::string directory);

} // namespace keratin
