// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Callbacks against a training that only notes what they do.
#include "keratin/callbacks.hpp"
#include "Support.h"
#include "keratin/file.hpp"

#include <cmath>

using namespace keratin::rt;

namespace {

class FakeTraining : public Training {
public:
  explicit FakeTraining(const std::string &path) : file(std::fopen(path.c_str(), "w")) {}
  ~FakeTraining() override { std::fclose(file); }

  double learningRate() const override { return static_cast<float>(rate); }
  void setLearningRate(double value) override { rate = value; }
  std::vector<Array> getWeights() const override { return {}; }
  void setWeights(const std::vector<Array> &) override {}
  std::optional<bool> largerIsBetter(const std::string &log) const override {
    if (log == "val_accuracy")
      return true;
    return log == "val_loss" ? std::optional<bool>(false) : std::nullopt;
  }
  std::FILE *out() const override { return file; }

  /// The epochs that run until a callback stops them, with `values` of one log.
  int64_t run(Callback &callback, const std::string &log, const std::vector<double> &values) {
    callback.onTrainBegin(*this);
    int64_t epoch = 0;
    for (; epoch < static_cast<int64_t>(values.size()) && !stopped; ++epoch) {
      callback.onEpochBegin(epoch, *this);
      logs = {{log, values[static_cast<size_t>(epoch)]}};
      callback.onEpochEnd(epoch, logs, *this);
    }
    callback.onTrainEnd(*this);
    std::fflush(file);
    return epoch;
  }

  double rate = 0.5;
  Logs logs;
  std::FILE *file;
};

struct CallbacksTest : testing::Test {
  TemporaryFolder folder;
  std::string path = folder / "out.txt";
  FakeTraining training{path};
  std::string shown() const { return readFile(path); }
};

TEST_F(CallbacksTest, EarlyStoppingWaitsForPatience) {
  EarlyStoppingOptions options;
  options.patience = 2;
  options.verbose = 1;
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_loss", {3, 2, 2.5, 2, 1}), 4);
  EXPECT_EQ(shown(), "Epoch 4: early stopping\n");
}

TEST_F(CallbacksTest, EarlyStoppingKnowsWhatIsBetter) {
  EarlyStoppingOptions options;
  options.monitor.log = "val_accuracy";
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_accuracy", {0.1, 0.2, 0.3, 0.3}), 4);
  EXPECT_TRUE(training.stopped);
  training.stopped = false;
  options.monitor.log = "val_mystery";
  EXPECT_THROW(training.run(*makeEarlyStopping(options), "val_mystery", {1, 2}), Error);
  // As Keras: also where there is no such log.
  EXPECT_THROW(training.run(*makeEarlyStopping(options), "loss", {1, 2}), Error);
  options.monitor.mode = "min";
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_mystery", {1, 2, 3}), 2);
  training.stopped = false;
  options.monitor = {"val_accuracy", "least"}; // is "auto"
  testing::internal::CaptureStderr();
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_accuracy", {0.1, 0.2, 0.1, 0.3}), 3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "warning: EarlyStopping mode 'least' is unknown, fallback to auto mode.\n");
}

TEST_F(CallbacksTest, EarlyStoppingWarnsOfALogThatIsMissingAndComparesInFloat32) {
  EarlyStoppingOptions options;
  testing::internal::CaptureStderr();
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "loss", {1, 2}), 2);
  const std::string warning =
      "warning: Early stopping conditioned on metric `val_loss` which is not available. "
      "Available metrics are: loss\n";
  EXPECT_EQ(testing::internal::GetCapturedStderr(), warning + warning);
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_loss", {1, 1 - 1e-9, 0.5}), 2);
}

TEST_F(CallbacksTest, EarlyStoppingCountsOnlyImprovementsBeyondMinDeltaAndBaseline) {
  EarlyStoppingOptions options;
  options.patience = 1;
  options.monitor.minDelta = 0.5;
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_loss", {3, 2.6, 2.5}), 2);
  training.stopped = false;
  options.monitor.minDelta = 0;
  options.patience = 2;
  options.baseline = 1.0; // better than before does not reset the wait
  EXPECT_EQ(training.run(*makeEarlyStopping(options), "val_loss", {5, 4, 4, 4}), 3);
}

TEST_F(CallbacksTest, ReduceLROnPlateauReducesToItsLimitAndCoolsDown) {
  ReduceLROnPlateauOptions options;
  options.patience = 1;
  options.factor = 0.5;
  options.verbose = 1;
  options.cooldown = 2;
  options.minRate = 0.2;
  training.run(*makeReduceLROnPlateau(options), "val_loss", {1, 1, 1, 1, 1, 1});
  EXPECT_EQ(training.rate, 0.2);
  EXPECT_EQ(shown(), "\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.25.\n"
                     "\nEpoch 4: ReduceLROnPlateau reducing learning rate to 0.2.\n");
  EXPECT_EQ(training.logs.back().first, "learning_rate");
  options.factor = 1;
  EXPECT_ERROR(makeReduceLROnPlateau(options),
               "ReduceLROnPlateau does not support a factor >= 1.0. Received factor=1.0");
}

TEST_F(CallbacksTest, ModelCheckpointSavesTheBest) {
  std::vector<std::string> saved;
  ModelCheckpointOptions options;
  options.saveBestOnly = true;
  options.verbose = 1;
  options.path = [](int64_t epoch, int64_t, const Logs &) {
    return "best-" + std::to_string(epoch);
  };
  options.save = [&](const std::string &name) { saved.push_back(name); };
  training.run(*makeModelCheckpoint(options), "val_loss", {2, 3, 1.5});
  EXPECT_EQ(saved, (std::vector<std::string>{"best-1", "best-3"}));
  EXPECT_EQ(shown(),
            "\nEpoch 1: val_loss improved from None to 2.00000, saving model to best-1\n"
            "\nEpoch 1: finished saving model to best-1\n"
            "\nEpoch 2: val_loss did not improve from 2.00000\n"
            "\nEpoch 3: val_loss improved from 2.00000 to 1.50000, saving model to best-3\n"
            "\nEpoch 3: finished saving model to best-3\n");
}

TEST_F(CallbacksTest, ModelCheckpointSavesWhereTheLogIsMissing) {
  int saved = 0;
  ModelCheckpointOptions options;
  options.saveBestOnly = true;
  options.path = [](int64_t, int64_t, const Logs &) { return "model"; };
  options.save = [&](const std::string &) { ++saved; };
  testing::internal::CaptureStderr();
  training.run(*makeModelCheckpoint(options), "loss", {1, 2});
  EXPECT_EQ(saved, 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "warning: Can save best model only with val_loss available.\n"
            "warning: Can save best model only with val_loss available.\n");
}

TEST_F(CallbacksTest, ModelCheckpointCountsStepsAcrossEpochs) {
  std::vector<std::string> saved;
  ModelCheckpointOptions options;
  options.saveEvery = 4;
  options.path = [](int64_t epoch, int64_t step, const Logs &) {
    return std::to_string(epoch) + "-" + std::to_string(step);
  };
  options.save = [&](const std::string &name) { saved.push_back(name); };
  auto callback = makeModelCheckpoint(options);
  for (int64_t epoch = 0; epoch < 2; ++epoch) {
    callback->onEpochBegin(epoch, training);
    for (int64_t step = 0; step < 6; ++step)
      callback->onStepEnd(step, {{"loss", 1}}, training);
  }
  EXPECT_EQ(saved, (std::vector<std::string>{"1-4", "2-2", "2-6"})); // as Keras does
}

TEST_F(CallbacksTest, LearningRateSchedulerSetsAndLogsTheRate) {
  auto scheduler = makeLearningRateScheduler(
      [](int64_t epoch, double rate) { return epoch == 0 ? rate : rate / 2; }, 1);
  training.run(*scheduler, "loss", {1, 1});
  EXPECT_EQ(training.rate, 0.25);
  EXPECT_EQ(shown(), "\nEpoch 1: LearningRateScheduler setting learning rate to 0.5.\n"
                     "\nEpoch 2: LearningRateScheduler setting learning rate to 0.25.\n");
}

TEST_F(CallbacksTest, CSVLoggerHasColumnsForValidationThatMayCome) {
  std::string log = folder / "log.csv";
  training.run(*makeCSVLogger(log, ",", false), "loss", {0.5, 0.1});
  EXPECT_EQ(readFile(log), "epoch,loss,val_loss\r\n0,0.5,NA\r\n1,0.1,NA\r\n");
  training.run(*makeCSVLogger(log, ",", true), "loss", {2});
  EXPECT_EQ(readFile(log), "epoch,loss,val_loss\r\n0,0.5,NA\r\n1,0.1,NA\r\n0,2.0,NA\r\n");
}

TEST_F(CallbacksTest, CSVLoggerWritesNumbersAsPython) {
  std::string log = folder / "numbers.csv";
  training.run(*makeCSVLogger(log, ";", false), "val_loss",
               {0.1, 1e-5, 123456789.25, 1e16, 1e15, 3.5e-5, -0.0001, NAN, -INFINITY, 0,
                0.0010000000474974513});
  EXPECT_EQ(readFile(log),
            "epoch;val_loss\r\n0;0.1\r\n1;1e-05\r\n2;123456789.25\r\n3;1e+16\r\n"
            "4;1000000000000000.0\r\n5;3.5e-05\r\n6;-0.0001\r\n7;nan\r\n8;-inf\r\n9;0.0\r\n"
            "10;0.0010000000474974513\r\n");
}

TEST_F(CallbacksTest, TerminateOnNaNStops) {
  auto callback = makeTerminateOnNaN();
  callback->onStepEnd(2, {{"loss", 1.0}}, training);
  EXPECT_FALSE(training.stopped);
  callback->onStepEnd(3, {{"loss", NAN}}, training);
  EXPECT_TRUE(training.stopped);
  std::fflush(training.file);
  EXPECT_EQ(shown(), "Batch 3: Invalid loss, terminating training\n");
  EXPECT_ERROR(makeTerminateOnNaN(true)->onStepEnd(1, {{"loss", INFINITY}}, training),
               "NaN or Inf loss encountered at batch 1. Loss value: inf. Terminating training "
               "immediately.");
}

} // namespace
