// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where each parameter stands in the block of working weights. Gradients and optimizer slots have
// the same layout.
#pragma once

#include "dialect/IR/KeratinOps.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

#include <vector>

namespace keratin {

/// Bytes to which params, slots and every buffer are aligned (KRT_ALIGNMENT of abi.h).
inline constexpr int64_t blockAlignment = 64;
/// Bytes before the first slot of the optimizer block, and before the first buffer of a workspace.
inline constexpr int64_t blockHeaderBytes = 64;

class ParamTable {
public:
  /// Parameters must have layouts.
  explicit ParamTable(mlir::ModuleOp module);

  struct Entry {
    ParamOp op;
    int64_t offset; ///< in bytes
  };
  const std::vector<Entry> &entries() const { return table; }
  const Entry &lookup(llvm::StringRef name) const { return table[index.lookup(name)]; }
  /// Bytes of all working weights.
  int64_t totalBytes() const { return total; }
  /// Offset in the optimizer block of a parameter's part of a slot.
  int64_t slotOffset(const Entry &entry, int64_t slot) const {
    return blockHeaderBytes + slot * total + entry.offset;
  }

private:
  std::vector<Entry> table;
  llvm::StringMap<size_t> index;
  int64_t total = 0;
};

} // namespace keratin
