// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the arrays of a data file find their places in a model: the naming conventions of every
// command line.
#pragma once

#include "keratin/model_info.hpp"
#include "keratin/npz.hpp"

#include <string>
#include <vector>

namespace keratin::rt {

/// The arrays of a .npz, .npy (named "x") or .csv file. A .csv with a header gives one array "x" of
/// all columns but those named y, y_0, … and sample_weight, which become arrays of their own;
/// without a header it is all "x". Throws Error.
NamedArrays readArrays(const std::string &path);

/// Writes .npz, or one array as .npy or .csv.
void writeArrays(const std::string &path, const NamedArrays &arrays);

/// A model's names for its tensors.
struct DataNames {
  std::vector<std::string> inputs, outputs;
};
DataNames dataNames(const ModelInfo &info);

/// What a command wants from the file.
enum class DataNeed { Inputs, InputsAndTargets };

struct DataSet {
  std::vector<Array> x, y, sampleWeights; ///< sampleWeights: empty or one an output
  std::string notice;                     ///< names the arrays not needed; or ""
};

/// An input is looked for by its name, then by position as x (if there is one), x_0, in_0; a target
/// by its output's name, then y, y_0; weights as sample_weight, sample_weight_0. A missing one is
/// an Error that names what was looked for and what the file holds. `path` is for messages.
DataSet selectData(NamedArrays arrays, const DataNames &names, DataNeed need,
                   const std::string &path);

/// Predictions under the names out_0, out_1, … and the outputs' own names.
NamedArrays nameOutputs(const std::vector<Array> &outputs, const DataNames &names);

} // namespace keratin::rt
