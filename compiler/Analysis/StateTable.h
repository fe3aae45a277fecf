// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where each state that is kept between calls stands in the caller's block of states.
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace keratin {

/// The module attribute that lists the states of a stateful model: a pair of name and units each.
inline constexpr llvm::StringLiteral statesAttrName = "keratin.states";
/// The role of an entry's arguments and results that are states, and of the block in buffer form.
inline constexpr llvm::StringLiteral stateRole = "state", statesRole = "states";

/// States are dense arrays [batch, units] of float, each at a multiple of blockAlignment.
class StateTable {
public:
  /// `module` has statesAttrName, or there are no states.
  StateTable(mlir::ModuleOp module, int64_t batch);

  struct Entry {
    std::string name; ///< "lstm/h"
    int64_t units;
    int64_t offset; ///< in bytes
  };
  const std::vector<Entry> &entries() const { return table; }
  const Entry &lookup(llvm::StringRef name) const;
  int64_t totalBytes() const { return total; }

private:
  std::vector<Entry> table;
  int64_t total = 0;
};

} // namespace keratin
