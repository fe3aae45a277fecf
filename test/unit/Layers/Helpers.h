// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Short ways to write constructor calls and to expect a user error.
#pragma once

#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <gtest/gtest.h>

#include <string>

namespace keratin::test {

inline const SourceLocation callSite = {"model.py", 7, 11};

inline Argument positional(Json value) { return {"", std::move(value), {}, {}}; }
inline Argument keyword(std::string name, Json value) {
  return {std::move(name), std::move(value), {"model.py", 7, 30}, {}};
}

inline NewLayer layer(const std::string &className, const Arguments &arguments, AutoNames &names,
                      const WarningHandler &warn = {}) {
  return makeLayer(className, arguments, callSite, names, warn);
}

/// Runs `work` and returns the UserError that it throws; fails where it throws none.
template <typename Work> UserError userError(Work work) {
  try {
    work();
  } catch (const UserError &error) {
    return error;
  }
  ADD_FAILURE() << "expected a UserError";
  return UserError({}, "");
}

template <typename Work> std::string messageOf(Work work) { return userError(work).message; }

} // namespace keratin::test
