// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Session/PackWeights.h"
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Session/Jit.h"
#include "compiler/Session/ValueOrThrow.h"
#include "compiler/Support/Diagnostic.h"
#include "compiler/Target/Object/Object.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

#include <stdexcept>

using namespace mlir;

namespace keratin {

namespace {

/// NAME_pack and what it calls as an object file for this machine. Its loops have the target's
/// layouts in them, not the target's instructions.
llvm::SmallVector<char, 0> packingObject(ModuleOp flat, const std::string &name) {
  OwningOpRef<ModuleOp> module = flat.clone();
  for (auto function : llvm::make_early_inc_range(module->getOps<func::FuncOp>())) {
    auto direction = function->getAttrOfType<StringAttr>(packingAttrName);
    bool packs = direction && direction.getValue() != "unpack";
    if (!packs && function.getSymName() != name + "_pack")
      function.erase();
  }
  Machine host = valueOrThrow(resolveMachine("", "native"));
  PipelineOptions options;
  options.indexBits = host.indexBits;
  options.triple = host.triple;
  options.hasFpMode = host.hasFpMode;
  PassManager passes(flat.getContext());
  buildPhase(passes, Phase::LLVM, options);
  if (failed(passes.run(*module)))
    throw std::logic_error("the packing of weights cannot be compiled for this machine");

  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine = valueOrThrow(createTargetMachine(host));
  std::unique_ptr<llvm::Module> code = valueOrThrow(emitLLVMIR(*module, context, *machine));
  return valueOrThrow(emitCode(*code, *machine, CodeKind::Object));
}

} // namespace

std::vector<float> packWeights(const ModelSpec &model, ModuleOp flat, const std::string &name) {
  if (model.weights().empty())
    throw UserError(model.location, "the model has no weights to embed",
                    "compile it without --embed-weights");
  std::vector<const float *> weights;
  for (const WeightSpec *weight : model.weights())
    weights.push_back(weight->value.data<float>());

  struct alignas(blockAlignment) Block {
    float values[blockAlignment / sizeof(float)];
  };
  std::vector<Block> params(ParamTable(flat).totalBytes() / sizeof(Block));
  LoadedModel loaded(packingObject(flat, name), name, "");
  if (loaded.entries().pack(weights.data(), params.data()) != KRT_OK)
    throw std::logic_error("packing the weights to embed failed");
  std::vector<float> working;
  for (const Block &block : params)
    working.insert(working.end(), std::begin(block.values), std::end(block.values));
  return working;
}

} // namespace keratin
