// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of compilation and the passes of each: the only place that knows the order of passes.
#pragma once

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <optional>
#include <string>

namespace keratin {

/// Where a compilation can stop. What each phase ends with:
enum class Phase {
  Import,   ///< entries in tensor form, as the front end built them
  Graph,    ///< input products hoisted out of recurrent layers or looked up, common terms merged
  Autodiff, ///< gradients and updates in place of keratin.minimize, activations fused into products
  Buffers,  ///< ops on buffers at constant places of one workspace
  Loops,    ///< loops over vectors
  Flat,     ///< pointers and linear indices, C entries: the input of both printers
  LLVM,     ///< LLVM's dialect
  Object,   ///< machine code; no passes of MLIR
};

/// "import", "graph", …
llvm::StringRef phaseName(Phase phase);
std::optional<Phase> parsePhase(llvm::StringRef name);

struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<int64_t> lanes{*this, "lanes", llvm::cl::desc("float32 elements of a vector register"),
                        llvm::cl::init(8)};
  Option<int64_t> registers{*this, "registers", llvm::cl::desc("vector registers"),
                            llvm::cl::init(16)};
  Option<bool> fma{*this, "fma", llvm::cl::desc("whether the target has fused multiply-add"),
                   llvm::cl::init(true)};
  Option<int64_t> indexBits{*this, "index-bits", llvm::cl::desc("bits of a pointer"),
                            llvm::cl::init(64)};
  Option<std::string> triple{*this, "triple", llvm::cl::desc("target triple"),
                             llvm::cl::init("x86_64-unknown-linux-gnu")};
  Option<bool> hasFpMode{
      *this, "has-fp-mode",
      llvm::cl::desc("whether the CPU has a register that makes denormals flush to zero"),
      llvm::cl::init(true)};
  Option<std::string> name{*this, "name", llvm::cl::desc("prefix of the public functions"),
                           llvm::cl::init("model")};
  Option<int64_t> maxProductBytes{
      *this, "max-product-bytes",
      llvm::cl::desc("bytes that products of tables and kernels may take as parameters"),
      llvm::cl::init(0)};
  Option<int64_t> maxBatch{*this, "max-batch",
                           llvm::cl::desc("rows that an entry can be called with"),
                           llvm::cl::init(32)};
  Option<int64_t> maxSteps{
      *this, "max-steps",
      llvm::cl::desc("steps that an entry can be called with where the model leaves them open"),
      llvm::cl::init(128)};
};

/// Appends the passes of one phase (none for import and object).
void buildPhase(mlir::OpPassManager &passes, Phase phase, const PipelineOptions &options);

/// Appends the passes of all phases after `from`, up to and including `to`.
void buildPhases(mlir::OpPassManager &passes, Phase from, Phase to, const PipelineOptions &options);

/// `keratin-<phase>-pipeline`, each with the passes of its phase alone.
void registerKeratinPipelines();

} // namespace keratin
