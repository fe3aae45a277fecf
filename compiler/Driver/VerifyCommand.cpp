// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin verify: compiled code against the float64 reference, and gradients against finite
// differences.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/RandomBatch.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/FiniteDifferences.h"
#include "compiler/Session/Session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace keratin {

namespace {

using reference::Argument;
using reference::Tensor;

/// Keras's own tolerance for the same model in float32.
constexpr double tolerance = 1e-5;
/// Of float64 gradients against central differences.
constexpr double differenceTolerance = 1e-4;

struct VerifyCommand {
  ModelSourceOptions source;
  int64_t rows = 5, steps = 7;
  bool failed = false;

  /// Prints one line, and remembers a failure.
  void report(const std::string &what, double error, double allowed) {
    bool good = error <= allowed; // not for NaN
    failed |= !good;
    std::cout << fmt::format("{:<44} {:9.2e}  (at most {:.0e})  {}\n", what, error, allowed,
                             good ? "ok" : "DIFFERS");
  }

  /// The largest difference, relative to the tensor's largest element (at least 1).
  static double distance(const rt::Array &got, const Tensor &expected) {
    double largest = 1, worst = 0;
    for (int64_t i = 0; i < expected.size(); ++i)
      largest = std::max(largest, std::abs(expected[i]));
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
    RandomBatch batch = makeRandomBatch(model, rows, steps, global.run.seed);

    CompileOptions options;
    options.entries = {Entry::Predict};
    if (trains)
      options.entries.push_back(Entry::Gradients);
    Compilation compilation(model, options);
    compilation.runTo(Phase::Autodiff);
    reference::Evaluator evaluator(compilation.module());
    std::vector<std::string> names = evaluator.paramNames();
    std::vector<WeightSpec *> weights = model.weights();
    for (size_t i = 0; i < names.size(); ++i)
      evaluator.setParam(names[i], reference::fromArray(weights[i]->value));

    Session::Options sessionOptions;
    sessionOptions.run = source.run;
    sessionOptions.onPhase = phaseReporter(global);
    Session session(model, sessionOptions);
    verifyOutputs(evaluator, session, model, batch);
    if (trains)
      verifyGradients(evaluator, session, model, batch);
    global.exitCode = failed ? 3 : 0;
  }

  /// The states with which a session begins: zeros.
  static void addStates(std::vector<Argument> &arguments, const ModelSpec &model) {
    for (const StateSpec &state : statesOf(model))
      arguments.emplace_back(Tensor(state.shape));
  }

  void verifyOutputs(reference::Evaluator &evaluator, Session &session, const ModelSpec &model,
                     const RandomBatch &batch) {
    std::vector<Argument> arguments;
    for (const rt::Array &x : batch.x)
      arguments.emplace_back(reference::fromArray(x));
    addStates(arguments, model);
    std::vector<Argument> expected = evaluator.run("predict", arguments);
    PredictArguments predict;
    predict.x = batch.x;
    predict.verbose = 0;
    std::vector<rt::Array> got = session.predict(predict);
    for (size_t i = 0; i < got.size(); ++i)
      report(fmt::format("output {}", i), distance(got[i], std::get<Tensor>(expected[i])),
             tolerance);
  }

  void verifyGradients(reference::Evaluator &evaluator, Session &session, const ModelSpec &model,
                       const RandomBatch &batch) {
    std::vector<Argument> arguments;
    for (const std::vector<rt::Array> *arrays : {&batch.x, &batch.y})
      for (const rt::Array &array : *arrays)
        arguments.emplace_back(reference::fromArray(array));
    for (TensorRef output : model.outputs) {
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
    arguments.emplace_back(int64_t{0});
    addStates(arguments, model);

    // Session and reference begin with the same states: predict has left others.
    for (const StateSpec &state : statesOf(model))
      *state.value = {};
    evaluator.run("gradients", arguments);
    FitArguments fit;
    fit.x = batch.x;
    fit.y = batch.y;
    fit.batchSize = rows;
    fit.shuffle = false;
    fit.verbose = 0;
    std::vector<rt::Array> got = session.gradientsOfFirstStep(fit);
    size_t i = 0;
    for (const std::string &name : evaluator.paramNames())
      if (auto found = evaluator.state.gradients.find(name);
          found != evaluator.state.gradients.end() && i < got.size())
        report("gradient of " + name, distance(got[i++], found->second), tolerance);
    for (const auto &[name, difference] :
         reference::compareGradients(evaluator, "gradients", arguments))
      report("reference gradient of " + name + " by differences", difference.error,
             differenceTolerance);
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
  sub->footer("Example: keratin verify model.py\nExit code 3: a difference was found.");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
