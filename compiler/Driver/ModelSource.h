// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MODEL on the command line: a script, a Keras file.
#pragma once

#include "compiler/Frontend/Dsl/script.h"
#include "compiler/Frontend/Layers/Arguments.h"
#include "compiler/Frontend/ModelSpec.h"

#include <string>
#include <vector>

namespace keratin {

/// Writes warnings to a stream, each with its place.
WarningHandler warningsTo(std::ostream &err);

/// What every command that takes a MODEL lets the user say about it.
struct ModelSourceOptions {
  std::string path;
  std::string modelName; ///< among several of a script
  std::vector<std::string>
      inputShapes;     ///< "[NAME=]80" or "80,4": steps and features without the batch
  std::string weights; ///< .keras, .h5, .weights.h5, or .npz in get_weights order; "": as they are
  RunOptions run;
};

struct ModelSource {
  ModelSpec model;
  FitHints hints; ///< empty call unless MODEL is a script that uses the model
};

/// Reads or evaluates MODEL, draws weights that have no value, loads --weights (with the optimizer
/// state of such a file), and resolves metrics. Warnings go to `err`. Throws UserError.
ModelSource loadModelSource(const ModelSourceOptions &options, std::ostream &err);

/// Steps that the model leaves open as the script's own data have them; 0: it leaves none open, or
/// there are no data.
int64_t stepsOfHints(const ModelSource &source);

/// The stem of a path as a C identifier: "my-model.py" is my_model.
std::string identifierFromPath(const std::string &path);

} // namespace keratin
