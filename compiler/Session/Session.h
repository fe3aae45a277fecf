// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model compiled for this machine and loaded: what runs scripts and the command line's fit,
// evaluate, predict.
#pragma once

#include "compiler/Frontend/Engine.h"
#include "compiler/Session/Compilation.h"
#include "compiler/Session/Jit.h"
#include "keratin/trainer.hpp"

#include <csignal>
#include <memory>

namespace keratin {

/// Compiles when it is first used, for the batch and steps of that use; again when a later use
/// needs more. Weights and optimizer state are kept then. Throws UserError.
class Session : public Engine {
public:
  struct Options {
    RunOptions run;
    std::string cpu = "native";
    std::function<void(llvm::StringRef, double)> onPhase;
    const volatile std::sig_atomic_t *interrupted = nullptr;
  };

  /// The model's weights must have values. `model` must outlive the session.
  Session(ModelSpec &model, Options options);
  ~Session() override;

  History fit(const FitArguments &arguments) override;
  Logs evaluate(const EvaluateArguments &arguments) override;
  std::vector<rt::Array> predict(const PredictArguments &arguments) override;
  std::vector<rt::Array> getWeights() override;
  void setWeights(const std::vector<rt::Array> &weights) override;
  std::optional<OptimizerState> optimizerState() override;

  /// Gradients of the first batch that fit would take, an array a trainable weight.
  std::vector<rt::Array> gradientsOfFirstStep(const FitArguments &arguments);
  std::optional<double> learningRate() override;
  /// In place of the compiled one, from the next step on.
  void setLearningRate(double rate);

private:
  /// What a use needs at least.
  struct Needs {
    std::vector<Entry> entries;
    int64_t batch = 1, steps = 1;
    std::vector<Shape> apart; ///< see apartInputShapes
  };
  Needs needsOf(std::vector<Entry> entries, const std::vector<rt::Array> &x,
                int64_t batchSize) const;
  /// Settles what "accuracy" means from the shapes of targets.
  void resolve(const std::vector<rt::Array> &y);
  rt::Trainer &ready(Needs needs);
  /// Runs `body` on a trainer that begins with the layers' states, and keeps those it ends with.
  template <typename Body> auto withStates(rt::Trainer &ready, Body body);

  ModelSpec &model;
  Options options;
  std::optional<double> rateSet; ///< in place of the compiled learning rate
  Needs compiled;
  std::unique_ptr<LoadedModel> loaded;
  std::unique_ptr<rt::Trainer> trainer;
};

} // namespace keratin
