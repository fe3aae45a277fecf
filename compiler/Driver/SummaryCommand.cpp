// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin summary: Keras's table, then what a compiled model takes in memory.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Frontend/Layers/Summary.h"
#include "compiler/Session/Compilation.h"

#include <fmt/format.h>
#include <iostream>

namespace keratin {

namespace {

std::string bytesText(int64_t bytes) {
  if (bytes < 1024)
    return fmt::format("{} B", bytes);
  if (bytes < 1024 * 1024)
    return fmt::format("{:.2f} KB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.2f} MB", static_cast<double>(bytes) / 1024 / 1024);
}

struct SummaryCommand {
  ModelSourceOptions source;
  TargetOptions target;

  void execute(const GlobalOptions &global) {
    source.run = global.run;
    ModelSource loaded = loadModelSource(source, std::cerr);
    std::cout << summaryText(loaded.model);

    CompileOptions options = target.resolve(loaded, global);
    options.entries = usualEntries(loaded.model);
    bool trains = options.entries.size() > 1;
    Compilation compilation(loaded.model, options);
    const Json &info = compilation.info();

    int64_t params = info["params_bytes"];
    std::cout << fmt::format("Memory on {} ({} lanes)\n", options.machine.cpu,
                             options.machine.lanes);
    std::cout << fmt::format(" {:<16}{:>12}\n", "params", bytesText(params));
    if (trains) {
      int64_t slots = static_cast<int64_t>(info["optimizer"]["slots"].size());
      std::cout << fmt::format(" {:<16}{:>12}\n", "optimizer", bytesText(64 + slots * params));
    }
    for (const auto &[entry, facts] : info["entries"].items()) {
      std::string limits = fmt::format("batch {}", facts["max_batch"].get<int64_t>());
      if (int64_t steps = facts["max_steps"])
        limits += fmt::format(", {} steps", steps);
      std::cout << fmt::format(" {:<16}{:>12}  workspace for {}\n", entry,
                               bytesText(facts["workspace_bytes"]), limits);
    }
  }
};

} // namespace

void addSummaryCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<SummaryCommand>();
  CLI::App *sub = app.add_subcommand("summary", "Show Keras's table and the memory plan");
  addModelOptions(sub, command->source);
  command->target.addTo(sub);
  sub->footer("Example: keratin summary model.keras");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
