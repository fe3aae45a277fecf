// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists of integers of different lengths, and keras.utils.pad_sequences.
#pragma once

#include "keratin/array.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keratin::datasets {

/// Rows of different lengths, as Keras's object arrays of int lists.
struct Sequences {
  std::vector<std::vector<int32_t>> rows;
  int64_t size() const { return static_cast<int64_t>(rows.size()); }
};

/// Keras's arguments of pad_sequences, with its defaults.
struct PadArguments {
  std::optional<int64_t> maxLength; ///< none: the longest row
  rt::DType dtype = rt::DType::Int32;
  std::string padding = "pre";    ///< or "post"
  std::string truncating = "pre"; ///< or "post"; "pre" keeps the last maxLength
  double value = 0;
};

/// (rows, maxLength). Throws UserError on arguments that Keras refuses, and on values beyond dtype.
rt::Array padSequences(const Sequences &sequences, const PadArguments &arguments = {});
/// The same for rows of numbers that are not integers.
rt::Array padSequences(const std::vector<std::vector<double>> &rows,
                       const PadArguments &arguments = {});

} // namespace keratin::datasets
