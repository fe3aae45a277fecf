// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights as literals of C++.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace keratin {

/// A stretch of working weights: where it begins, in elements, and whose it is.
struct WeightSection {
  int64_t offset;
  std::string name;
};

/// Prints the definition of the constant `symbol`, with C linkage and aligned as params are, whose
/// elements read back as the same bits. Sections are in ascending order and named in comments.
void printWeights(llvm::StringRef symbol, llvm::ArrayRef<float> values,
                  llvm::ArrayRef<WeightSection> sections, llvm::raw_ostream &os);

} // namespace keratin
