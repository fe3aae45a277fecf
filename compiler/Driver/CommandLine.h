// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The keratin command line: settings of all commands, and one function for each command that adds
// it.
#pragma once

#include "compiler/Driver/ModelSource.h"
#include "compiler/Session/Compilation.h"

#include "llvm/ADT/StringRef.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>

namespace keratin {

/// Options that stand before or after any command.
struct GlobalOptions {
  RunOptions run;
  bool verbose = false;
  std::string color = "auto";
  /// The code that the process ends with; set by commands that have more to say than success.
  int exitCode = 0;
};

/// Whether diagnostics on stderr are coloured.
bool useColor(const GlobalOptions &options);

// Each adds a sub-command that runs when it is parsed. Errors are thrown as UserError.
void addRunCommand(CLI::App &app, GlobalOptions &options);
void addCompileCommand(CLI::App &app, GlobalOptions &options);
void addDataCommands(CLI::App &app, GlobalOptions &options); ///< predict, fit, evaluate
void addSummaryCommand(CLI::App &app, GlobalOptions &options);
void addInspectCommand(CLI::App &app, GlobalOptions &options);
void addVerifyCommand(CLI::App &app, GlobalOptions &options);
void addBenchCommand(CLI::App &app, GlobalOptions &options);
void addDocumentCommands(CLI::App &app); ///< completion, man

/// The MODEL argument and the options that belong to it.
void addModelOptions(CLI::App *command, ModelSourceOptions &source);

/// For which machine and maxima a command compiles.
struct TargetOptions {
  std::string target, cpu;
  int64_t maxBatch = 32;
  int64_t maxSteps = 0; ///< 0: as the script's data have them, else 128

  void addTo(CLI::App *command);
  /// The machine and maxima for a model; entries are the caller's choice. Throws UserError for an
  /// unknown target.
  CompileOptions resolve(const ModelSource &source, const GlobalOptions &global) const;
};

/// predict, and where the model is compiled with a loss what trains and evaluates it.
std::vector<Entry> usualEntries(const ModelSpec &model);

/// The names of the phases from import to `last`.
std::vector<std::string> phaseNamesUpTo(Phase last);

/// Prints each phase and its time on stderr if -v was given.
std::function<void(llvm::StringRef, double)> phaseReporter(const GlobalOptions &options);

} // namespace keratin
