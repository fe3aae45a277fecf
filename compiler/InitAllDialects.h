// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialects that every Keratin tool knows.
#pragma once

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace keratin {

void registerAllDialects(mlir::DialectRegistry &registry);

} // namespace keratin
