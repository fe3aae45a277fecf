// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's fit, evaluate and predict around the entries of one compiled model.
#pragma once

#include "keratin/abi.h"
#include "keratin/array.hpp"
#include "keratin/callbacks.hpp"
#include "keratin/context.hpp"
#include "keratin/model_info.hpp"
#include "keratin/mt19937.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace keratin::rt {

/// Keras's fit arguments. Arrays are a tensor each: inputs in the model's order, targets one an
/// output.
struct FitArguments {
  std::vector<Array> x, y;
  std::vector<Array> sampleWeights; ///< empty: none
  std::vector<Array> validationX, validationY;
  std::vector<Array> validationSampleWeights;
  std::vector<std::pair<int64_t, double>> classWeight;
  double validationSplit = 0;
  int64_t batchSize = 32;
  int64_t validationBatchSize = 0; ///< 0: as batchSize
  int64_t epochs = 1;
  int64_t initialEpoch = 0;
  int64_t maxSteps = -1; ///< stop after so many steps of an epoch; -1: all
  /// 0: all. An epoch goes on with the data where the one before ended, and ends with them.
  int64_t stepsPerEpoch = 0;
  int64_t validationSteps = 0;           ///< 0: all
  int64_t validationFreq = 1;            ///< validate after every so many epochs
  std::vector<int64_t> validationEpochs; ///< or after these, from 1
  Callbacks callbacks;
  int verbose = 1;
  bool shuffle = true;
};

/// Keras's History: values an epoch by log name, in Keras's order, and the loss of each step before
/// its update.
struct History {
  std::vector<int64_t> epochs;
  std::vector<std::pair<std::string, std::vector<double>>> values;
  std::vector<double> stepLoss;
};

struct EvaluateArguments {
  std::vector<Array> x, y, sampleWeights;
  int64_t batchSize = 32;
  int verbose = 1;
};

struct PredictArguments {
  std::vector<Array> x;
  int64_t batchSize = 32;
  int verbose = 1;
};

/// Optimizer state in canonical form.
struct OptimizerState {
  int64_t iteration = 0;
  std::vector<std::pair<std::string, std::vector<Array>>>
      slots; ///< slot name -> an array a trainable weight
};

struct TrainerOptions {
  uint64_t seed = 0;       ///< of dropout and of the order of samples
  int threads = 0;         ///< 0: defaultThreads()
  std::FILE *out = stdout; ///< where progress is shown
  /// Set by a signal handler: fit, evaluate and predict throw Interrupted before the next step.
  const volatile std::sig_atomic_t *interrupted = nullptr;
};

/// Owns the working weights, the optimizer block and the workspaces of one model. All methods throw
/// Error for what the user can mend: shapes, sizes, values, an entry that was not compiled. Weights
/// start at zero.
class Trainer {
public:
  explicit Trainer(const krt_model &model, const TrainerOptions &options = {});
  ~Trainer();
  Trainer(const Trainer &) = delete;
  Trainer &operator=(const Trainer &) = delete;

  const ModelInfo &info() const;

  /// Float32 arrays in get_weights() order and Keras's shapes.
  void setWeights(const std::vector<Array> &weights);
  std::vector<Array> getWeights() const;
  /// What a stateful model keeps between batches, in the order of info().states; zero at first. All
  /// of fit, evaluate and predict go on from there.
  void setStates(const std::vector<Array> &states);
  std::vector<Array> getStates() const;
  void setOptimizerState(const OptimizerState &state);
  OptimizerState getOptimizerState() const;
  /// Used from the next step on; starts as compiled.
  void setLearningRate(double rate);
  double learningRate() const;
  /// Whether a schedule sets it.
  bool hasSchedule() const;

  /// May be called again: optimizer state and the random streams go on.
  History fit(const FitArguments &arguments);
  /// {"loss", v}, then the compiled metrics in Keras's order.
  Logs evaluate(const EvaluateArguments &arguments);
  std::vector<Array> predict(const PredictArguments &arguments);
  /// The gradient of the total loss on the first batch that fit would take, an array a trainable
  /// weight.
  std::vector<Array> gradientsOfFirstStep(const FitArguments &arguments);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace keratin::rt
