// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The signatures of a model's entries for all who generate C: what krt_model in abi.h says, as
// data.
#pragma once

#include <string_view>
#include <vector>

namespace keratin {

struct EntryParameter {
  std::string_view type; ///< as C spells it: "const void *const *"
  std::string_view name; ///< "inputs"
};

/// When an entry is part of a model.
enum class EntryPresence {
  Always,
  OnRequest,  ///< one with a body of its own, if it was asked for
  WithStates, ///< where some entry keeps states
};

/// MODEL_<name>(parameters); returns a krt_status as int32_t.
struct EntrySignature {
  std::string_view name;  ///< "train_step"
  EntryPresence presence; ///< absent ones are null in krt_model
  std::vector<EntryParameter> parameters;
};

/// In the order of krt_model's members.
const std::vector<EntrySignature> &entryTable();

/// Null if there is no such entry.
const EntrySignature *findEntry(std::string_view name);

} // namespace keratin
