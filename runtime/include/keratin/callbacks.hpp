// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's callbacks: what watches a training and steps in.
#pragma once

#include "keratin/array.hpp"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keratin::rt {

/// Log name and value.
using Logs = std::vector<std::pair<std::string, double>>;

/// What a callback may see and change of the training at hand.
class Training {
public:
  virtual ~Training() = default;
  virtual double learningRate() const = 0;
  /// Throws Error where a schedule sets it.
  virtual void setLearningRate(double rate) = 0;
  virtual std::vector<Array> getWeights() const = 0;
  virtual void setWeights(const std::vector<Array> &weights) = 0;
  /// Whether larger values of a log are better ("val_" is ignored); nothing where that is not
  /// known.
  virtual std::optional<bool> largerIsBetter(const std::string &log) const = 0;
  virtual std::FILE *out() const = 0;

  bool stopped = false; ///< set it to end the training after this epoch (or step)
};

/// Epochs and steps count from 0. Throws Error for what the user can mend.
class Callback {
public:
  virtual ~Callback() = default;
  virtual void onTrainBegin(Training &) {}
  virtual void onEpochBegin(int64_t, Training &) {}
  /// `logs`: the running means.
  virtual void onStepEnd(int64_t, const Logs &, Training &) {}
  /// May add to `logs`.
  virtual void onEpochEnd(int64_t, Logs &, Training &) {}
  virtual void onTrainEnd(Training &) {}
};
using Callbacks = std::vector<std::shared_ptr<Callback>>;

/// Which log decides, and which way is better.
struct Monitor {
  std::string log = "val_loss";
  std::string mode = "auto"; ///< "min", "max", "auto"; others mean "auto", with a warning
  double minDelta = 0;
};

struct EarlyStoppingOptions {
  Monitor monitor;
  int64_t patience = 0;
  int verbose = 0;
  std::optional<double> baseline;
  bool restoreBestWeights = false;
  int64_t startFromEpoch = 0;
};
std::shared_ptr<Callback> makeEarlyStopping(const EarlyStoppingOptions &options);

struct ReduceLROnPlateauOptions {
  Monitor monitor{"val_loss", "auto", 1e-4};
  double factor = 0.1; ///< below 1
  int64_t patience = 10;
  int verbose = 0;
  int64_t cooldown = 0;
  double minRate = 0;
};
std::shared_ptr<Callback> makeReduceLROnPlateau(const ReduceLROnPlateauOptions &options);

struct ModelCheckpointOptions {
  Monitor monitor;
  int verbose = 0;
  bool saveBestOnly = false;
  int64_t saveEvery = 0; ///< steps; 0: at the end of each epoch
  std::optional<double> initialThreshold;
  /// The file's name for an epoch and a step of it, both from 1, with the logs; step 0: at the end
  /// of the epoch.
  std::function<std::string(int64_t epoch, int64_t step, const Logs &logs)> path;
  /// Writes the model, or its weights, as they are now.
  std::function<void(const std::string &path)> save;
};
std::shared_ptr<Callback> makeModelCheckpoint(const ModelCheckpointOptions &options);

/// `schedule` gives the rate of an epoch from the one before.
std::shared_ptr<Callback>
makeLearningRateScheduler(std::function<double(int64_t epoch, double rate)> schedule, int verbose);

/// Writes a line an epoch as it ends. The file is new unless `append`.
std::shared_ptr<Callback> makeCSVLogger(const std::string &path, const std::string &separator,
                                        bool append);

/// Ends the training where the loss is no number, or throws Error there.
std::shared_ptr<Callback> makeTerminateOnNaN(bool throws = false);

} // namespace keratin::rt
