// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The case of letters, as sorted tables of ranges. Private to this folder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace keratin::datasets {

/// first, first + step, … last become what is `distance` further.
struct CaseRange {
  uint32_t first, last, step;
  int32_t distance;
};

/// A character that becomes two or three; the rest is 0.
struct CaseExpansion {
  uint32_t from, to[3];
};

struct CharacterRange {
  uint32_t first, last;
};

template <typename Row> struct Table {
  const Row *rows;
  size_t size;
  const Row *begin() const { return rows; }
  const Row *end() const { return rows + size; }
};

extern const Table<CaseRange> lowerRanges, upperRanges;
extern const Table<CaseExpansion> upperExpansions;
extern const Table<CharacterRange> cased;         ///< even without another case
extern const Table<CharacterRange> caseIgnorable; ///< marks and signs within words

} // namespace keratin::datasets
