// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main function of a compiled native program: predict, fit and evaluate with one model.
#include "keratin/program.hpp"
#include "keratin/data_set.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"
#include "keratin/history.hpp"
#include "keratin/weights_file.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <random>
#include <unistd.h>

using namespace keratin::rt;

namespace {

volatile std::sig_atomic_t interrupted = 0;

struct Options {
  std::string inputs, outputs, data, weights, history, save, gradients, classWeight;
  int64_t batchSize = 32, epochs = 1, steps = -1;
  double validationSplit = 0, learningRate = 0;
  bool shuffle = true, json = false, quiet = false;
  int verbose = 1, threads = 0;
  uint64_t seed = 0;
};

void notice(const std::string &text) {
  if (!text.empty())
    std::cerr << "notice: " << text << "\n";
}

/// "0:1,1:0.5"
std::vector<std::pair<int64_t, double>> parseClassWeight(const std::string &text) {
  std::vector<std::pair<int64_t, double>> result;
  if (text.empty())
    return result;
  for (const std::string &item : CLI::detail::split(text, ',')) {
    int64_t label = 0;
    double weight = 0;
    size_t colon = item.find(':');
    if (colon == std::string::npos || !CLI::detail::lexical_cast(item.substr(0, colon), label) ||
        !CLI::detail::lexical_cast(item.substr(colon + 1), weight))
      throw CLI::ValidationError("--class-weight",
                                 "expected CLASS:WEIGHT,…, found \"" + item + "\"");
    result.emplace_back(label, weight);
  }
  return result;
}

SavedWeights loadWeights(const Options &options) {
  if (!options.weights.empty())
    return readWeights(options.weights);
  if (!krt_program_weights || !&krt_program_weights_size)
    throw Error("this program was built without weights", "give --weights FILE.npz");
  const std::string name = "the program's own weights";
  NpzReader archive(std::string(reinterpret_cast<const char *>(krt_program_weights),
                                static_cast<size_t>(krt_program_weights_size)),
                    name);
  return readWeights(archive, name);
}

TrainerOptions trainerOptions(const Options &options) {
  TrainerOptions result;
  result.seed = options.seed;
  result.threads = options.threads;
  result.interrupted = &interrupted;
  return result;
}

DataSet load(const Trainer &trainer, const std::string &path, DataNeed need) {
  DataSet data = selectData(readArrays(path), dataNames(trainer.info()), need, path);
  notice(data.notice);
  return data;
}

void predict(const Options &options) {
  checkWritable(options.outputs);
  Trainer trainer(krt_program_model, trainerOptions(options));
  trainer.setWeights(loadWeights(options).weights);
  PredictArguments arguments;
  arguments.x = load(trainer, options.inputs, DataNeed::Inputs).x;
  arguments.batchSize = options.batchSize;
  arguments.verbose = !options.quiet && ::isatty(STDOUT_FILENO) ? 1 : 0;
  writeArrays(options.outputs, nameOutputs(trainer.predict(arguments), dataNames(trainer.info())));
}

void fit(const Options &options) {
  FitArguments arguments;
  arguments.classWeight = parseClassWeight(options.classWeight);
  for (const std::string &output : {options.history, options.save, options.gradients})
    if (!output.empty())
      checkWritable(output);
  Trainer trainer(krt_program_model, trainerOptions(options));
  SavedWeights start = loadWeights(options);
  trainer.setWeights(start.weights);
  if (start.optimizer)
    trainer.setOptimizerState(*start.optimizer);
  if (options.learningRate > 0)
    trainer.setLearningRate(options.learningRate);
  DataSet data = load(trainer, options.data, DataNeed::InputsAndTargets);
  arguments.x = std::move(data.x);
  arguments.y = std::move(data.y);
  arguments.sampleWeights = std::move(data.sampleWeights);
  arguments.batchSize = options.batchSize;
  arguments.epochs = options.epochs;
  arguments.maxSteps = options.steps;
  arguments.shuffle = options.shuffle;
  arguments.validationSplit = options.validationSplit;
  arguments.verbose = options.quiet ? 0 : options.verbose;

  NamedArrays gradients;
  if (!options.gradients.empty()) {
    std::vector<Array> arrays = trainer.gradientsOfFirstStep(arguments);
    for (size_t i = 0; i < arrays.size(); ++i)
      gradients.emplace_back(numberedName("g", i), std::move(arrays[i]));
  }
  History history = trainer.fit(arguments);
  if (!options.gradients.empty())
    writeNpz(options.gradients, gradients);
  if (!options.save.empty())
    writeNpz(options.save, nameWeights({trainer.getWeights(), trainer.getOptimizerState()}));
  if (!options.history.empty())
    writeFile(options.history, formatHistory(history, options.seed));
}

void evaluate(const Options &options) {
  Trainer trainer(krt_program_model, trainerOptions(options));
  trainer.setWeights(loadWeights(options).weights);
  DataSet data = load(trainer, options.data, DataNeed::InputsAndTargets);
  EvaluateArguments arguments{std::move(data.x), std::move(data.y), std::move(data.sampleWeights),
                              options.batchSize, 0};
  if (!options.quiet && !options.json && ::isatty(STDOUT_FILENO))
    arguments.verbose = 1;
  Logs logs = trainer.evaluate(arguments);
  if (options.json) {
    nlohmann::ordered_json json;
    for (const auto &[name, value] : logs)
      json[name] = value;
    std::cout << json.dump() << "\n";
    return;
  }
  for (const auto &[name, value] : logs)
    std::printf("%s: %.9g\n", name.c_str(), value);
}

/// Options that every command has.
void addCommon(CLI::App *command, Options &options) {
  command->add_option(
      "--weights", options.weights,
      "Weights and optimizer state to start from, .npz (default: the program's own)");
  command->add_option("--batch-size", options.batchSize, "Rows a step")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--threads", options.threads, "Threads; 0: all cores")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_flag("-q,--quiet", options.quiet, "Show no progress");
}

void addData(CLI::App *command, Options &options) {
  command
      ->add_option("--data", options.data,
                   "Inputs x, targets y and perhaps sample_weight: .npz or .csv")
      ->required();
}

void addFit(CLI::App *command, Options &options) {
  addData(command, options);
  command->add_option("--epochs", options.epochs, "Passes over the data")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--steps", options.steps, "Steps an epoch at most (default: all)")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--shuffle,!--no-shuffle", options.shuffle,
                    "Take the rows in another order every epoch (default: true)");
  command
      ->add_option("--validation-split", options.validationSplit,
                   "Fraction of the rows, from the end, to validate on")
      ->capture_default_str();
  command->add_option("--class-weight", options.classWeight, "Weights of classes, as 0:1,1:0.5");
  command->add_option("--learning-rate", options.learningRate, "In place of the compiled one")
      ->check(CLI::PositiveNumber);
  command->add_option("--history", options.history, "Where to write losses and metrics, .json");
  command->add_option("--save", options.save, "Where to write weights and optimizer state, .npz");
  command->add_option("--gradients", options.gradients,
                      "Where to write the first step's gradients, .npz");
  command->add_option("--seed", options.seed,
                      "Of dropout and shuffling (default: a fresh one, kept in the history)");
  command->add_option("--verbose", options.verbose, "0: silent, 1: bar, 2: a line an epoch")
      ->capture_default_str()
      ->check(CLI::Range(0, 2));
  command->footer("Example: fit --data data.npz --epochs 3 --save trained.npz");
}

int run(int argc, char **argv) {
  Options options;
  CLI::App app("A model compiled by Keratin.");
  app.set_version_flag("--version", std::string("keratin " KERATIN_VERSION ", ABI ") +
                                        std::to_string(KRT_ABI_VERSION));
  app.require_subcommand(1);
  CLI::App *predictCommand = app.add_subcommand("predict", "Compute outputs from inputs");
  predictCommand->add_option("--inputs", options.inputs, "Inputs: .npz, .npy or .csv")->required();
  predictCommand
      ->add_option("--outputs", options.outputs, "Where to write the outputs: .npz, .npy or .csv")
      ->required();
  predictCommand->footer("Example: predict --inputs in.npz --outputs out.npz");
  CLI::App *fitCommand = app.add_subcommand("fit", "Train");
  addFit(fitCommand, options);
  CLI::App *evaluateCommand = app.add_subcommand("evaluate", "Compute loss and metrics");
  addData(evaluateCommand, options);
  evaluateCommand->add_flag("--json", options.json, "Print one JSON object");
  evaluateCommand->footer("Example: evaluate --data test.npz --json");
  for (CLI::App *command : {predictCommand, fitCommand, evaluateCommand})
    addCommon(command, options);
  try {
    app.parse(argc, argv);
    if (fitCommand->count("--seed") == 0)
      options.seed = std::random_device()();
    if (*predictCommand)
      predict(options);
    else if (*fitCommand)
      fit(options);
    else
      evaluate(options);
  } catch (const CLI::ParseError &e) {
    return app.exit(e) == 0 ? 0 : 2;
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
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = SA_RESETHAND; // a second time ends the program at once
  sigaction(SIGINT, &action, nullptr);
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
