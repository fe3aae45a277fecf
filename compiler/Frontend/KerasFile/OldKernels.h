// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution kernels as Keras 1 shaped them, and as Theano read them. Private to this folder.
#pragma once

#include "compiler/Frontend/KerasFile/Hdf5File.h"
#include "compiler/Frontend/ModelSpec.h"

#include <unordered_set>

namespace keratin {

/// The kernels of a model's convolutions in a file. All but these are stored in the same way by
/// every version and under every back end of Keras.
class OldKernels {
public:
  /// Reads under which back end the file was saved. Throws UserError where the model has
  /// convolutions and the back end is unknown.
  OldKernels(const ModelSpec &model, const Hdf5File &file, const SourceLocation &location);

  /// Whether an array of the shape `stored` holds the weight, in today's shape or in one of Keras
  /// 1, whose convolutions over steps were such over images: (steps, 1, features, filters), and
  /// before 1.2 (filters, features, steps, 1).
  bool fits(const WeightSpec &weight, const Shape &stored) const;

  /// What fits a weight, in today's form: shape (steps, features, filters), steps in the order in
  /// which a correlation meets them.
  rt::Array convert(const WeightSpec &weight, rt::Array stored) const;

private:
  std::unordered_set<const WeightSpec *> kernels;
  bool backwards = false; ///< Theano convolves: the last step of a kernel meets the first input
};

} // namespace keratin
