// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// predict, fit and evaluate as command lines: their options, and what they make of data and
// results. Shared by compiled programs and the keratin tool.
#pragma once

#include "keratin/data_set.hpp"
#include "keratin/trainer.hpp"
#include "keratin/weights_file.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace keratin::rt {

struct CommandOptions {
  std::string inputs, outputs, data, weights, history, save, gradients, classWeight;
  int64_t batchSize = 32, epochs = 1, steps = -1;
  double validationSplit = 0, learningRate = 0;
  bool shuffle = true, json = false, quiet = false;
  int verbose = 1, threads = 0;
  uint64_t seed = 0;
};

/// Each adds the options of one command, and those that all three have.
void addPredictOptions(CLI::App *command, CommandOptions &options);
void addFitOptions(CLI::App *command, CommandOptions &options);
void addEvaluateOptions(CLI::App *command, CommandOptions &options);

/// A fresh seed where --seed was not given.
void chooseSeed(const CLI::App *command, CommandOptions &options);

/// Throws Error where an output that the options name could not be written.
void checkOptions(const CommandOptions &options);

PredictArguments predictArguments(const CommandOptions &options, DataSet data);
FitArguments fitArguments(const CommandOptions &options, DataSet data);
EvaluateArguments evaluateArguments(const CommandOptions &options, DataSet data);

/// Reads the data of a command and says on stderr what it did not need.
DataSet loadData(const CommandOptions &options, const DataNames &names, DataNeed need);

/// History and gradients, where the options ask for them.
void writeFitResults(const CommandOptions &options, const History &history,
                     const std::vector<Array> &gradients);
/// A line a value, or one JSON object.
void printLogs(const CommandOptions &options, const Logs &logs);

/// Counts SIGINTs: the first sets the flag, the second ends the process.
const volatile std::sig_atomic_t *watchInterrupts();

} // namespace keratin::rt
