// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keratin/did_you_mean.hpp"

#include <algorithm>
#include <vector>

namespace keratin::rt {

int editDistance(const std::string &a, const std::string &b) {
  // Three rows of the dynamic programme: two back (for transpositions), previous, current.
  size_t n = b.size();
  std::vector<int> twoBack(n + 1), previous(n + 1), current(n + 1);
  for (size_t j = 0; j <= n; ++j)
    previous[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (size_t j = 1; j <= n; ++j) {
      int substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({substitution, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], twoBack[j - 2] + 1);
    }
    std::swap(twoBack, previous);
    std::swap(previous, current);
  }
  return previous[n];
}

} // namespace keratin::rt
