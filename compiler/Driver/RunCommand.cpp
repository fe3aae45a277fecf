// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin run: a Keras script, natively.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/ModelWriter.h"
#include "compiler/Session/Session.h"
#include "keratin/commands.hpp"

#include <fstream>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace keratin {

namespace {

int terminalWidth() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

struct RunCommand {
  std::string script, save;
  std::vector<std::string> arguments;

  void execute(GlobalOptions &global) const {
    if (!std::ifstream(script))
      throw UserError({script}, "cannot read the script");
    if (!save.empty())
      checkModelOutput(save);
    ScriptOptions options;
    options.run = global.run;
    options.datasets.realDataOnly = global.run.realDataOnly;
    options.terminalWidth = terminalWidth();
    auto factory = [&](ModelSpec &model, const RunOptions &run) -> std::unique_ptr<Engine> {
      Session::Options session;
      session.run = run;
      session.onPhase = phaseReporter(global);
      session.interrupted = rt::watchInterrupts();
      return std::make_unique<Session>(model, session);
    };
    ScriptResult result = runScript(script, arguments, options, factory, std::cout, std::cerr);
    global.exitCode = result.exitCode;
    if (save.empty())
      return;
    if (!result.model)
      throw UserError({script}, "--save: the script makes no model");
    writeModel(save, *result.model, warningsTo(std::cerr));
  }
};

} // namespace

void addRunCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<RunCommand>();
  CLI::App *sub = app.add_subcommand("run", "Run a Keras script natively");
  sub->add_option("SCRIPT", command->script, "The script (.py)")->required();
  sub->add_option("ARGS", command->arguments, "The script's own arguments; put -- before options");
  sub->add_flag("--real-data-only", global.run.realDataOnly,
                "End with an error where a data set cannot be had");
  sub->add_option("--save", command->save,
                  "Where to write the last model: .keras, .h5, .weights.h5, or .npz");
  sub->footer("Example: keratin run examples/imdb_lstm/model.py");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
