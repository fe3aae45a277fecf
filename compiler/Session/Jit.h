// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads an object file into this process: the same bytes that an ahead-of-time compilation writes.
#pragma once

#include "keratin/abi.h"

#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <string>

namespace keratin {

class LoadedModel {
public:
  /// `object` defines the entries of model `name` for the host; `info` is its ModelInfo.
  LoadedModel(llvm::ArrayRef<char> object, const std::string &name, std::string info);
  ~LoadedModel();

  /// Valid as long as this object; entries that the object does not define are null.
  const krt_model &entries() const { return table; }

private:
  struct State;
  std::unique_ptr<State> state;
  std::string info;
  krt_model table{};
};

} // namespace keratin
