// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The golden cases that Keratin must read.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <string>
#include <vector>

namespace keratin::test {

struct GoldenCase {
  Json entry; ///< of index.json
  std::string name() const { return entry.at("name").get<std::string>(); }
  std::string kind() const { return entry.at("kind").get<std::string>(); }
  /// Whether Keras recorded in the file how it joined masks, with operations of its own
  /// ("LogicalOr"). Keratin has none of them and lets such masks travel anew, so that layers and
  /// calls of such a model are fewer.
  bool recordsJoinedMasks() const;
  /// The path of the file of a role ("keras", "h5", "weights", …), or "" where the case has none.
  std::string file(const std::string &role) const;
};

std::string goldenPath(const std::string &relative);

/// The cases with files of a model that neither list of refused cases has; at least 70, or the
/// test that asks fails.
std::vector<GoldenCase> goldenCases();

std::string readText(const std::string &path);

/// Compares weights of two models by value, paths left aside.
void expectSameWeights(const ModelSpec &a, const ModelSpec &b);

} // namespace keratin::test
