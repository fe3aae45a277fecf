// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs snippets with an engine that computes nothing, and catches what they print.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace keratin::test {

namespace {

/// As callbacks see the fake engine's training.
class FakeTraining : public rt::Training {
public:
  double learningRate() const override { return rate; }
  void setLearningRate(double value) override { rate = value; }
  std::vector<rt::Array> getWeights() const override { return {}; }
  void setWeights(const std::vector<rt::Array> &) override {}
  std::optional<bool> largerIsBetter(const std::string &log) const override {
    return log == "accuracy" ? std::optional<bool>(true) : std::nullopt;
  }
  std::FILE *out() const override { return stdout; }
  double rate = 0.5;
};

class FakeEngine : public Engine {
public:
  FakeEngine(ModelSpec &spec, EngineLog &log) : spec(spec), log(log) {
    for (const WeightSpec *weight : spec.weights())
      weights.push_back(weight->value);
  }
  History fit(const FitArguments &arguments) override {
    log.fits.push_back(arguments);
    size_t next = 0;
    for (const LayerSpec &layer : spec.layers)
      for (const WeightSpec &weight : layer.weights) {
        rt::Array &value = weights.at(next++);
        for (int64_t i = 0; weight.trainable && layer.trainable() && i < value.size(); ++i)
          value.data<float>()[i] += 1;
      }
    History history;
    history.values = {{"accuracy", {}}, {"loss", {}}};
    double loss = 0.5;
    FakeTraining training;
    for (auto &callback : arguments.callbacks)
      callback->onTrainBegin(training);
    for (int64_t epoch = arguments.initialEpoch; epoch < arguments.epochs && !training.stopped;
         ++epoch, loss /= 2) {
      rt::Logs logs = {{"accuracy", 1 - loss}, {"loss", loss}};
      for (auto &callback : arguments.callbacks)
        callback->onEpochBegin(epoch, training);
      for (auto &callback : arguments.callbacks)
        callback->onEpochEnd(epoch, logs, training);
      history.epochs.push_back(epoch);
      history.values[0].second.push_back(1 - loss);
      history.values[1].second.push_back(loss);
      log.rates.push_back(training.rate);
    }
    return history;
  }
  std::vector<std::pair<std::string, double>>
  evaluate(const EvaluateArguments &arguments) override {
    log.evaluations.push_back(arguments);
    std::vector<std::pair<std::string, double>> values = {{"loss", 0.5}};
    for (const auto &metrics : spec.compile->metrics)
      for (const MetricSpec &metric : metrics)
        values.emplace_back(metric.name, 0.75);
    return values;
  }
  std::vector<rt::Array> predict(const PredictArguments &arguments) override {
    log.predictions.push_back(arguments);
    std::vector<rt::Array> outputs;
    for (TensorRef output : spec.outputs) {
      Shape shape = spec.shapeOf(output);
      shape[0] = arguments.x[0].shape[0];
      for (size_t d = 1; d < shape.size(); ++d)
        shape[d] = shape[d] < 0 ? arguments.x[0].shape[d] : shape[d];
      outputs.emplace_back(rt::DType::Float32, shape);
      for (int64_t i = 0; i < outputs.back().size(); ++i)
        outputs.back().set(i, static_cast<double>(i) / 4);
    }
    return outputs;
  }
  std::vector<rt::Array> getWeights() override { return weights; }
  void setWeights(const std::vector<rt::Array> &values) override { weights = values; }

private:
  ModelSpec &spec;
  EngineLog &log;
  std::vector<rt::Array> weights;
};

std::string located(const UserError &error) {
  return std::to_string(error.location.line) + ":" + std::to_string(error.location.column) + ": " +
         error.message;
}

std::string writeSource(const std::string &source) {
  std::string path = testing::TempDir() + "dsl_script_" +
                     std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                     std::to_string(reinterpret_cast<uintptr_t>(&source)) + ".py";
  std::ofstream(path, std::ios::binary) << source;
  return path;
}

} // namespace

Outcome runFile(const std::string &path, ScriptOptions options) {
  Outcome outcome;
  std::ostringstream out, err;
  EngineFactory factory = [&](ModelSpec &spec, const RunOptions &run) -> std::unique_ptr<Engine> {
    outcome.log.seeds.push_back(run.seed);
    return std::make_unique<FakeEngine>(spec, outcome.log);
  };
  try {
    ScriptResult result = runScript(path, {"first", "second"}, options, factory, out, err);
    outcome.exitCode = result.exitCode;
    outcome.model = std::move(result.model);
  } catch (const UserError &error) {
    outcome.error = located(error);
    outcome.hint = error.hint;
  }
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

Outcome runSource(const std::string &source, ScriptOptions options) {
  std::string path = writeSource(source);
  Outcome outcome = runFile(path, std::move(options));
  std::remove(path.c_str());
  return outcome;
}

SpecOutcome specOfSource(const std::string &source, const std::string &model) {
  std::string path = writeSource(source);
  SpecOutcome outcome;
  std::ostringstream err;
  try {
    outcome.spec = specFromScript(path, model, {}, outcome.hints, err);
  } catch (const UserError &error) {
    outcome.error = located(error);
  }
  std::remove(path.c_str());
  return outcome;
}

} // namespace keratin::test
