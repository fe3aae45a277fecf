// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs snippets with an engine that computes nothing, and catches what they print.
#pragma once

#include "compiler/Frontend/Dsl/script.h"

#include <string>
#include <vector>

namespace keratin::test {

/// What a fake engine was asked.
struct EngineLog {
  std::vector<FitArguments> fits;
  std::vector<EvaluateArguments> evaluations;
  std::vector<PredictArguments> predictions;
  std::vector<uint64_t> seeds;
  std::vector<double> rates; ///< of the epochs, as callbacks set them; 0.5 at first
};

struct Outcome {
  std::string out, err;
  int exitCode = 0;
  std::string error; ///< "line:col: message", or ""
  std::string hint;
  EngineLog log;
  std::optional<ModelSpec> model;
};

/// Fit adds one to each trainable weight and gives losses 0.5, 0.25, …; evaluate 0.5 and 0.75 for each metric; predict i / 4.
Outcome runSource(const std::string &source, ScriptOptions options = {});
Outcome runFile(const std::string &path, ScriptOptions options = {});

struct SpecOutcome {
  ModelSpec spec;
  FitHints hints;
  std::string error;
};
SpecOutcome specOfSource(const std::string &source, const std::string &model = "");

} // namespace keratin::test
