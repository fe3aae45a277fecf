// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Analysis/StateTable.h"
#include "compiler/Analysis/ParamTable.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

StateTable::StateTable(ModuleOp module, int64_t batch) {
  auto states = module->getAttrOfType<ArrayAttr>(statesAttrName);
  if (!states)
    return;
  for (auto state : states.getAsRange<ArrayAttr>()) {
    int64_t units = cast<IntegerAttr>(state[1]).getInt();
    table.push_back({cast<StringAttr>(state[0]).str(), units, total});
    total += llvm::alignTo(batch * units * static_cast<int64_t>(sizeof(float)), blockAlignment);
  }
}

const StateTable::Entry &StateTable::lookup(llvm::StringRef name) const {
  return *llvm::find_if(table, [&](const Entry &entry) { return entry.name == name; });
}

} // namespace keratin
