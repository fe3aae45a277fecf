// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Analysis/ParamTable.h"

#include "llvm/Support/MathExtras.h"

namespace keratin {

ParamTable::ParamTable(mlir::ModuleOp module) {
  for (ParamOp param : module.getOps<ParamOp>()) {
    index[param.getSymName()] = table.size();
    table.push_back({param, total});
    mlir::MemRefType type = param.getWorkingType();
    int64_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
    total += llvm::alignTo(bytes, blockAlignment);
  }
}

} // namespace keratin
