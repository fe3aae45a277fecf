// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin predict, fit and evaluate: a model on arrays from files.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/ModelWriter.h"
#include "compiler/Session/Session.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/commands.hpp"

#include <iostream>

namespace keratin {

namespace {

/// One of the three commands with its options.
struct DataCommand {
  ModelSourceOptions source;
  rt::CommandOptions options;

  ModelSource load(const GlobalOptions &global) {
    source.run = global.run;
    source.run.seed = options.seed;
    source.weights = options.weights;
    rt::checkOptions(options);
    if (!options.save.empty())
      checkModelOutput(options.save);
    return loadModelSource(source, std::cerr);
  }

  std::unique_ptr<Session> start(ModelSpec &model, const GlobalOptions &global) const {
    Session::Options session;
    session.run = source.run;
    session.run.threads = options.threads;
    session.onPhase = phaseReporter(global);
    session.interrupted = rt::watchInterrupts();
    return std::make_unique<Session>(model, session);
  }

  static rt::DataNames namesOf(const ModelSpec &model) {
    rt::DataNames names;
    for (TensorRef input : model.inputs)
      names.inputs.push_back(model.layerOf(input).name);
    for (size_t i = 0; i < model.outputs.size(); ++i)
      names.outputs.push_back(model.outputName(i));
    return names;
  }

  /// The data of fit and evaluate.
  rt::DataSet loadTargets(ModelSpec &model) const {
    if (!model.compile || model.compile->losses.empty())
      throw UserError(model.location, "the model is not compiled", "call compile() with a loss");
    return rt::loadData(options, namesOf(model), rt::DataNeed::InputsAndTargets);
  }

  void predict(const GlobalOptions &global) {
    ModelSource loaded = load(global);
    rt::DataNames names = namesOf(loaded.model);
    rt::DataSet data = rt::loadData(options, names, rt::DataNeed::Inputs);
    auto session = start(loaded.model, global);
    std::vector<rt::Array> outputs =
        session->predict(rt::predictArguments(options, std::move(data)));
    rt::writeArrays(options.outputs, rt::nameOutputs(outputs, names));
  }

  void fit(const GlobalOptions &global) {
    ModelSource loaded = load(global);
    FitArguments arguments = rt::fitArguments(options, loadTargets(loaded.model));
    auto session = start(loaded.model, global);
    std::vector<rt::Array> gradients;
    if (!options.gradients.empty())
      gradients = session->gradientsOfFirstStep(arguments);
    if (options.learningRate > 0)
      session->setLearningRate(options.learningRate);
    History history = session->fit(arguments);
    if (!options.save.empty())
      save(loaded.model, *session);
    rt::writeFitResults(options, history, gradients);
  }

  void save(ModelSpec &model, Session &session) const {
    std::vector<rt::Array> values = session.getWeights();
    std::vector<WeightSpec *> weights = model.weights();
    for (size_t i = 0; i < weights.size(); ++i)
      weights[i]->value = std::move(values[i]);
    model.optimizerState = session.optimizerState();
    writeModel(options.save, model, warningsTo(std::cerr));
  }

  void evaluate(const GlobalOptions &global) {
    ModelSource loaded = load(global);
    EvaluateArguments arguments = rt::evaluateArguments(options, loadTargets(loaded.model));
    auto session = start(loaded.model, global);
    rt::printLogs(options, session->evaluate(arguments));
  }
};

void addDataCommand(CLI::App &app, GlobalOptions &global, const char *name, const char *description,
                    void (*addOptions)(CLI::App *, rt::CommandOptions &),
                    void (DataCommand::*execute)(const GlobalOptions &)) {
  auto command = std::make_shared<DataCommand>();
  CLI::App *sub = app.add_subcommand(name, description);
  addModelOptions(sub, command->source);
  addOptions(sub, command->options);
  if (CLI::Option *save = sub->get_option_no_throw("--save")) // a program writes .npz only
    save->description("Where to write the trained model: .keras, .h5, .weights.h5, or .npz");
  sub->footer(
      "Example: keratin " + std::string(name) + " model.keras " +
      (std::string(name) == "predict" ? "--inputs in.npz --outputs out.npz" : "--data data.npz"));
  sub->callback([command, execute, sub, &global] {
    bool given = sub->get_option_no_throw("--seed") && sub->count("--seed") > 0;
    if (!given)
      command->options.seed = global.run.seed;
    if (global.run.threads > 0 && command->options.threads == 0)
      command->options.threads = global.run.threads;
    command->options.quiet |= global.run.quiet;
    try {
      (*command.*execute)(global);
    } catch (const rt::Error &error) {
      throw toUserError(error);
    }
  });
}

} // namespace

void addDataCommands(CLI::App &app, GlobalOptions &global) {
  addDataCommand(app, global, "predict", "Compute a model's outputs", rt::addPredictOptions,
                 &DataCommand::predict);
  addDataCommand(app, global, "fit", "Train a model", rt::addFitOptions, &DataCommand::fit);
  addDataCommand(app, global, "evaluate", "Compute loss and metrics", rt::addEvaluateOptions,
                 &DataCommand::evaluate);
}

} // namespace keratin
