// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What somebody may have meant by a name that does not exist.
#pragma once

#include <string>

namespace keratin::rt {

/// Edit distance with transpositions (Damerau–Levenshtein, restricted).
int editDistance(const std::string &a, const std::string &b);

/// The name among `candidates` nearest to `name` and at most `farthest` edits away, as
/// `did you mean "x"?`, or "".
template <typename Range>
std::string didYouMean(const std::string &name, const Range &candidates, int farthest) {
  std::string best;
  int bestDistance = farthest + 1;
  for (const auto &candidate : candidates) {
    int distance = editDistance(name, std::string(candidate));
    if (distance < bestDistance) {
      bestDistance = distance;
      best = std::string(candidate);
    }
  }
  return best.empty() ? "" : "did you mean \"" + best + "\"?";
}

template <typename Range> std::string didYouMean(const std::string &name, const Range &candidates) {
  return didYouMean(name, candidates, static_cast<int>(name.size()) / 3 + 1);
}

} // namespace keratin::rt
