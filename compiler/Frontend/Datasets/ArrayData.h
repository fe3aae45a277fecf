// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data sets of arrays: keras.datasets.mnist and boston_housing.
#pragma once

#include "compiler/Frontend/Datasets/DataFile.h"
#include "keratin/array.hpp"

namespace keratin::datasets {

struct ArrayData {
  rt::Array xTrain, yTrain, xTest, yTest;
  std::string notice; ///< to show before training, or ""
};

/// Digits: images (rows, 28, 28) and labels, uint8, in the order of the file. Throws UserError
/// where there is no file or a damaged one.
ArrayData loadMnist(const std::string &path, const DatasetOptions &options);

/// Houses: (rows, 13) and prices, float64, shuffled and split as Keras does. Throws as loadMnist,
/// and for bad arguments.
ArrayData loadBostonHousing(const std::string &path, double testSplit, int64_t seed,
                            const DatasetOptions &options);

} // namespace keratin::datasets
