// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One model on its way through the phases.
#pragma once

#include "compiler/Frontend/BuildIR/BuildIR.h"
#include "compiler/Frontend/ModelSpec.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Target/Object/Machine.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace keratin {

struct CompileOptions {
  std::vector<Entry> entries = {Entry::Predict};
  Machine machine;
  std::string name = "model"; ///< prefix of the public functions, a C identifier
  int64_t maxBatch = 32;      ///< a stateful model is compiled for its own batch instead
  int64_t maxSteps = 128;     ///< where the model leaves steps open
  /// What products of embeddings and kernels may take where no entry trains.
  int64_t maxProductBytes = int64_t(64) << 20;
  /// Where to put the module after each pass, one file a pass, in order; empty: nowhere.
  std::string dumpDir;
  bool verifyEach = false;
  /// Without LLVM's optimizations: code that runs once is there sooner.
  bool quick = false;
  /// Whether objects and C++ hold the model's weights, packed for the target, as NAME_weights.
  bool embedWeights = false;
  /// Told of each phase and the seconds it took.
  std::function<void(llvm::StringRef, double)> onPhase;
};

/// Errors that the user can mend are thrown as UserError with the location in the script; others as
/// std::logic_error with the compiler's own messages.
class Compilation {
public:
  Compilation(const ModelSpec &model, CompileOptions options);
  ~Compilation();

  /// Runs the phases up to `phase` (at most LLVM) that have not run.
  void runTo(Phase phase);

  mlir::ModuleOp module() { return *ir; }
  /// The module as text, with or without locations.
  std::string text(bool withLocations = false);
  /// The description of the compiled model; from phase flat on.
  const Json &info();
  /// Optimized LLVM IR as text.
  std::string llvmIR();
  llvm::SmallVector<char, 0> assembly();
  /// With NAME_info, the description as JSON, and perhaps NAME_weights.
  llvm::SmallVector<char, 0> object();
  /// An object that also holds what makes it a program: the table of entries and `weights`, the
  /// bytes of an .npz.
  llvm::SmallVector<char, 0> programObject(llvm::StringRef weights);
  /// Standalone C++, with the same.
  std::string cpp();

private:
  struct Target;
  Target &target();
  llvm::SmallVector<char, 0> emit(std::unique_ptr<llvm::Module> module);

  const std::optional<ModelSpec> inlined; ///< of a model with models as layers
  const ModelSpec &model;                 ///< without them
  CompileOptions options;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> ir;
  Phase reached = Phase::Import;
  Json description;
  std::vector<float> embeddedWeights; ///< from phase flat on; empty unless they are to be embedded
  std::unique_ptr<Target> machineCode;
};

} // namespace keratin
