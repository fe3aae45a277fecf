// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a front end can ask of a model once it is specified: train, evaluate, predict, read and
// write weights. Session implements it with compiled code; the script evaluator and the command
// line know only this.
#pragma once

#include "compiler/Frontend/ModelSpec.h"
#include "keratin/trainer.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace keratin {

// Arrays are a tensor each: inputs in the model's order, targets one an output.
using rt::EvaluateArguments;
using rt::FitArguments;
using rt::History;
using rt::Logs;
using rt::PredictArguments;

class Engine {
public:
  virtual ~Engine() = default;
  virtual History fit(const FitArguments &arguments) = 0;
  /// {"loss", v}, then the compiled metrics in Keras's order.
  virtual Logs evaluate(const EvaluateArguments &arguments) = 0;
  virtual std::vector<rt::Array> predict(const PredictArguments &arguments) = 0;
  /// Canonical weights in get_weights() order.
  virtual std::vector<rt::Array> getWeights() = 0;
  virtual void setWeights(const std::vector<rt::Array> &weights) = 0;
  /// In Keras's order; nothing where the model was not trained or has no optimizer.
  virtual std::optional<OptimizerState> optimizerState() { return std::nullopt; }
  /// Where it is not as compiled: callbacks have set it.
  virtual std::optional<double> learningRate() { return std::nullopt; }
};

/// Settings of the process that front ends pass through.
struct RunOptions {
  uint64_t seed = 0;      ///< of dropout, shuffling and initial weights
  bool seedGiven = false; ///< false: a fresh one was drawn
  int threads = 0;        ///< 0: all cores
  bool quiet = false;
  bool realDataOnly = false;
};

/// Makes the engine for a model. Front ends are given one so that they link no compiler.
using EngineFactory = std::function<std::unique_ptr<Engine>(ModelSpec &, const RunOptions &)>;

} // namespace keratin
