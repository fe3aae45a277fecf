// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin compile: a model as object, header, C++, shared library, program, or IR.
#include "compiler/Driver/CommandLine.h"
#include "compiler/Session/Compilation.h"
#include "compiler/Support/RuntimeError.h"
#include "compiler/Target/Header/Header.h"
#include "compiler/Target/Program/Link.h"
#include "keratin/command_line.hpp"
#include "keratin/file.hpp"
#include "keratin/npz.hpp"
#include "keratin/weights_file.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

namespace keratin {

namespace {

const std::vector<std::string> emitKinds{"obj", "header", "cpp", "shared",
                                         "exe", "llvm",   "asm", "mlir"};
/// As in Entry.
const std::vector<std::string> entryNames{"predict", "step", "evaluate_step", "train_step",
                                          "gradients"};
/// What the commands of a program call.
const std::vector<std::string> programEntries{"predict", "evaluate_step", "train_step",
                                              "gradients"};

struct CompileCommand {
  ModelSourceOptions source;
  TargetOptions target;
  std::string output, name, compileTo = "flat";
  std::vector<std::string> emit{"obj", "header"}, entries;
  bool embedWeights = false;
  std::optional<int64_t> premultiplyMebibytes;

  bool emits(const char *kind) const {
    return std::find(emit.begin(), emit.end(), kind) != emit.end();
  }

  /// OUT itself for a single kind, OUT as a stem for several.
  std::string pathOf(const char *suffix) const {
    return emit.size() == 1 ? output : output + suffix;
  }

  CompileOptions compileOptions(const ModelSource &loaded, const GlobalOptions &global) const {
    bool trains = loaded.model.compile && !loaded.model.compile->losses.empty();
    TargetOptions chosenTarget = target;
    if (target.cpu.empty() && target.target.empty() && emit == std::vector<std::string>{"exe"})
      chosenTarget.cpu = "native";
    CompileOptions options = chosenTarget.resolve(loaded, global);
    std::vector<std::string> chosen = entries;
    if (chosen.empty())
      chosen = emits("exe") && trains ? programEntries : std::vector<std::string>{"predict"};
    options.entries.clear();
    for (size_t i = 0; i < entryNames.size(); ++i)
      if (std::find(chosen.begin(), chosen.end(), entryNames[i]) != chosen.end())
        options.entries.push_back(static_cast<Entry>(i));
    options.name = name.empty() ? identifierFromPath(source.path) : name;
    options.embedWeights = embedWeights;
    // Products make an artifact larger and its start slower, and pay where rows are copied fast.
    bool lean = embedWeights || emits("exe") || options.machine.lanes == 1;
    options.maxProductBytes = premultiplyMebibytes.value_or(lean ? 0 : 64) << 20;
    return options;
  }

  void execute(const GlobalOptions &global) {
    const auto holdsConstants = {"obj", "cpp", "shared", "exe", "llvm", "asm"};
    if (embedWeights && std::none_of(holdsConstants.begin(), holdsConstants.end(),
                                     [this](const char *kind) { return emits(kind); }))
      throw CLI::ValidationError("--embed-weights", "nothing in --emit can hold weights: expected "
                                                    "obj, cpp, shared, exe, llvm or asm");
    source.run = global.run;
    // Two compilations of one script give the same bytes, its initial weights included.
    if (!global.run.seedGiven)
      source.run.seed = 0;
    ModelSource loaded = loadModelSource(source, std::cerr);
    Compilation compilation(loaded.model, compileOptions(loaded, global));
    try {
      writeOutputs(compilation, loaded.model);
    } catch (const rt::Error &error) {
      throw toUserError(error);
    }
  }

  /// Forms that a later phase consumes come first.
  void writeOutputs(Compilation &compilation, const ModelSpec &model) const {
    if (emits("mlir")) {
      compilation.runTo(*parsePhase(compileTo));
      rt::writeFile(pathOf(".mlir"), compilation.text(/*withLocations=*/true));
    }
    if (emits("header"))
      rt::writeFile(pathOf(".h"), printHeader(compilation.info()));
    if (emits("cpp"))
      rt::writeFile(pathOf(".cpp"), compilation.cpp());
    if (emits("llvm"))
      rt::writeFile(pathOf(".ll"), compilation.llvmIR());
    if (emits("asm"))
      rt::writeFile(pathOf(".s"), toText(compilation.assembly()));
    if (emits("obj") || emits("shared")) {
      llvm::SmallVector<char, 0> object = compilation.object();
      if (emits("obj"))
        rt::writeFile(pathOf(".o"), toText(object));
      if (emits("shared"))
        linkShared(object, pathOf(".so"));
    }
    if (emits("exe")) {
      rt::SavedWeights weights;
      for (const WeightSpec *weight : model.weights())
        weights.weights.push_back(weight->value);
      linkProgram(compilation.programObject(rt::formatNpz(rt::nameWeights(weights))), pathOf(""));
    }
  }

  static std::string_view toText(const llvm::SmallVector<char, 0> &bytes) {
    return {bytes.data(), bytes.size()};
  }
};

std::string checkIdentifier(const std::string &text) {
  bool good = !text.empty() && !std::isdigit(static_cast<unsigned char>(text[0]));
  for (char c : text)
    good &= std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  return good ? "" : "expected a C identifier, got \"" + text + "\"";
}

} // namespace

void addCompileCommand(CLI::App &app, GlobalOptions &global) {
  auto command = std::make_shared<CompileCommand>();
  CLI::App *sub = app.add_subcommand("compile", "Compile a model to native code or C++");
  addModelOptions(sub, command->source);
  sub->add_option("-o,--output", command->output, "The file for one --emit, the stem for several")
      ->required();
  sub->add_option("--emit", command->emit,
                  "obj, header, cpp, shared, exe, llvm, asm, mlir (default: obj,header)")
      ->delimiter(',')
      ->allow_extra_args(false) // the model may come next
      ->check(rt::oneOf(emitKinds));
  sub->add_option("--entry", command->entries,
                  "predict, step, evaluate_step, train_step, gradients (default: predict; for exe "
                  "all but step of a compiled model)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(rt::oneOf(entryNames));
  sub->add_option("--compile-to", command->compileTo, "Phase at which --emit=mlir takes the module")
      ->capture_default_str()
      ->check(rt::oneOf(phaseNamesUpTo(Phase::LLVM)));
  command->target.addTo(sub);
  sub->add_option("--premultiply", command->premultiplyMebibytes,
                  "MiB that products of embeddings with the kernels behind them may take, looked up "
                  "instead of computed where no entry trains (default: 64; 0 for programs, with "
                  "--embed-weights, and without vectors)")
      ->check(CLI::Range(0, 1 << 20));
  sub->add_option("--name", command->name, "Prefix of the public functions (default: MODEL's stem)")
      ->check(CLI::Validator(checkIdentifier, "IDENTIFIER"));
  sub->add_option(
      "--weights", command->source.weights,
      "Weights of the program and of --embed-weights: .keras, .h5, .weights.h5 or .npz");
  sub->add_flag(
      "--embed-weights", command->embedWeights,
      "Put the weights, packed, into the artifact as the constant NAME_weights (a program "
      "always has its weights)");
  sub->footer("Example: keratin compile model.py -o model --emit=obj,header");
  sub->callback([command, &global] { command->execute(global); });
}

} // namespace keratin
