// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/CommandLine.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace keratin {

bool useColor(const GlobalOptions &options) {
  if (options.color != "auto")
    return options.color == "always";
  const char *noColor = std::getenv("NO_COLOR");
  return (!noColor || !*noColor) && ::isatty(STDERR_FILENO);
}

void addModelOptions(CLI::App *command, ModelSourceOptions &source) {
  command->add_option("MODEL", source.path, "A Keras script (.py) or file (.keras, .h5)")
      ->required();
  command->add_option(
      "--model", source.modelName,
      "Which model of a script: a variable or a model's name (default: the one last compiled)");
  command->add_option(
      "--input-shape", source.inputShapes,
      "[NAME=]STEPS or [NAME=]STEPS,FEATURES where the model leaves its input's shape open");
}

void TargetOptions::addTo(CLI::App *command) {
  command->add_option("--target", target, "Target triple (default: this machine's)");
  command->add_option("--cpu", cpu, "CPU of the target, or native (default for x86-64: x86-64-v3)");
  command->add_option("--max-batch", maxBatch, "Rows that entries can be called with")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--max-steps", maxSteps,
                   "Steps that entries can be called with where the model leaves them open "
                   "(default: the script's, or 128)")
      ->check(CLI::PositiveNumber);
}

CompileOptions TargetOptions::resolve(const ModelSource &source,
                                      const GlobalOptions &global) const {
  CompileOptions options;
  llvm::Expected<Machine> machine = resolveMachine(target, cpu);
  if (!machine)
    throw UserError({}, llvm::toString(machine.takeError()));
  options.machine = *machine;
  options.maxBatch = maxBatch;
  int64_t hinted = stepsOfHints(source);
  options.maxSteps = maxSteps ? maxSteps : hinted ? hinted : options.maxSteps;
  options.onPhase = phaseReporter(global);
  return options;
}

std::vector<Entry> usualEntries(const ModelSpec &model) {
  if (!model.compile || model.compile->losses.empty())
    return {Entry::Predict};
  return {Entry::Predict, Entry::EvaluateStep, Entry::TrainStep};
}

std::vector<std::string> phaseNamesUpTo(Phase last) {
  std::vector<std::string> names;
  for (int phase = 0; phase <= static_cast<int>(last); ++phase)
    names.push_back(phaseName(static_cast<Phase>(phase)).str());
  return names;
}

std::function<void(llvm::StringRef, double)> phaseReporter(const GlobalOptions &options) {
  if (!options.verbose)
    return {};
  return [](llvm::StringRef phase, double seconds) {
    std::fprintf(stderr, "%-10s %7.1f ms\n", phase.str().c_str(), 1e3 * seconds);
  };
}

} // namespace keratin
