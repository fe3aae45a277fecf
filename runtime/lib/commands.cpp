// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "keratin/commands.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"
#include "keratin/history.hpp"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <random>
#include <unistd.h>

namespace keratin::rt {

namespace {

volatile std::sig_atomic_t interrupted = 0;

/// "0:1,1:0.5". Throws CLI::ValidationError.
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
      throw CLI::ValidationError("expected CLASS:WEIGHT,…, found \"" + item + "\"");
    result.emplace_back(label, weight);
  }
  return result;
}

std::string checkClassWeight(const std::string &text) {
  try {
    parseClassWeight(text);
    return "";
  } catch (const CLI::ValidationError &error) {
    return error.what();
  }
}

/// Options that every command has.
void addCommon(CLI::App *command, CommandOptions &options) {
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

void addData(CLI::App *command, CommandOptions &options) {
  command
      ->add_option("--data", options.data,
                   "Inputs x, targets y and perhaps sample_weight: .npz or .csv")
      ->required();
}

} // namespace

void addPredictOptions(CLI::App *command, CommandOptions &options) {
  command->add_option("--inputs", options.inputs, "Inputs: .npz, .npy or .csv")->required();
  command
      ->add_option("--outputs", options.outputs, "Where to write the outputs: .npz, .npy or .csv")
      ->required();
  addCommon(command, options);
  command->footer("Example: predict --inputs in.npz --outputs out.npz");
}

void addFitOptions(CLI::App *command, CommandOptions &options) {
  addData(command, options);
  command->add_option("--epochs", options.epochs, "Passes over the data")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--steps", options.steps, "Steps an epoch at most (default: all)")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--shuffle", options.shuffle,
                   "Whether to take the rows in another order every epoch (default: true)")
      ->type_name("{true,false}");
  command
      ->add_option("--validation-split", options.validationSplit,
                   "Fraction of the rows, from the end, to validate on")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--class-weight", options.classWeight, "Weights of classes, as 0:1,1:0.5")
      ->check(CLI::Validator(checkClassWeight, "CLASS:WEIGHT,..."));
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
  addCommon(command, options);
  command->footer("Example: fit --data data.npz --epochs 3 --save trained.npz");
}

void addEvaluateOptions(CLI::App *command, CommandOptions &options) {
  addData(command, options);
  command->add_flag("--json", options.json, "Print one JSON object");
  addCommon(command, options);
  command->footer("Example: evaluate --data test.npz --json");
}

void chooseSeed(const CLI::App *command, CommandOptions &options) {
  if (command->count("--seed") == 0)
    options.seed = std::random_device()();
}

void checkOptions(const CommandOptions &options) {
  for (const std::string &output :
       {options.outputs, options.history, options.save, options.gradients})
    if (!output.empty())
      checkWritable(output);
}

PredictArguments predictArguments(const CommandOptions &options, DataSet data) {
  PredictArguments arguments;
  arguments.x = std::move(data.x);
  arguments.batchSize = options.batchSize;
  arguments.verbose = !options.quiet && ::isatty(STDOUT_FILENO) ? 1 : 0;
  return arguments;
}

FitArguments fitArguments(const CommandOptions &options, DataSet data) {
  FitArguments arguments;
  arguments.classWeight = parseClassWeight(options.classWeight);
  arguments.x = std::move(data.x);
  arguments.y = std::move(data.y);
  arguments.sampleWeights = std::move(data.sampleWeights);
  arguments.batchSize = options.batchSize;
  arguments.epochs = options.epochs;
  arguments.maxSteps = options.steps;
  arguments.shuffle = options.shuffle;
  arguments.validationSplit = options.validationSplit;
  arguments.verbose = options.quiet ? 0 : options.verbose;
  return arguments;
}

EvaluateArguments evaluateArguments(const CommandOptions &options, DataSet data) {
  bool bar = !options.quiet && !options.json && ::isatty(STDOUT_FILENO);
  return {std::move(data.x), std::move(data.y), std::move(data.sampleWeights), options.batchSize,
          bar ? 1 : 0};
}

DataSet loadData(const CommandOptions &options, const DataNames &names, DataNeed need) {
  const std::string &path = need == DataNeed::Inputs ? options.inputs : options.data;
  DataSet data = selectData(readArrays(path), names, need, path);
  if (!data.x.empty() && !data.x[0].shape.empty() && data.x[0].shape[0] == 0)
    throw Error("the data has no samples").at(path);
  if (!data.notice.empty())
    std::cerr << "notice: " << data.notice << "\n";
  return data;
}

void writeFitResults(const CommandOptions &options, const History &history,
                     const std::vector<Array> &gradients) {
  if (!options.gradients.empty()) {
    NamedArrays named;
    for (size_t i = 0; i < gradients.size(); ++i)
      named.emplace_back(numberedName("g", i), gradients[i]);
    writeNpz(options.gradients, named);
  }
  if (!options.history.empty())
    writeFile(options.history, formatHistory(history, options.seed));
}

void printLogs(const CommandOptions &options, const Logs &logs) {
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

const volatile std::sig_atomic_t *watchInterrupts() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = SA_RESETHAND; // a second time ends the process at once
  sigaction(SIGINT, &action, nullptr);
  return &interrupted;
}

} // namespace keratin::rt
