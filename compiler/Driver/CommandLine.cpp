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
  command->add_option("MODEL", source.path, "A Keras script (.py) or file (.keras, .h5)")->required();
  command->add_option("--model", source.modelName,
                      "Which model of a script: a variable or a model's name (default: the one last compiled)");
  command->add_option("--input-shape", source.inputShapes,
                      "[NAME=]STEPS or [NAME=]STEPS,FEATURES where the model leaves its input's shape open");
}

std::function<void(llvm::StringRef, double)> phaseReporter(const GlobalOptions &options) {
  if (!options.verbose)
    return {};
  return [](llvm::StringRef phase, double seconds) {
    std::fprintf(stderr, "%-10s %7.1f ms\n", phase.str().c_str(), 1e3 * seconds);
  };
}

} // namespace keratin
