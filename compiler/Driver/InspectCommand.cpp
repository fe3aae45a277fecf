// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin inspect: the model after each phase or pass.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Session/Compilation.h"

#include <iostream>

namespace keratin {

namespace {

struct InspectCommand {
  ModelSourceOptions source;
  std::string dumpDir, phase = "graph", cpu = "native", target;
  bool text = false, locations = false;
  int64_t maxBatch = 32, maxSteps = 0;

  void execute(const GlobalOptions &global) {
    std::optional<Phase> last = parsePhase(phase);
    if (!last || *last == Phase::Object)
      throw CLI::ValidationError("--compile-to", "expected import, graph, autodiff, buffers, loops, flat or llvm, got " + phase);
    source.run = global.run;
    ModelSource loaded = loadModelSource(source, std::cerr);
    CompileOptions options;
    bool trains = loaded.model.compile && !loaded.model.compile->losses.empty();
    options.entries = {Entry::Predict};
    if (trains)
      options.entries.insert(options.entries.end(), {Entry::EvaluateStep, Entry::TrainStep});
    llvm::Expected<Machine> machine = resolveMachine(target, cpu);
    if (!machine)
      throw UserError({}, llvm::toString(machine.takeError()));
    options.machine = *machine;
    options.maxBatch = maxBatch;
    int64_t hinted = stepsOfHints(loaded);
    options.maxSteps = maxSteps ? maxSteps : hinted ? hinted : options.maxSteps;
    options.dumpDir = dumpDir;
    options.verifyEach = true;
    options.onPhase = phaseReporter(global);
    Compilation compilation(loaded.model, options);
    compilation.runTo(dumpDir.empty() ? *last : Phase::LLVM);
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
  sub->add_option("--compile-to", command->phase, "Phase after which to stop")->capture_default_str();
  sub->add_option("--dump-dir", command->dumpDir, "Write the module after every pass to this folder");
  sub->add_option("--max-batch", command->maxBatch, "Rows that entries are made for")->capture_default_str();
  sub->add_option("--max-steps", command->maxSteps, "Steps where the model leaves them open (default: the script's)");
  sub->add_option("--target", command->target, "Target triple (default: this machine's)");
  sub->add_option("--cpu", command->cpu, "CPU of the target")->capture_default_str();
  sub->footer("Example: keratin inspect model.py --compile-to=loops");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
