// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin summary: Keras's table, then what a compiled model takes in memory.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Frontend/Layers/Summary.h"
#include "compiler/Session/Compilation.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <fmt/format.h>
#include <iostream>
#include <map>
#include <set>

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
    if (int64_t states = info["states_bytes"])
      std::cout << fmt::format(" {:<16}{:>12}  kept between batches of {}\n", "states",
                               bytesText(states), info["stateful_batch"].get<int64_t>());
    for (const auto &[entry, facts] : info["entries"].items()) {
      std::string limits = fmt::format("batch {}", facts["max_batch"].get<int64_t>());
      if (int64_t steps = facts["max_steps"])
        limits += fmt::format(", {} steps", steps);
      std::cout << fmt::format(" {:<16}{:>12}  workspace for {}\n", entry,
                               bytesText(facts["workspace_bytes"]), limits);
    }
    printPlanTable(loaded.model, options, info);
  }

  /// What the workspaces would be for other maxima, as the planner places their buffers: it is no
  /// linear function, rows are padded to whole vectors and what shares a place changes.
  static void printPlanTable(const ModelSpec &model, const CompileOptions &options,
                             const Json &info) {
    bool openSteps = false;
    for (const auto &[entry, facts] : info["entries"].items())
      openSteps |= facts["max_steps"].get<int64_t>() > 0;
    const std::set<int64_t> batches{1, 8, 32, 128, options.maxBatch};
    std::set<int64_t> lengths{options.maxSteps};
    if (openSteps)
      lengths.insert({10, 100});
    std::map<std::string, std::map<int64_t, std::vector<int64_t>>> plan; // entry, steps: bytes
    for (int64_t steps : lengths)
      for (int64_t batch : batches)
        for (const auto &[entry, bytes] : planFor(model, options, batch, steps))
          plan[entry][steps].push_back(bytes);

    std::cout << fmt::format("Workspace in bytes, compiled for other maxima\n {:<28}", "");
    for (int64_t batch : batches)
      std::cout << fmt::format("{:>14}", fmt::format("batch {}", batch));
    std::cout << "\n";
    for (const auto &[entry, facts] : info["entries"].items())
      for (const auto &[steps, bytes] : plan[entry]) {
        std::cout << fmt::format(" {:<28}", openSteps ? fmt::format("{}, {} steps", entry, steps)
                                                      : std::string(entry));
        for (int64_t value : bytes)
          std::cout << fmt::format("{:>14}", value);
        std::cout << "\n";
      }
  }

  /// Bytes of each entry's workspace for the given maxima; compiles as far as the plan.
  static std::map<std::string, int64_t> planFor(const ModelSpec &model, CompileOptions options,
                                                int64_t batch, int64_t steps) {
    options.maxBatch = batch;
    options.maxSteps = steps;
    options.onPhase = {};
    Compilation compilation(model, options);
    compilation.runTo(Phase::Buffers);
    std::map<std::string, int64_t> bytes;
    for (auto function : compilation.module().getOps<mlir::func::FuncOp>())
      if (auto size = function->getAttrOfType<mlir::IntegerAttr>(workspaceBytesAttrName))
        bytes[function.getName().str()] = size.getInt();
    return bytes;
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
