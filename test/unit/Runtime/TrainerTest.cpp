// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// fit, evaluate and predict around a model in plain loops: the numbers must be Keras's.
#include "keratin/trainer.hpp"
#include "MlpModel.h"
#include "Support.h"
#include "keratin/file.hpp"
#include "keratin/history.hpp"
#include "keratin/npz.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <sstream>

using namespace keratin::rt;

namespace {

/// Golden case fit_basic.
struct FitBasic {
  NpzReader file{golden("fit_basic/train.npz")};
  nlohmann::json expected;

  FitBasic() {
    nlohmann::json index = nlohmann::json::parse(readFile(golden("index.json")));
    for (const nlohmann::json &one : index.at("cases"))
      if (one.at("name") == "fit_basic")
        expected = one;
  }
  std::vector<Array> weights(const std::string &prefix) {
    std::vector<Array> arrays;
    for (const char *i : {"000", "001", "002", "003"})
      arrays.push_back(file.readArray(prefix + "_" + i));
    return arrays;
  }
  FitArguments arguments() {
    FitArguments result;
    result.x = {file.readArray("x_0")};
    result.y = {file.readArray("y_0")};
    result.epochs = 3;
    result.batchSize = 8;
    result.shuffle = false;
    result.validationSplit = 0.25;
    result.verbose = 0;
    return result;
  }
};

void expectNear(const std::vector<double> &got, const std::vector<double> &expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

void expectNear(const std::vector<Array> &got, const std::vector<Array> &expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].shape, expected[i].shape);
    for (int64_t k = 0; k < got[i].size(); ++k)
      EXPECT_NEAR(got[i].at(k), expected[i].at(k), 1e-5) << i << " " << k;
  }
}

void expectSame(const std::vector<Array> &a, const std::vector<Array> &b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_EQ(a[i].bytes, b[i].bytes) << i;
}

TEST(Trainer, FitsAsKerasDoes) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("w0"));
  History history = trainer.fit(golden.arguments());
  std::vector<std::string> names;
  for (const auto &[name, values] : history.values) {
    names.push_back(name);
    expectNear(values, golden.expected.at("history").at(name).get<std::vector<double>>());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"accuracy", "loss", "val_accuracy", "val_loss"}));
  EXPECT_EQ(history.epochs, (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(history.stepLoss.size(), 9u);
  expectNear(trainer.getWeights(), golden.weights("wf"));

  EvaluateArguments all{golden.arguments().x, golden.arguments().y, {}, 8, 0};
  Logs logs = trainer.evaluate(all);
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(logs[0].first, "loss") << "the loss comes first, then the metrics as compiled";
  EXPECT_NEAR(logs[0].second, golden.expected.at("evaluate_after").at("loss").get<double>(), 1e-5);
  EXPECT_NEAR(logs[1].second, golden.expected.at("evaluate_after").at("accuracy").get<double>(),
              1e-6);
  expectNear(trainer.predict({all.x, 32, 0}), {golden.file.readArray("pred1_0")});
}

/// Notes what it is told, and stops after a step.
struct Recorder : Callback {
  std::string told;
  int64_t stopAfter = -1;
  void onTrainBegin(Training &) override { told += "begin"; }
  void onEpochBegin(int64_t epoch, Training &) override {
    told += " " + std::to_string(epoch) + ":";
  }
  void onStepEnd(int64_t step, const Logs &, Training &training) override {
    told += std::to_string(step);
    training.stopped = step == stopAfter;
  }
  void onEpochEnd(int64_t, Logs &logs, Training &) override {
    told += logs.size() == 4 ? "v" : "";
    logs.emplace_back("extra", 1);
  }
  void onTrainEnd(Training &) override { told += " end"; }
};

TEST(Trainer, TellsCallbacksAndKeepsTheirLogs) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  auto recorder = std::make_shared<Recorder>();
  FitArguments arguments = golden.arguments();
  arguments.initialEpoch = 1;
  arguments.callbacks = {recorder};
  History history = trainer.fit(arguments);
  EXPECT_EQ(recorder->told, "begin 1:012v 2:012v end");
  EXPECT_EQ(history.epochs, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(history.values.back().first, "extra");

  *recorder = {};
  recorder->stopAfter = 1; // the epoch is still validated
  history = trainer.fit(arguments);
  EXPECT_EQ(recorder->told, "begin 1:01v end");
  EXPECT_EQ(history.epochs, std::vector<int64_t>{1});
}

TEST(Trainer, EpochsOfFewerStepsGoOnWithTheData) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  auto recorder = std::make_shared<Recorder>();
  FitArguments arguments = golden.arguments();
  arguments.epochs = 4;
  arguments.stepsPerEpoch = 2; // of 3
  arguments.validationFreq = 2;
  arguments.callbacks = {recorder};
  History history = trainer.fit(arguments);
  EXPECT_EQ(recorder->told, "begin 0:01 1:0v 2:01 3:0v end"); // as Keras does

  *recorder = {};
  arguments.validationEpochs = {1, 3};
  trainer.fit(arguments);
  EXPECT_EQ(recorder->told, "begin 0:01v 1:0 2:01v 3:0 end");
}

TEST(Trainer, EarlyStoppingRestoresTheBestWeights) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("w0"));
  FitArguments arguments = golden.arguments();
  arguments.epochs = 1;
  trainer.fit(arguments);
  std::vector<Array> afterFirst = trainer.getWeights();

  trainer.setWeights(golden.weights("w0"));
  trainer.setOptimizerState(Trainer(mlpModel).getOptimizerState());
  EarlyStoppingOptions options;
  options.monitor = {"val_accuracy", "auto"}; // which stays the same
  options.patience = 1;
  options.restoreBestWeights = true;
  arguments.epochs = 5;
  arguments.callbacks = {makeEarlyStopping(options)};
  EXPECT_EQ(trainer.fit(arguments).epochs.size(), 2u);
  expectSame(trainer.getWeights(), afterFirst);
}

TEST(Trainer, PrintsWhatKerasPrints) {
  FitBasic golden;
  TemporaryFolder folder;
  TrainerOptions options;
  options.out = std::fopen((folder / "out").c_str(), "w");
  {
    Trainer trainer(mlpModel, options);
    trainer.setWeights(golden.weights("w0"));
    FitArguments arguments = golden.arguments();
    arguments.verbose = 2;
    trainer.fit(arguments);
  }
  std::fclose(options.out);
  std::string printed = readFile(folder / "out"),
              expected = readFile(::golden("fit_basic/stdout_verbose2.txt"));
  auto isTime = [](const std::string &word) {
    return word.find_first_of("0123456789") == 0 && word.find('s') != word.npos;
  };
  std::istringstream ours(printed), theirs(expected);
  std::string a, b;
  while (ours >> a) {
    theirs >> b;
    EXPECT_EQ(isTime(a) ? "<T>" : a, b);
  }
  EXPECT_FALSE(theirs >> b);
  EXPECT_EQ(std::count(printed.begin(), printed.end(), '\n'),
            std::count(expected.begin(), expected.end(), '\n'));
}

TEST(Trainer, StartsWithZerosAndGivesBackWhatItWasGiven) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  EXPECT_EQ(trainer.getWeights()[0].at(3), 0);
  trainer.setWeights(golden.weights("w0"));
  expectSame(trainer.getWeights(), golden.weights("w0"));
}

TEST(Trainer, ResumingEqualsGoingStraightOn) {
  FitBasic golden;
  FitArguments arguments = golden.arguments();
  Trainer straight(mlpModel), first(mlpModel), second(mlpModel);
  straight.setWeights(golden.weights("w0"));
  straight.fit(arguments);

  arguments.epochs = 2;
  first.setWeights(golden.weights("w0"));
  first.fit(arguments);
  second.setWeights(first.getWeights());
  second.setOptimizerState(first.getOptimizerState());
  EXPECT_EQ(second.getOptimizerState().iteration, 6);
  arguments.initialEpoch = 2;
  arguments.epochs = 3;
  EXPECT_EQ(second.fit(arguments).epochs, (std::vector<int64_t>{2}));
  expectSame(straight.getWeights(), second.getWeights());
}

TEST(Trainer, TheSeedDecidesTheOrder) {
  FitBasic golden;
  auto losses = [&](uint64_t seed) {
    TrainerOptions options;
    options.seed = seed;
    Trainer trainer(mlpModel, options);
    trainer.setWeights(golden.weights("w0"));
    FitArguments arguments = golden.arguments();
    arguments.shuffle = true;
    return trainer.fit(arguments).stepLoss;
  };
  EXPECT_EQ(losses(1), losses(1));
  EXPECT_NE(losses(1), losses(2));
  std::vector<double> some = losses(1);
  EXPECT_NE(some[0], some[3]) << "every epoch has an order of its own";
}

TEST(Trainer, EveryRowIsUsedOnceAnEpoch) {
  // With a learning rate of zero an epoch's loss is the mean over all rows, in whatever order.
  FitBasic golden;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("w0"));
  trainer.setLearningRate(0);
  FitArguments arguments = golden.arguments();
  arguments.shuffle = true;
  arguments.validationSplit = 0;
  arguments.epochs = 2;
  History history = trainer.fit(arguments);
  double loss = trainer.evaluate({arguments.x, arguments.y, {}, 5, 0})[0].second;
  EXPECT_NEAR(history.values[1].second[0], loss, 1e-6);
  EXPECT_NEAR(history.values[1].second[1], loss, 1e-6);
}

TEST(Trainer, GivesTheGradientOfTheFirstStep) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("w0"));
  FitArguments arguments = golden.arguments();
  std::vector<Array> gradients = trainer.gradientsOfFirstStep(arguments);
  expectSame(trainer.getWeights(), golden.weights("w0"));
  // Against finite differences of the loss over the first batch.
  EvaluateArguments batch{{arguments.x[0].rows(0, 8)}, {arguments.y[0].rows(0, 8)}, {}, 8, 0};
  for (size_t i = 0; i < gradients.size(); ++i) {
    std::vector<Array> moved = golden.weights("w0");
    double up = moved[i].at(0) + 1e-2, down = moved[i].at(0) - 1e-2;
    moved[i].set(0, up);
    trainer.setWeights(moved);
    double high = trainer.evaluate(batch)[0].second;
    moved[i].set(0, down);
    trainer.setWeights(moved);
    double low = trainer.evaluate(batch)[0].second;
    EXPECT_NEAR(gradients[i].at(0), (high - low) / 2e-2, 1e-3) << i;
  }
}

TEST(Trainer, WeightsOfSamplesAndClassesScaleTheLoss) {
  FitBasic golden;
  FitArguments arguments = golden.arguments();
  Trainer plain(mlpModel), weighted(mlpModel), classes(mlpModel);
  arguments.validationSplit = 0;
  arguments.epochs = 1;
  int64_t rows = arguments.x[0].shape[0];
  std::vector<float> weights(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i)
    weights[static_cast<size_t>(i)] = arguments.y[0].at(i) == 1 ? 3.0f : 0.5f;
  for (Trainer *trainer : {&plain, &weighted, &classes})
    trainer->setWeights(golden.weights("w0"));
  plain.fit(arguments);
  arguments.sampleWeights = {Array::of<float>({rows}, weights)};
  History bySample = weighted.fit(arguments);
  arguments.sampleWeights.clear();
  arguments.classWeight = {{0, 0.5}, {1, 3}};
  History byClass = classes.fit(arguments);
  EXPECT_EQ(bySample.stepLoss, byClass.stepLoss);
  EXPECT_NE(plain.getWeights()[0].bytes, classes.getWeights()[0].bytes);
}

TEST(Trainer, ClassWeightsLeaveValidationAlone) {
  FitBasic golden;
  FitArguments arguments = golden.arguments();
  arguments.epochs = 1;
  Trainer a(mlpModel), b(mlpModel);
  for (Trainer *trainer : {&a, &b}) {
    trainer->setWeights(golden.weights("w0"));
    trainer->setLearningRate(0);
  }
  History plain = a.fit(arguments);
  arguments.classWeight = {{0, 7}, {1, 7}};
  History weighted = b.fit(arguments);
  EXPECT_NEAR(weighted.values[1].second[0], 7 * plain.values[1].second[0], 1e-4);
  EXPECT_EQ(weighted.values[3].second[0], plain.values[3].second[0]);
}

TEST(Trainer, ValidationDataOfItsOwn) {
  FitBasic golden;
  FitArguments arguments = golden.arguments();
  arguments.validationSplit = 0;
  arguments.validationX = {arguments.x[0].rows(0, 11)};
  arguments.validationY = {arguments.y[0].rows(0, 11)};
  arguments.validationBatchSize = 3;
  arguments.epochs = 1;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("w0"));
  History history = trainer.fit(arguments);
  double loss =
      trainer.evaluate({arguments.validationX, arguments.validationY, {}, 3, 0})[0].second;
  EXPECT_EQ(history.values[3].first, "val_loss");
  EXPECT_EQ(history.values[3].second[0], loss) << "with the weights after the epoch";
}

TEST(Trainer, StopsAfterMaxSteps) {
  FitBasic golden;
  FitArguments arguments = golden.arguments();
  arguments.maxSteps = 2;
  Trainer trainer(mlpModel);
  EXPECT_EQ(trainer.fit(arguments).stepLoss.size(), 6u);
}

TEST(Trainer, PredictsBatchesAboveTheCompiledMaximum) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  trainer.setWeights(golden.weights("wf"));
  for (int64_t batch : {1, 7, 8, 9, 1000})
    expectNear(trainer.predict({golden.arguments().x, batch, 0}),
               {golden.file.readArray("pred1_0")});
}

TEST(Trainer, RefusesWhatCannotBe) {
  FitBasic golden;
  Trainer trainer(mlpModel);
  auto fit = [&](auto change) {
    FitArguments arguments = golden.arguments();
    change(arguments);
    trainer.fit(arguments);
  };
  EXPECT_ERROR(fit([](FitArguments &a) { a.batchSize = 9; }),
               "batch_size is 9, the model was compiled for at most 8");
  EXPECT_ERROR(fit([](FitArguments &a) { a.batchSize = 0; }),
               "batch_size is 0, expected at least 1");
  EXPECT_ERROR(fit([](FitArguments &a) { a.validationSplit = 1; }),
               "validation_split is 1, expected a fraction in [0, 1)");
  EXPECT_ERROR(fit([](FitArguments &a) {
                 a.x = {a.x[0].rows(0, 1)};
                 a.y = {a.y[0].rows(0, 1)};
               }),
               "the data has 1 sample, not enough for validation_split=0.25");
  EXPECT_ERROR(trainer.setWeights({}), "the model has 4 weights, found 0");
  std::vector<Array> weights = golden.weights("w0");
  std::swap(weights[0], weights[1]);
  EXPECT_ERROR(trainer.setWeights(weights),
               "weight 0 (sequential/dense/kernel) has shape (5,), expected (4, 5)");
  EXPECT_ERROR(trainer.setOptimizerState({}), "the optimizer state has no \"momentum\"");
  krt_model other = mlpModel;
  other.abi_version = 7;
  EXPECT_ERROR(Trainer{other},
               "the model was compiled for ABI version 7, this runtime has version 3");
}

TEST(Trainer, StopsWhenInterrupted) {
  FitBasic golden;
  volatile std::sig_atomic_t interrupted = 1;
  TrainerOptions options;
  options.interrupted = &interrupted;
  Trainer trainer(mlpModel, options);
  EXPECT_THROW(trainer.fit(golden.arguments()), Interrupted);
  EXPECT_THROW(trainer.predict({golden.arguments().x, 8, 0}), Interrupted);
}

TEST(Trainer, HistoryIsWrittenAsJson) {
  History history;
  history.epochs = {0, 1};
  history.values = {{"loss", {0.5, std::numeric_limits<double>::quiet_NaN()}}};
  history.stepLoss = {0.5, 0.25};
  nlohmann::json json = nlohmann::json::parse(formatHistory(history, 7));
  EXPECT_EQ(json.at("epoch"), nlohmann::json::parse("[0,1]"));
  EXPECT_EQ(json.at("loss"), nlohmann::json::parse("[0.5,null]"));
  EXPECT_EQ(json.at("step_loss"), nlohmann::json::parse("[0.5,0.25]"));
  EXPECT_EQ(json.at("seed"), 7);
}

} // namespace
