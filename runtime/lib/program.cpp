// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main function of a compiled native program: predict, fit and evaluate with one model.
#include "keratin/program.hpp"
#include "keratin/command_line.hpp"
#include "keratin/commands.hpp"
#include "keratin/error.hpp"

#include <iostream>

using namespace keratin::rt;

namespace {

SavedWeights loadWeights(const CommandOptions &options) {
  if (!options.weights.empty())
    return readWeights(options.weights);
  if (parseModelInfo(krt_program_model.info).weights.empty())
    return {};
  if (!krt_program_weights || !&krt_program_weights_size)
    throw Error("this program was built without weights", "give --weights FILE.npz");
  const std::string name = "the program's own weights";
  NpzReader archive(std::string_view(reinterpret_cast<const char *>(krt_program_weights),
                                     static_cast<size_t>(krt_program_weights_size)),
                    name);
  return readWeights(archive, name);
}

std::unique_ptr<Trainer> makeTrainer(const CommandOptions &options, const SavedWeights &start) {
  TrainerOptions trainerOptions;
  trainerOptions.seed = options.seed;
  trainerOptions.threads = options.threads;
  trainerOptions.interrupted = watchInterrupts();
  auto trainer = std::make_unique<Trainer>(krt_program_model, trainerOptions);
  trainer->setWeights(start.weights);
  return trainer;
}

void predict(const CommandOptions &options) {
  auto trainer = makeTrainer(options, loadWeights(options));
  DataNames names = dataNames(trainer->info());
  DataSet data = loadData(options, names, DataNeed::Inputs);
  std::vector<Array> outputs = trainer->predict(predictArguments(options, std::move(data)));
  writeArrays(options.outputs, nameOutputs(outputs, names));
}

void fit(const CommandOptions &options) {
  SavedWeights start = loadWeights(options);
  auto trainer = makeTrainer(options, start);
  if (start.optimizer)
    trainer->setOptimizerState(*start.optimizer);
  if (options.learningRate > 0)
    trainer->setLearningRate(options.learningRate);
  FitArguments arguments = fitArguments(
      options, loadData(options, dataNames(trainer->info()), DataNeed::InputsAndTargets));
  std::vector<Array> gradients;
  if (!options.gradients.empty())
    gradients = trainer->gradientsOfFirstStep(arguments);
  History history = trainer->fit(arguments);
  if (!options.save.empty())
    writeNpz(options.save, nameWeights({trainer->getWeights(), trainer->getOptimizerState()}));
  writeFitResults(options, history, gradients);
}

void evaluate(const CommandOptions &options) {
  auto trainer = makeTrainer(options, loadWeights(options));
  DataSet data = loadData(options, dataNames(trainer->info()), DataNeed::InputsAndTargets);
  printLogs(options, trainer->evaluate(evaluateArguments(options, std::move(data))));
}

int run(int argc, char **argv) {
  CommandOptions options;
  CLI::App app("A model compiled by Keratin.", argv[0]);
  app.set_version_flag("--version", std::string("keratin " KERATIN_VERSION ", ABI ") +
                                        std::to_string(KRT_ABI_VERSION));
  app.require_subcommand(1);
  CLI::App *predictCommand = app.add_subcommand("predict", "Compute outputs from inputs");
  addPredictOptions(predictCommand, options);
  CLI::App *fitCommand = app.add_subcommand("fit", "Train");
  addFitOptions(fitCommand, options);
  CLI::App *evaluateCommand = app.add_subcommand("evaluate", "Compute loss and metrics");
  addEvaluateOptions(evaluateCommand, options);
  try {
    app.parse(argc, argv);
    checkOptions(options);
    if (*fitCommand)
      chooseSeed(fitCommand, options);
    if (*predictCommand)
      predict(options);
    else if (*fitCommand)
      fit(options);
    else
      evaluate(options);
  } catch (const CLI::ParseError &e) {
    return endParse(app, e, argc, argv);
  }
  return 0;
}

int fail(const std::string &message, const std::string &hint, int code) {
  std::cerr << "error: " << message << "\n";
  if (!hint.empty())
    std::cerr << "  hint: " << hint << "\n";
  return code;
}

} // namespace

int main(int argc, char **argv) {
  try {
    int code = run(argc, argv);
    if (std::fflush(stdout) != 0 || !std::cout.flush())
      return fail("cannot write to the standard output", "", 1);
    return code;
  } catch (const Interrupted &) {
    return fail("interrupted", "", 130);
  } catch (const Error &e) {
    return fail(e.located(), e.hint, 1);
  } catch (const std::bad_alloc &) {
    return fail("out of memory", "", 1);
  } catch (const std::exception &e) {
    return fail(std::string("internal error: ") + e.what(), "please report this", 70);
  }
}
