// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What one run of a script shares: where it prints, its options, Keras's and numpy's global state,
// its models.
#pragma once

#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/script.h"
#include "keratin/mt19937.hpp"

#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace keratin::dsl {

class Interpreter;

/// Ends an evaluation that only looks for a model: what comes next needs what was not computed.
struct StopEvaluation {};

/// A model as it was when the script first wanted to use it.
struct FirstUse {
  std::shared_ptr<Model> model;
  ModelSpec spec;
  FitHints hints;
};

struct ScriptState {
  ScriptState(std::string path, std::vector<std::string> arguments, const ScriptOptions &options,
              const EngineFactory *factory, std::ostream &out, std::ostream &err);

  std::string path;
  std::vector<std::string> arguments;
  ScriptOptions options;
  const EngineFactory *factory; ///< null: nothing is trained
  std::ostream &out, &err;

  AutoNames names;
  FunctionalGraph graph;
  std::vector<Value> graphLayers; ///< by their handles there: Layer or Model
  rt::RandomState pythonRandom;   ///< the random module's
  rt::RandomState random;         ///< numpy.random's global generator, seeded with the run's seed

  bool spec;               ///< only looking for a model: fit, evaluate and predict are skipped
  std::string wantedModel; ///< its name, or "": the one last compiled, else last built
  std::vector<std::shared_ptr<Model>> models; ///< in order of construction
  std::shared_ptr<Model> lastCompiled;
  std::vector<FirstUse> firstUses;
  std::set<std::string> unwrittenFiles; ///< that a script saves which is only looked through
  std::string closingNotice;
  bool usesKeras2 = false; ///< imports tf_keras

  void noteImport(const std::string &module) {
    usesKeras2 = usesKeras2 || module.rfind("tf_keras", 0) == 0;
  }

  /// Whether the model, or a variable that holds it, has the wanted name.
  bool isWanted(const Interpreter &interpreter, const Model &model) const;
  SourceLocation location(Pos pos) const { return {path, pos.line, pos.column}; }
  /// Prints "path:line:col: warning: message" to err, once.
  void warn(const SourceLocation &location, const std::string &message);
  WarningHandler warningHandler();

private:
  std::vector<std::string> warned;
};

} // namespace keratin::dsl
