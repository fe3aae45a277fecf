// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data as compiled entries take it: checked, in the model's shapes and element types.
#pragma once

#include "keratin/model_info.hpp"

#include <utility>
#include <vector>

namespace keratin::rt {

struct PreparedData {
  std::vector<Array> x, y;
  std::vector<Array> sampleWeights; ///< float32, one an output; empty: none
  int64_t rows = 0;
  int32_t steps = 1; ///< the dynamic extent of axis 1, or the entry's maximum if the model has none
};

/// Gives every array the rank and element type of its tensor (a trailing axis of 1 is added or
/// dropped, as Keras does), and throws Error, naming row and value, on other shapes, different
/// numbers of rows, no rows at all, NaN, an index outside the vocabulary, and a label that is no
/// class.
PreparedData prepareInputs(const ModelInfo &info, const std::vector<Array> &x,
                           const EntryInfo &entry);
PreparedData prepareData(const ModelInfo &info, const std::vector<Array> &x,
                         const std::vector<Array> &y, const std::vector<Array> &sampleWeights,
                         const EntryInfo &entry);

/// Keras's class_weight as sample weights: float32 (rows), 1 for classes not listed. One output
/// with one label a row only.
std::vector<Array> classWeights(const ModelInfo &info, const PreparedData &data,
                                const std::vector<std::pair<int64_t, double>> &weightOfClass);

/// "(None, 80)" with a negative extent as None.
std::string showShape(const std::vector<int64_t> &shape);
/// Up to nine digits, as few as needed.
std::string showNumber(double value);

/// The errors for an element of a row of the data.
[[noreturn]] void throwIndexError(const TensorInfo &input, int64_t row, int64_t position,
                                  double value);
[[noreturn]] void throwLabelError(const TensorInfo &target, int64_t row, double value);

} // namespace keratin::rt
