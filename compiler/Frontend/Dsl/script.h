// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras scripts: running one, and finding the model that one builds.
#pragma once

#include "compiler/Frontend/Datasets/Imdb.h"
#include "compiler/Frontend/Engine.h"

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keratin {

struct ScriptOptions {
  RunOptions run;
  datasets::DatasetOptions datasets;
  std::map<std::string, std::string> globals; ///< strings that the script finds defined ("WORKDIR")
  int terminalWidth = 80;                     ///< columns, for model.summary()
};

struct ScriptResult {
  int exitCode = 0; ///< of the script's own exit(n)
  /// The model last compiled, else last built, with the weights and optimizer state that it
  /// ended with.
  std::optional<ModelSpec> model;
};

/// Checks and runs a script. What it prints goes to `out`, warnings and notices to `err`.
/// `arguments` are sys.argv[1:]. Throws UserError, located in the script, before anything runs
/// where the error can be known then.
ScriptResult runScript(const std::string &path, const std::vector<std::string> &arguments,
                       const ScriptOptions &options, const EngineFactory &factory,
                       std::ostream &out, std::ostream &err);

/// What the first fit, evaluate or predict of a model was given.
struct FitHints {
  std::string call; ///< "fit", "evaluate", "predict", or "": the script never uses the model
  SourceLocation location;
  std::vector<Shape> x, y; ///< shapes of the data, rows first; y empty where none was given
  int64_t batchSize = 32;
  int64_t epochs = 1;
};

/// The model that a script builds, compiled if the script compiles it, and built if the script or
/// the data that it is first used with tell the input's shape. The script is checked and evaluated;
/// nothing is trained, what it prints is dropped, and evaluation ends where it needs a result of
/// training. `modelName` is the name of a variable or of a model; "" chooses the one last compiled,
/// else last built.
ModelSpec specFromScript(const std::string &path, const std::string &modelName,
                         const ScriptOptions &options, FitHints &hints, std::ostream &err);

} // namespace keratin
