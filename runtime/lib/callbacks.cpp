// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Behaviour and texts as in keras/src/callbacks.
#include "keratin/callbacks.hpp"
#include "keratin/error.hpp"
#include "keratin/float_repr.hpp"

#include <algorithm>
#include <cmath>

namespace keratin::rt {

namespace {

std::string fixed(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.5f", value);
  return buffer;
}

const double *find(const Logs &logs, const std::string &name) {
  for (const auto &[log, value] : logs)
    if (log == name)
      return &value;
  return nullptr;
}

void put(Logs &logs, const std::string &name, double value) {
  for (auto &[log, old] : logs)
    if (log == name) {
      old = value;
      return;
    }
  logs.emplace_back(name, value);
}

std::string names(const Logs &logs) {
  std::string text;
  for (const auto &[name, value] : logs)
    text += (text.empty() ? "" : ",") + name;
  return text;
}

void print(Training &training, const std::string &line) {
  std::fprintf(training.out(), "%s\n", line.c_str());
  std::fflush(training.out());
}

void warn(const std::string &text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

std::string epochText(int64_t epoch) { return "Epoch " + std::to_string(epoch + 1) + ": "; }

/// Compares values of one log.
class Comparison {
public:
  Comparison(std::string callback, Monitor monitor)
      : callback(std::move(callback)), monitor(std::move(monitor)) {
    std::string &mode = this->monitor.mode;
    if (mode == "min" || mode == "max")
      larger = mode == "max";
    else if (mode != "auto")
      warn(this->callback + " mode '" + mode + "' is unknown, fallback to auto mode.");
  }

  /// The log's value, or null where there is none. Throws where "auto" cannot tell what is better.
  const double *value(const Logs &logs, const Training &training) {
    if (!larger)
      larger = training.largerIsBetter(monitor.log);
    if (!larger)
      throw Error(callback + " callback received monitor=" + monitor.log +
                      ", but Keras isn't able to automatically determine whether that metric "
                      "should be maximized or minimized",
                  "pass mode='max' to monitor the highest value, or mode='min' for the lowest; the "
                  "logs are " +
                      names(logs));
    return find(logs, monitor.log);
  }

  void warnOfMissing(const std::string &consequence, const Logs &logs) const {
    warn(consequence + " `" + monitor.log +
         "` which is not available. Available metrics are: " + names(logs));
  }

  /// Whether `value` is better than `reference`, if there is one, by more than min_delta. In
  /// float32, as Keras compares.
  bool isBetter(double value, std::optional<double> reference) const {
    if (!reference)
      return true;
    double delta = std::fabs(monitor.minDelta);
    auto other = static_cast<float>(*reference);
    return *larger ? static_cast<float>(value - delta) > other
                   : static_cast<float>(value + delta) < other;
  }

private:
  std::string callback;
  Monitor monitor;
  std::optional<bool> larger; ///< is better, once known
};

class EarlyStopping : public Callback {
public:
  explicit EarlyStopping(const EarlyStoppingOptions &options)
      : options(options), comparison("EarlyStopping", options.monitor) {}

  void onTrainBegin(Training &) override {
    wait = stoppedEpoch = bestEpoch = 0;
    best.reset();
    bestWeights.clear();
  }

  void onEpochEnd(int64_t epoch, Logs &logs, Training &training) override {
    const double *current = comparison.value(logs, training);
    if (!current)
      comparison.warnOfMissing("Early stopping conditioned on metric", logs);
    if (!current || epoch < options.startFromEpoch)
      return;
    if (options.restoreBestWeights && bestWeights.empty()) {
      bestWeights = training.getWeights();
      bestEpoch = epoch;
    }
    ++wait;
    if (comparison.isBetter(*current, best)) {
      best = *current;
      bestEpoch = epoch;
      if (options.restoreBestWeights)
        bestWeights = training.getWeights();
      if (!options.baseline || comparison.isBetter(*current, options.baseline))
        wait = 0;
      return;
    }
    if (wait >= options.patience && epoch > 0) {
      stoppedEpoch = epoch;
      training.stopped = true;
    }
  }

  void onTrainEnd(Training &training) override {
    if (stoppedEpoch > 0 && options.verbose > 0)
      print(training, epochText(stoppedEpoch) + "early stopping");
    if (bestWeights.empty())
      return;
    if (options.verbose > 0)
      print(training, "Restoring model weights from the end of the best epoch: " +
                          std::to_string(bestEpoch + 1) + ".");
    training.setWeights(bestWeights);
  }

private:
  EarlyStoppingOptions options;
  Comparison comparison;
  int64_t wait = 0, stoppedEpoch = 0, bestEpoch = 0;
  std::optional<double> best;
  std::vector<Array> bestWeights;
};

class ReduceLROnPlateau : public Callback {
public:
  explicit ReduceLROnPlateau(const ReduceLROnPlateauOptions &options)
      : options(options), comparison("ReduceLROnPlateau", options.monitor) {
    if (options.factor >= 1)
      throw Error("ReduceLROnPlateau does not support a factor >= 1.0. Received factor=" +
                  floatRepr(options.factor));
  }

  void onTrainBegin(Training &) override {
    wait = pause = 0;
    best.reset();
  }

  void onEpochEnd(int64_t epoch, Logs &logs, Training &training) override {
    put(logs, "learning_rate", training.learningRate());
    const double *current = comparison.value(logs, training);
    if (!current)
      return comparison.warnOfMissing("Learning rate reduction is conditioned on metric", logs);
    if (pause > 0) {
      --pause;
      wait = 0;
    }
    if (comparison.isBetter(*current, best)) {
      best = *current;
      wait = 0;
    } else if (pause == 0 && ++wait >= options.patience) {
      reduce(epoch, training);
    }
  }

private:
  void reduce(int64_t epoch, Training &training) {
    double old = training.learningRate();
    if (!(old > static_cast<float>(options.minRate)))
      return;
    double rate = std::max(old * options.factor, options.minRate);
    training.setLearningRate(rate);
    if (options.verbose > 0)
      print(training, "\n" + epochText(epoch) + "ReduceLROnPlateau reducing learning rate to " +
                          floatRepr(rate) + ".");
    pause = options.cooldown;
    wait = 0;
  }

  ReduceLROnPlateauOptions options;
  Comparison comparison;
  int64_t wait = 0, pause = 0;
  std::optional<double> best;
};

class ModelCheckpoint : public Callback {
public:
  explicit ModelCheckpoint(const ModelCheckpointOptions &options)
      : options(options), comparison("ModelCheckpoint", options.monitor),
        best(options.initialThreshold) {}

  void onEpochBegin(int64_t newEpoch, Training &) override { epoch = newEpoch; }

  void onStepEnd(int64_t step, const Logs &logs, Training &training) override {
    if (options.saveEvery > 0 && ++steps % options.saveEvery == 0)
      save(step + 1, logs, training);
  }

  void onEpochEnd(int64_t, Logs &logs, Training &training) override {
    comparison.value(logs, training); // refuses what cannot be compared, also where all is saved
    if (options.saveEvery == 0)
      save(0, logs, training);
  }

private:
  void save(int64_t step, const Logs &logs, Training &training) {
    std::string path = options.path(epoch + 1, step, logs);
    if (!isWorthSaving(path, logs, training))
      return;
    options.save(path);
    say(training, "finished saving model to " + path);
  }

  bool isWorthSaving(const std::string &path, const Logs &logs, Training &training) {
    if (!options.saveBestOnly) {
      say(training, "saving model to " + path);
      return true;
    }
    const std::string &log = options.monitor.log;
    const double *current = comparison.value(logs, training);
    if (!current) { // Keras saves then
      warn("Can save best model only with " + log + " available.");
      return true;
    }
    std::string from = " from " + (best ? fixed(*best) : "None");
    if (!comparison.isBetter(*current, best)) {
      say(training, log + " did not improve" + from);
      return false;
    }
    say(training,
        log + " improved" + from + " to " + fixed(*current) + ", saving model to " + path);
    best = *current;
    return true;
  }

  void say(Training &training, const std::string &text) const {
    if (options.verbose > 0)
      print(training, "\n" + epochText(epoch) + text);
  }

  ModelCheckpointOptions options;
  Comparison comparison;
  std::optional<double> best;
  int64_t epoch = 0, steps = 0;
};

class LearningRateScheduler : public Callback {
public:
  LearningRateScheduler(std::function<double(int64_t, double)> schedule, int verbose)
      : schedule(std::move(schedule)), verbose(verbose) {}

  void onEpochBegin(int64_t epoch, Training &training) override {
    double rate = schedule(epoch, training.learningRate());
    training.setLearningRate(rate);
    if (verbose > 0)
      print(training, "\n" + epochText(epoch) + "LearningRateScheduler setting learning rate to " +
                          floatRepr(rate) + ".");
  }

  void onEpochEnd(int64_t, Logs &logs, Training &training) override {
    put(logs, "learning_rate", training.learningRate());
  }

private:
  std::function<double(int64_t, double)> schedule;
  int verbose;
};

/// Keras writes through Python's csv module, whose lines end in CR LF.
class CSVLogger : public Callback {
public:
  CSVLogger(std::string path, std::string separator, bool append)
      : path(std::move(path)), separator(std::move(separator)), append(append) {}

  void onTrainBegin(Training &) override {
    bool hasHeader = append && !isEmpty();
    file.reset(std::fopen(path.c_str(), append ? "ab" : "wb"));
    if (!file)
      throw Error("cannot write " + path);
    needsHeader = !hasHeader;
    append = true; // a second fit goes on
    columns.clear();
  }

  void onEpochEnd(int64_t epoch, Logs &logs, Training &) override {
    if (columns.empty())
      chooseColumns(logs);
    std::string row = std::to_string(epoch);
    for (const std::string &column : columns) {
      const double *value = find(logs, column);
      row += separator + (value ? floatRepr(*value) : "NA");
    }
    row += "\r\n";
    if (std::fputs(row.c_str(), file.get()) < 0 || std::fflush(file.get()) != 0)
      throw Error("cannot write " + path);
  }

  void onTrainEnd(Training &) override { file.reset(); }

private:
  struct Closer {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };

  bool isEmpty() const {
    std::unique_ptr<std::FILE, Closer> old(std::fopen(path.c_str(), "rb"));
    return !old || std::fgetc(old.get()) == EOF;
  }

  void chooseColumns(const Logs &logs) {
    bool validates = false;
    for (const auto &[name, value] : logs) {
      columns.push_back(name);
      validates = validates || name.rfind("val_", 0) == 0;
    }
    std::sort(columns.begin(), columns.end());
    // A later epoch may have them.
    for (size_t i = 0, n = columns.size(); i < n && !validates; ++i)
      columns.push_back("val_" + columns[i]);
    if (!needsHeader)
      return;
    std::string row = "epoch";
    for (const std::string &column : columns)
      row += separator + column;
    std::fputs((row + "\r\n").c_str(), file.get());
  }

  std::string path, separator;
  bool append, needsHeader = true;
  std::unique_ptr<std::FILE, Closer> file;
  std::vector<std::string> columns;
};

class TerminateOnNaN : public Callback {
public:
  explicit TerminateOnNaN(bool throws) : throws(throws) {}

  void onStepEnd(int64_t step, const Logs &logs, Training &training) override {
    const double *loss = find(logs, "loss");
    if (!loss || std::isfinite(*loss))
      return;
    if (throws)
      throw Error("NaN or Inf loss encountered at batch " + std::to_string(step) +
                  ". Loss value: " + floatRepr(*loss) + ". Terminating training immediately.");
    print(training, "Batch " + std::to_string(step) + ": Invalid loss, terminating training");
    training.stopped = true;
  }

private:
  bool throws;
};

} // namespace

std::shared_ptr<Callback> makeEarlyStopping(const EarlyStoppingOptions &options) {
  return std::make_shared<EarlyStopping>(options);
}
std::shared_ptr<Callback> makeReduceLROnPlateau(const ReduceLROnPlateauOptions &options) {
  return std::make_shared<ReduceLROnPlateau>(options);
}
std::shared_ptr<Callback> makeModelCheckpoint(const ModelCheckpointOptions &options) {
  return std::make_shared<ModelCheckpoint>(options);
}
std::shared_ptr<Callback> makeLearningRateScheduler(std::function<double(int64_t, double)> schedule,
                                                    int verbose) {
  return std::make_shared<LearningRateScheduler>(std::move(schedule), verbose);
}
std::shared_ptr<Callback> makeCSVLogger(const std::string &path, const std::string &separator,
                                        bool append) {
  return std::make_shared<CSVLogger>(path, separator, append);
}
std::shared_ptr<Callback> makeTerminateOnNaN(bool throws) {
  return std::make_shared<TerminateOnNaN>(throws);
}

} // namespace keratin::rt
