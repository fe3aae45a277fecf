// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin bench: how long the compiled entries take on this machine.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Driver/RandomBatch.h"
#include "compiler/Session/Session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>

namespace keratin {

namespace {

/// Memory aligned as the ABI asks, zeroed.
class Block {
public:
  explicit Block(int64_t bytes) : storage(static_cast<size_t>(bytes) + KRT_ALIGNMENT) {}
  void *get() {
    auto address = reinterpret_cast<uintptr_t>(storage.data());
    return storage.data() + (KRT_ALIGNMENT - address % KRT_ALIGNMENT) % KRT_ALIGNMENT;
  }

private:
  std::vector<std::byte> storage;
};

struct BenchCommand {
  ModelSourceOptions source;
  std::vector<int64_t> batchSizes{1, 32};
  int64_t steps = 0;
  double seconds = 1;
  bool train = false, json = false;

  void execute(const GlobalOptions &global) {
    source.run = global.run;
    ModelSource loaded = loadModelSource(source, std::cerr);
    int64_t hinted = stepsOfHints(loaded);
    int64_t length = steps ? steps : hinted ? hinted : 128;
    if (train && (!loaded.model.compile || loaded.model.compile->losses.empty()))
      throw UserError(loaded.model.location, "the model is not compiled",
                      "call compile() with a loss");
    for (int64_t batch : batchSizes)
      measure(loaded.model, batch, length, global);
  }

  void measure(const ModelSpec &model, int64_t rows, int64_t length,
               const GlobalOptions &global) const {
    CompileOptions options;
    options.entries = {Entry::Predict};
    if (train)
      options.entries.push_back(Entry::TrainStep);
    llvm::Expected<Machine> machine = resolveMachine("", "native");
    if (!machine)
      throw UserError({}, llvm::toString(machine.takeError()));
    options.machine = *machine;
    options.maxBatch = rows;
    options.maxSteps = length;
    options.onPhase = phaseReporter(global);
    Compilation compilation(model, options);
    LoadedModel loaded(compilation.object(), options.name, compilation.info().dump());
    const krt_model &entries = loaded.entries();
    const Json &info = compilation.info();

    Block params(info["params_bytes"]);
    std::vector<const float *> weights;
    for (const WeightSpec *weight : model.weights())
      weights.push_back(weight->value.data<float>());
    entries.pack(weights.data(), params.get());
    RandomBatch batch = makeRandomBatch(model, rows, length, global.run.seed);
    std::vector<const void *> inputs, targets;
    for (const rt::Array &x : batch.x)
      inputs.push_back(x.bytes.data());
    for (const rt::Array &y : batch.y)
      targets.push_back(y.bytes.data());

    {
      Block workspace(info["entries"]["predict"]["workspace_bytes"]);
      entries.init(workspace.get(), info["entries"]["predict"]["workspace_bytes"], nullptr);
      std::vector<std::vector<float>> storage;
      std::vector<void *> outputs;
      for (TensorRef output : model.outputs) {
        int64_t size = rows;
        for (size_t i = 1; i < model.shapeOf(output).size(); ++i)
          size *= model.shapeOf(output)[i] < 0 ? length : model.shapeOf(output)[i];
        outputs.push_back(storage.emplace_back(static_cast<size_t>(size)).data());
      }
      time("predict", rows, length, [&] {
        return entries.predict(workspace.get(), params.get(), static_cast<int32_t>(rows),
                               static_cast<int32_t>(length), inputs.data(), outputs.data());
      });
    }
    if (!train)
      return;
    Block workspace(info["entries"]["train_step"]["workspace_bytes"]);
    entries.init(workspace.get(), info["entries"]["train_step"]["workspace_bytes"], nullptr);
    auto slots = static_cast<int64_t>(info["optimizer"]["slots"].size());
    Block optimizer(64 + slots * info["params_bytes"].get<int64_t>());
    int64_t pairs = 0;
    for (const Json &form : info["metric_forms"])
      pairs += form["pairs"].get<int64_t>();
    std::vector<float> metrics(static_cast<size_t>(2 * pairs));
    time("train_step", rows, length, [&] {
      return entries.train_step(workspace.get(), params.get(), optimizer.get(), 1e-3f, 1,
                                static_cast<int32_t>(rows), static_cast<int32_t>(length),
                                inputs.data(), targets.data(), nullptr, metrics.data());
    });
  }

  /// Repeats a call for `seconds`, after one that is not counted, and prints the least and the
  /// median time.
  template <typename Call>
  void time(const char *entry, int64_t rows, int64_t length, Call call) const {
    using Clock = std::chrono::steady_clock;
    if (int32_t status = call())
      throw std::logic_error(fmt::format("{} returned {}", entry, status));
    std::vector<double> micros;
    Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                               std::chrono::duration<double>(seconds));
    while (micros.size() < 3 || Clock::now() < end) {
      Clock::time_point start = Clock::now();
      call();
      micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    std::sort(micros.begin(), micros.end());
    double median = micros[micros.size() / 2];
    if (json) {
      Json line{{"entry", entry},           {"batch", rows},       {"steps", length},
                {"min_us", micros.front()}, {"median_us", median}, {"runs", micros.size()}};
      std::cout << line.dump() << "\n";
      return;
    }
    std::cout << fmt::format(
        "{:<12} batch {:>4}  {:>5} steps  min {:>10.1f} us  median {:>10.1f} us  ({} runs)\n",
        entry, rows, length, micros.front(), median, micros.size());
  }
};

} // namespace

void addBenchCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<BenchCommand>();
  CLI::App *sub = app.add_subcommand("bench", "Time the compiled entries on one thread");
  addModelOptions(sub, command->source);
  sub->add_option("--weights", command->source.weights,
                  "Weights: .keras, .h5, .weights.h5 or .npz");
  sub->add_option("--batch-size", command->batchSizes, "Rows of a call, one measurement each")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  sub->add_option("--steps", command->steps,
                  "Steps where the model leaves them open (default: the script's, or 128)");
  sub->add_option("--seconds", command->seconds, "Time of a measurement")->capture_default_str();
  sub->add_flag("--train", command->train, "Time training steps too");
  sub->add_flag("--json", command->json, "Print a line of JSON a measurement");
  sub->footer("Example: keratin bench model.py --batch-size 1,32 --train");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
