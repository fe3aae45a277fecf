// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Conversion/Passes.h"
#include "compiler/Transforms/Passes.h"

#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace keratin {

namespace {

constexpr StringLiteral phaseNames[] = {"import", "graph", "autodiff", "buffers",
                                        "loops",  "flat",  "llvm",     "object"};

void addCleanup(OpPassManager &passes) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createVerifyOriginsPass());
}

void buildGraph(OpPassManager &passes, const PipelineOptions &options) {
  passes.addNestedPass<func::FuncOp>(createHoistInputProductsPass());
  PremultiplyTablesPassOptions tables;
  tables.maxBytes = options.maxProductBytes;
  passes.addPass(createPremultiplyTablesPass(tables));
  addCleanup(passes);
}

void buildAutodiff(OpPassManager &passes) {
  passes.addPass(createDifferentiatePass());
  // After differentiation, so that every activation's gradient can read what it needs.
  passes.addNestedPass<func::FuncOp>(createFuseActivationsPass());
  addCleanup(passes);
}

void buildBuffers(OpPassManager &passes, const PipelineOptions &options) {
  AssignLayoutsPassOptions layouts;
  layouts.lanes = options.lanes;
  layouts.registers = options.registers;
  layouts.fma = options.fma;
  passes.addPass(createAssignLayoutsPass(layouts));
  KeratinToBuffersPassOptions buffers;
  buffers.maxBatch = options.maxBatch;
  buffers.maxSteps = options.maxSteps;
  passes.addPass(createKeratinToBuffersPass(buffers));
  passes.addNestedPass<func::FuncOp>(createPlanMemoryPass());
  passes.addPass(createVerifyOriginsPass());
}

void buildLoops(OpPassManager &passes) {
  passes.addPass(createKeratinToLoopsPass());
  passes.addPass(createEmitPackingPass());
  addCleanup(passes);
}

void buildFlat(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createBuffersToFlatPass());
  EmitEntriesPassOptions entries;
  entries.name = options.name;
  passes.addPass(createEmitEntriesPass(entries));
  addCleanup(passes);
}

void buildLLVM(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createSCFToControlFlowPass());
  FlatToLLVMPassOptions llvm;
  llvm.indexBits = options.indexBits;
  llvm.triple = options.triple;
  llvm.hasFpMode = options.hasFpMode;
  passes.addPass(createFlatToLLVMPass(llvm));
  passes.addPass(createVerifyOriginsPass());
}

} // namespace

StringRef phaseName(Phase phase) { return phaseNames[static_cast<size_t>(phase)]; }

std::optional<Phase> parsePhase(StringRef name) {
  for (auto [i, candidate] : llvm::enumerate(phaseNames))
    if (name == candidate)
      return static_cast<Phase>(i);
  return std::nullopt;
}

void buildPhase(OpPassManager &passes, Phase phase, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Import:
    return;
  case Phase::Graph:
    return buildGraph(passes, options);
  case Phase::Autodiff:
    return buildAutodiff(passes);
  case Phase::Buffers:
    return buildBuffers(passes, options);
  case Phase::Loops:
    return buildLoops(passes);
  case Phase::Flat:
    return buildFlat(passes, options);
  case Phase::LLVM:
    return buildLLVM(passes, options);
  case Phase::Object:
    return;
  }
}

void buildPhases(OpPassManager &passes, Phase from, Phase to, const PipelineOptions &options) {
  for (int phase = static_cast<int>(from) + 1; phase <= static_cast<int>(to); ++phase)
    buildPhase(passes, static_cast<Phase>(phase), options);
}

void registerKeratinPipelines() {
  for (Phase phase :
       {Phase::Graph, Phase::Autodiff, Phase::Buffers, Phase::Loops, Phase::Flat, Phase::LLVM}) {
    std::string name = ("keratin-" + phaseName(phase) + "-pipeline").str();
    std::string description = ("the passes of the " + phaseName(phase) + " phase").str();
    PassPipelineRegistration<PipelineOptions>(
        name, description, [phase](OpPassManager &passes, const PipelineOptions &options) {
          buildPhase(passes, phase, options);
        });
  }
}

} // namespace keratin
