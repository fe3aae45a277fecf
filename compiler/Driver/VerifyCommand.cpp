// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin verify: compiled code against the float64 reference and its finite differences, or
// against recorded numbers.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/RandomBatch.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/FiniteDifferences.h"
#include "compiler/Session/Compilation.h"
#include "compiler/Session/Jit.h"
#include "compiler/Session/ValueOrThrow.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/learning_rate.hpp"
#include "keratin/npz.hpp"
#include "keratin/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

namespace keratin {

namespace {

using reference::Argument;
using reference::Tensor;

/// Keras's own tolerance for the same model in float32.
constexpr double kerasTolerance = 1e-5;
/// Gradients are measured by the largest of their tensor, or by this part of the largest of all
/// where a whole tensor nearly vanishes: those cancel out sums of larger ones.
constexpr double gradientShare = 0.25;
/// Of float64 gradients against central differences.
constexpr double differenceTolerance = 1e-4;

/// What compiled code is to compute of a batch.
struct Expected {
  std::vector<Tensor> outputs;
  std::vector<std::pair<std::string, Tensor>> gradients; ///< of trainable weights, by name
  std::vector<std::pair<std::string, Tensor>> trained;   ///< all weights after the training steps
  std::optional<Tensor> logs;                            ///< loss and metrics, as evaluate has them
};

struct VerifyCommand {
  ModelSourceOptions source;
  std::string recorded, cpu = "native";
  double tolerance = kerasTolerance;
  int64_t rows = 5, steps = 7, trainSteps = 0;
  std::vector<rt::Array> zeroStates; ///< of a stateful model
  bool quick = false, weighted = false, failed = false;

  /// Prints one line, and remembers a failure.
  void report(const std::string &what, double error, double allowed) {
    bool good = error <= allowed; // not for NaN
    failed |= !good;
    std::cout << fmt::format("{:<44} {:9.2e}  (at most {:.0e})  {}\n", what, error, allowed,
                             good ? "ok" : "DIFFERS");
  }

  static double largestOf(const Tensor &tensor) {
    double largest = 0;
    for (int64_t i = 0; i < tensor.size(); ++i)
      largest = std::max(largest, std::abs(tensor[i]));
    return largest;
  }

  /// The largest difference, relative to the tensor's largest element (at least `least`).
  static double distance(const rt::Array &got, const Tensor &expected, double least = 1) {
    if (got.size() != expected.size())
      throw UserError({}, fmt::format("expects {} values, got {}", got.size(), expected.size()));
    double largest = std::max(least, largestOf(expected)), worst = 0;
    for (int64_t i = 0; i < expected.size(); ++i) {
      double difference = std::abs(got.at(i) - expected[i]);
      if (!(difference <= worst))
        worst = difference;
    }
    return worst / largest;
  }

  void execute(GlobalOptions &global) {
    source.run = global.run;
    ModelSource loaded = loadModelSource(source, std::cerr);
    ModelSpec &model = loaded.model;
    if (int64_t batch = statefulBatch(model))
      rows = batch;
    bool trains = model.compile && !model.compile->losses.empty();

    CompileOptions options;
    options.onPhase = phaseReporter(global);
    options.machine = valueOrThrow(resolveMachine("", cpu));
    options.quick = quick;
    options.maxSteps = steps;
    options.entries = {Entry::Predict};
    if (trains)
      options.entries.push_back(Entry::Gradients);
    if (trains && trainSteps > 0)
      options.entries.insert(options.entries.begin() + 1, Entry::TrainStep);

    Expected expected;
    RandomBatch batch;
    if (recorded.empty()) {
      batch = makeRandomBatch(model, rows, steps, global.run.seed, weighted);
    } else {
      readRecorded(model, batch, expected);
      if (!statefulBatch(model)) // else several batches may be recorded, to go on from each other
        rows = batch.x.at(0).shape.at(0);
    }
    if (expected.logs)
      options.entries.push_back(Entry::EvaluateStep);
    options.maxBatch = rows;
    Compilation compilation(model, options);
    compilation.runTo(Phase::Autodiff);
    if (recorded.empty())
      evaluateReference(compilation.module(), model, batch, trains, expected);

    LoadedModel native(compilation.object(), options.name, compilation.info().dump());
    rt::TrainerOptions trainerOptions;
    trainerOptions.seed = global.run.seed;
    trainerOptions.threads = global.run.threads;
    try {
      rt::Trainer trainer(native.entries(), trainerOptions);
      std::vector<rt::Array> weights;
      for (const WeightSpec *weight : model.weights())
        weights.push_back(weight->value);
      trainer.setWeights(weights);
      compare(trainer, batch, trains, expected);
    } catch (const rt::Error &error) {
      throw toUserError(error);
    }
    global.exitCode = failed ? 3 : 0;
  }

  /// x_i, y_i, sample_weight_i, out_i, g_i (a trainable weight each), end_i (a weight each) and
  /// logs of the file.
  void readRecorded(const ModelSpec &model, RandomBatch &batch, Expected &expected) {
    try {
      rt::NpzReader file(recorded);
      auto numbered = [&](const char *prefix, auto use) {
        for (size_t i = 0; file.contains(prefix + std::to_string(i)); ++i)
          use(i, file.readArray(prefix + std::to_string(i)));
      };
      std::vector<std::string> all, trainable;
      for (const LayerSpec &layer : model.layers)
        for (const WeightSpec &weight : layer.weights) {
          all.push_back(weight.path);
          if (weight.trainable && layer.trainable())
            trainable.push_back(weight.path);
        }
      numbered("x_", [&](size_t, rt::Array array) { batch.x.push_back(std::move(array)); });
      numbered("y_", [&](size_t, rt::Array array) { batch.y.push_back(std::move(array)); });
      numbered("sample_weight_",
               [&](size_t, rt::Array array) { batch.sampleWeights.push_back(std::move(array)); });
      numbered("out_", [&](size_t, const rt::Array &array) {
        expected.outputs.push_back(reference::fromArray(array));
      });
      numbered("g_", [&](size_t i, const rt::Array &array) {
        expected.gradients.emplace_back(trainable.at(i), reference::fromArray(array));
      });
      numbered("end_", [&](size_t i, const rt::Array &array) {
        expected.trained.emplace_back(all.at(i), reference::fromArray(array));
      });
      if (file.contains("logs"))
        expected.logs = reference::fromArray(file.readArray("logs"));
    } catch (const rt::Error &error) {
      throw toUserError(error);
    } catch (const std::out_of_range &) {
      throw UserError({recorded}, "records more weights than the model has");
    }
    if (batch.x.size() != model.inputs.size() || batch.x.empty())
      throw UserError({recorded}, fmt::format("expects {} inputs x_0, x_1 and so on, got {}",
                                              model.inputs.size(), batch.x.size()));
  }

  void evaluateReference(mlir::ModuleOp module, ModelSpec &model, const RandomBatch &batch,
                         bool trains, Expected &expected) {
    reference::Evaluator evaluator(module);
    std::vector<std::string> names = evaluator.paramNames();
    std::vector<WeightSpec *> weights = model.weights();
    for (size_t i = 0; i < names.size(); ++i)
      evaluator.setParam(names[i], reference::fromArray(weights[i]->value));

    // Prediction and training begin with states of zeros; they are an entry's last arguments.
    std::vector<Argument> arguments, states;
    for (const StateSpec &state : statesOf(model))
      states.emplace_back(Tensor(state.shape));
    auto withStates = [&] {
      std::vector<Argument> all = arguments;
      all.insert(all.end(), states.begin(), states.end());
      return all;
    };
    for (const rt::Array &x : batch.x)
      arguments.emplace_back(reference::fromArray(x));
    for (const Argument &output : evaluator.run("predict", withStates()))
      expected.outputs.push_back(std::get<Tensor>(output));
    if (!trains)
      return;
    for (const rt::Array &y : batch.y)
      arguments.emplace_back(reference::fromArray(y));
    for (const rt::Array &weights : batch.sampleWeights)
      arguments.emplace_back(reference::fromArray(weights));
    for (TensorRef output :
         batch.sampleWeights.empty() ? model.outputs : std::vector<TensorRef>()) {
      Shape shape = model.shapeOf(output);
      shape.pop_back();
      shape[0] = rows;
      if (shape.size() > 1 && shape[1] < 0)
        shape[1] = steps;
      Tensor ones(shape);
      std::fill(ones.values.begin(), ones.values.end(), 1.0);
      arguments.emplace_back(ones);
    }
    arguments.emplace_back(static_cast<int64_t>(source.run.seed));
    size_t iteration = arguments.size();
    arguments.emplace_back(int64_t{0});
    const std::vector<Argument> gradientArguments = withStates();
    evaluator.run("gradients", gradientArguments);
    size_t next = 0;
    for (const LayerSpec &layer : model.layers)
      for (const WeightSpec &weight : layer.weights) {
        const std::string &name = names[next++];
        auto found = evaluator.state.gradients.find(name);
        if (weight.trainable && layer.trainable())
          expected.gradients.emplace_back(name, found != evaluator.state.gradients.end()
                                                    ? found->second
                                                    : Tensor(weight.shape));
      }

    reference::DifferenceOptions differences;
    if (quick)
      differences.maxElements = 8;
    for (const auto &[name, difference] :
         reference::compareGradients(evaluator, "gradients", gradientArguments, differences))
      report("reference gradient of " + name + " by differences", difference.error,
             differenceTolerance);

    const rt::LearningRate rate(model.compile->optimizer.config.at("learning_rate"));
    arguments.emplace_back(0.0);
    for (int64_t step = 0; step < trainSteps; ++step) {
      arguments[iteration] = step;
      arguments.back() = rate.at(step);
      states = evaluator.run("train_step", withStates());
    }
    if (trainSteps > 0)
      for (const std::string &name : names)
        expected.trained.emplace_back(name, evaluator.state.params.at(name));
  }

  /// Each to the size of its value, where that is more than 1.
  void compareLogs(rt::Trainer &trainer, const RandomBatch &batch, const Tensor &expected) {
    trainer.setStates(zeroStates);
    rt::Logs logs = trainer.evaluate({batch.x, batch.y, batch.sampleWeights, rows, 0});
    if (static_cast<int64_t>(logs.size()) != expected.size())
      throw UserError({recorded}, fmt::format("records {} logs, the model has {}", expected.size(),
                                              logs.size()));
    for (size_t i = 0; i < logs.size(); ++i) {
      double wanted = expected[static_cast<int64_t>(i)];
      report("evaluated " + logs[i].first,
             std::abs(logs[i].second - wanted) / std::max(1.0, std::abs(wanted)), tolerance);
    }
  }

  void compare(rt::Trainer &trainer, const RandomBatch &batch, bool trains,
               const Expected &expected) {
    zeroStates = trainer.getStates();
    rt::PredictArguments predict;
    predict.x = batch.x;
    predict.batchSize = rows;
    predict.verbose = 0;
    std::vector<rt::Array> outputs = trainer.predict(predict);
    for (size_t i = 0; i < outputs.size() && i < expected.outputs.size(); ++i)
      report(fmt::format("output {}", i), distance(outputs[i], expected.outputs[i]), tolerance);
    if (!trains)
      return;

    if (expected.logs)
      compareLogs(trainer, batch, *expected.logs);
    rt::FitArguments fit;
    fit.x = batch.x;
    fit.y = batch.y;
    fit.sampleWeights = batch.sampleWeights;
    fit.batchSize = rows;
    fit.shuffle = false;
    fit.verbose = 0;
    if (!expected.gradients.empty()) {
      trainer.setStates(zeroStates);
      std::vector<rt::Array> gradients = trainer.gradientsOfFirstStep(fit);
      double largest = 1e-3; // where all gradients cancel, what is left is rounding
      for (const auto &[name, gradient] : expected.gradients)
        largest = std::max(largest, largestOf(gradient));
      for (size_t i = 0; i < gradients.size() && i < expected.gradients.size(); ++i)
        report("gradient of " + expected.gradients[i].first,
               distance(gradients[i], expected.gradients[i].second, gradientShare * largest),
               tolerance);
    }
    if (expected.trained.empty() || trainSteps == 0)
      return;
    trainer.setStates(zeroStates);
    fit.epochs = trainSteps;
    trainer.fit(fit);
    std::vector<rt::Array> trained = trainer.getWeights();
    for (size_t i = 0; i < trained.size() && i < expected.trained.size(); ++i)
      report(fmt::format("{} after {} steps", expected.trained[i].first, trainSteps),
             distance(trained[i], expected.trained[i].second), tolerance);
  }
};

} // namespace

void addVerifyCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<VerifyCommand>();
  CLI::App *sub = app.add_subcommand("verify", "Check compiled code against a float64 reference");
  addModelOptions(sub, command->source);
  sub->add_option("--weights", command->source.weights,
                  "Weights: .keras, .h5, .weights.h5 or .npz");
  sub->add_option("--rows", command->rows, "Samples of the random batch")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  sub->add_option("--steps", command->steps,
                  "Steps of the random batch where the model leaves them open")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  sub->add_option("--train-steps", command->trainSteps,
                  "Also compare the weights after so many training steps")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  sub->add_option("--recorded", command->recorded,
                  "Compare with the numbers in an .npz, not the reference: of inputs x_0 and "
                  "targets y_0 (sample_weight_0) the outputs out_0, gradients g_0, trained weights "
                  "end_0, and what evaluate gives, logs");
  sub->add_option("--tolerance", command->tolerance,
                  "Largest difference, relative to the largest element of a tensor")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  sub->add_option("--cpu", command->cpu, "Compile for this CPU of the host's kind")
      ->capture_default_str();
  sub->add_flag("--weighted", command->weighted, "With sample weights in the random batch");
  sub->add_flag("--quick", command->quick,
                "Without LLVM's optimizations, and with few finite differences");
  sub->footer("Example: keratin verify model.py\nExit code 3: a difference was found.");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
