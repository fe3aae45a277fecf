// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a front end can ask of a model once it is specified: train, evaluate, predict, read and write weights.
// Session implements it with compiled code; the script evaluator and the command line know only this.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace keratin {

/// Keras's fit arguments. Arrays are a tensor each: inputs in the model's order, targets one an output.
struct FitArguments {
  std::vector<rt::Array> x, y;
  std::vector<rt::Array> sampleWeights;              ///< empty: none
  std::vector<rt::Array> validationX, validationY;   ///< empty: none
  std::vector<rt::Array> validationSampleWeights;
  std::vector<std::pair<int64_t, double>> classWeight;
  double validationSplit = 0;
  int64_t batchSize = 32;
  int64_t validationBatchSize = 0; ///< 0: as batchSize
  int64_t epochs = 1;
  int64_t initialEpoch = 0;
  int64_t maxSteps = -1; ///< stop after so many steps of an epoch; -1: all
  int verbose = 1;
  bool shuffle = true;
};

/// Keras's History: values an epoch by log name, in Keras's order, and the loss of each step before its update.
struct History {
  std::vector<int64_t> epochs;
  std::vector<std::pair<std::string, std::vector<double>>> values;
  std::vector<double> stepLoss;
};

struct EvaluateArguments {
  std::vector<rt::Array> x, y, sampleWeights;
  int64_t batchSize = 32;
  int verbose = 1;
};

struct PredictArguments {
  std::vector<rt::Array> x;
  int64_t batchSize = 32;
  int verbose = 1;
};

class Engine {
public:
  virtual ~Engine() = default;
  virtual History fit(const FitArguments &arguments) = 0;
  /// {"loss", v}, then the compiled metrics in Keras's order.
  virtual std::vector<std::pair<std::string, double>> evaluate(const EvaluateArguments &arguments) = 0;
  virtual std::vector<rt::Array> predict(const PredictArguments &arguments) = 0;
  /// Canonical weights in get_weights() order.
  virtual std::vector<rt::Array> getWeights() = 0;
  virtual void setWeights(const std::vector<rt::Array> &weights) = 0;
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
