// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Session/Compilation.h"
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Frontend/Layers/NestedModels.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/InitAllDialects.h"
#include "compiler/Session/IRDumper.h"
#include "compiler/Session/PackWeights.h"
#include "compiler/Session/ValueOrThrow.h"
#include "compiler/Target/Cpp/Cpp.h"
#include "compiler/Target/Cpp/Weights.h"
#include "compiler/Target/ModelInfo/ModelInfo.h"
#include "compiler/Target/Object/Object.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <chrono>
#include <stdexcept>

using namespace mlir;

namespace keratin {

namespace {

DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerLLVMTranslations(registry);
  return registry;
}

/// The position in the script at the heart of a location.
SourceLocation sourceLocation(Location location) {
  SourceLocation result;
  location->walk([&](Location inner) {
    auto file = dyn_cast<FileLineColLoc>(inner);
    if (!file)
      return WalkResult::advance();
    result = {file.getFilename().str(), static_cast<int>(file.getLine()),
              static_cast<int>(file.getColumn())};
    return WalkResult::interrupt();
  });
  return result;
}

/// Collects the errors of a stretch of compilation.
class ErrorCollector {
public:
  explicit ErrorCollector(MLIRContext &context)
      : handler(&context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
            return success();
          messages += (messages.empty() ? "" : "; ") + diagnostic.str();
          if (location.line == 0)
            location = sourceLocation(diagnostic.getLocation());
          return success();
        }) {}

  /// Located errors are about the user's model, others about the compiler.
  [[noreturn]] void raise() const {
    if (location.line != 0)
      throw UserError(location, messages);
    throw std::logic_error(messages.empty() ? "a pass failed without a message" : messages);
  }

private:
  std::string messages;
  SourceLocation location;
  ScopedDiagnosticHandler handler;
};

} // namespace

/// What emission of machine code needs, kept for several kinds of output.
struct Compilation::Target {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

Compilation::Compilation(const ModelSpec &model, CompileOptions options)
    : inlined(hasNestedModels(model) ? std::optional(inlineModels(model)) : std::nullopt),
      model(inlined ? *inlined : model), options(std::move(options)),
      context(makeRegistry(), MLIRContext::Threading::DISABLED) {
  context.loadAllAvailableDialects();
  if (int64_t batch = statefulBatch(this->model))
    this->options.maxBatch = batch;
  ErrorCollector errors(context);
  ir = buildIR(this->model, {this->options.entries}, context);
}

Compilation::~Compilation() = default;

void Compilation::runTo(Phase phase) {
  PipelineOptions pipeline;
  const Machine &machine = options.machine;
  pipeline.lanes = machine.lanes;
  pipeline.registers = machine.registers;
  pipeline.fma = machine.fma;
  pipeline.indexBits = machine.indexBits;
  pipeline.triple = machine.triple;
  pipeline.hasFpMode = machine.hasFpMode;
  pipeline.name = options.name;
  pipeline.maxBatch = options.maxBatch;
  pipeline.maxSteps = options.maxSteps;
  pipeline.maxProductBytes = options.maxProductBytes;
  if (!options.dumpDir.empty())
    if (std::error_code error = llvm::sys::fs::create_directories(options.dumpDir))
      throw UserError({options.dumpDir}, "cannot make the folder: " + error.message());

  PassManager passes(&context);
  passes.enableVerifier(options.verifyEach);
  if (!options.dumpDir.empty())
    passes.addInstrumentation(createIRDumper(options.dumpDir));
  ErrorCollector errors(context);
  // All phases in one pass manager would number the dumps alike; one a phase gives their times.
  while (reached < phase) {
    auto next = static_cast<Phase>(static_cast<int>(reached) + 1);
    auto start = std::chrono::steady_clock::now();
    passes.clear();
    buildPhase(passes, next, pipeline);
    if (failed(passes.run(*ir)))
      errors.raise();
    reached = next;
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (options.onPhase)
      options.onPhase(phaseName(next), seconds.count());
    if (reached == Phase::Flat) {
      description = modelInfo(model, *ir, options.name, machine);
      if (options.embedWeights) {
        embeddedWeights = packWeights(model, *ir, options.name);
        description["embedded_weights"] = true;
      }
    }
  }
}

std::string Compilation::text(bool withLocations) {
  std::string result;
  llvm::raw_string_ostream stream(result);
  OpPrintingFlags flags;
  if (withLocations)
    flags.enableDebugInfo();
  ir->print(stream, flags);
  return result;
}

const Json &Compilation::info() {
  runTo(Phase::Flat);
  return description;
}

Compilation::Target &Compilation::target() {
  if (machineCode)
    return *machineCode;
  runTo(Phase::LLVM);
  auto start = std::chrono::steady_clock::now();
  machineCode = std::make_unique<Target>();
  machineCode->machine = valueOrThrow(createTargetMachine(options.machine, options.quick));
  ErrorCollector errors(context);
  machineCode->module = valueOrThrow(emitLLVMIR(*ir, machineCode->context, *machineCode->machine));
  addConstant(*machineCode->module, options.name + "_info", description.dump());
  if (!embeddedWeights.empty())
    addWeights(*machineCode->module, options.name + "_weights", embeddedWeights);
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (options.onPhase)
    options.onPhase("optimize", seconds.count());
  return *machineCode;
}

std::string Compilation::llvmIR() {
  std::string result;
  llvm::raw_string_ostream stream(result);
  target().module->print(stream, nullptr);
  return result;
}

llvm::SmallVector<char, 0> Compilation::assembly() {
  Target &code = target();
  // Code generation changes the module it is given.
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*code.module);
  return valueOrThrow(emitCode(*copy, *code.machine, CodeKind::Assembly));
}

llvm::SmallVector<char, 0> Compilation::emit(std::unique_ptr<llvm::Module> module) {
  auto start = std::chrono::steady_clock::now();
  llvm::SmallVector<char, 0> bytes =
      valueOrThrow(emitCode(*module, *machineCode->machine, CodeKind::Object));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (options.onPhase)
    options.onPhase("object", seconds.count());
  return bytes;
}

llvm::SmallVector<char, 0> Compilation::object() {
  return emit(llvm::CloneModule(*target().module));
}

llvm::SmallVector<char, 0> Compilation::programObject(llvm::StringRef weights) {
  std::vector<std::string> entries;
  for (Entry entry : options.entries)
    entries.push_back(entryName(entry).str());
  std::unique_ptr<llvm::Module> module = llvm::CloneModule(*target().module);
  addProgramConstants(*module, options.name, entries, weights);
  return emit(std::move(module));
}

std::string Compilation::cpp() {
  runTo(Phase::Flat);
  if (reached != Phase::Flat)
    throw std::logic_error("C++ is printed from the flat form, which has been lowered already");
  std::string result;
  llvm::raw_string_ostream stream(result);
  ErrorCollector errors(context);
  if (failed(printCpp(*ir, stream)))
    errors.raise();
  // The description, as in the object.
  result += "\nextern \"C\" {\nextern const char " + options.name + "_info[];\nconst char " +
            options.name + "_info[] = R\"json(" + description.dump() + ")json\";\n}\n";
  if (!embeddedWeights.empty()) {
    std::vector<WeightSection> sections;
    ParamTable table(*ir);
    for (const ParamTable::Entry &entry : table.entries())
      sections.push_back({entry.offset / static_cast<int64_t>(sizeof(float)),
                          ParamOp(entry.op).getSymName().str()});
    printWeights(options.name + "_weights", embeddedWeights, sections, stream);
  }
  return result;
}

} // namespace keratin
