// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin inspect: the model after each phase or pass.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Session/Compilation.h"
#include "keratin/command_line.hpp"

#include <iostream>

namespace keratin {

namespace {

struct InspectCommand {
  ModelSourceOptions source;
  TargetOptions target;
  std::string dumpDir, phase = "graph";
  bool text = false, locations = false;

  void execute(const GlobalOptions &global) {
    Phase last = *parsePhase(phase);
    source.run = global.run;
    ModelSource loaded = loadModelSource(source, std::cerr);
    CompileOptions options = target.resolve(loaded, global);
    options.entries = usualEntries(loaded.model);
    options.dumpDir = dumpDir;
    options.verifyEach = true;
    Compilation compilation(loaded.model, options);
    compilation.runTo(dumpDir.empty() ? last : Phase::LLVM);
    if (text || dumpDir.empty())
      std::cout << compilation.text(locations) << "\n";
  }
};

} // namespace

void addInspectCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<InspectCommand>();
  CLI::App *sub = app.add_subcommand("inspect", "Show what the passes did to a model");
  addModelOptions(sub, command->source);
  sub->add_flag("--text", command->text, "Print the module (default where no --dump-dir is given)");
  sub->add_flag("--locations", command->locations, "Print the layer and script line of every op");
  sub->add_option("--compile-to", command->phase, "Phase after which to stop")
      ->capture_default_str()
      ->check(rt::oneOf(phaseNamesUpTo(Phase::LLVM)));
  sub->add_option("--dump-dir", command->dumpDir,
                  "Write the module after every pass to this folder");
  command->target.addTo(sub);
  sub->footer("Example: keratin inspect model.py --compile-to=loops");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
