// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Object/Object.h"
#include "compiler/Support/EntryTable.h"
#include "keratin/abi.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keratin {

void registerLLVMTranslations(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
}

Expected<std::unique_ptr<Module>> emitLLVMIR(mlir::ModuleOp source, LLVMContext &context,
                                             TargetMachine &machine) {
  std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(source, context, "keratin");
  if (!module)
    return createStringError("translation to LLVM IR failed");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  for (Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(Attribute::NoUnwind);
    function.addFnAttr("no-builtins");
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (machine.getTargetTriple().isX86())
      function.addFnAttr("prefer-vector-width", "512");
    // Bodies are what a profile or a debugger should show by name.
    if (function.hasLocalLinkage())
      function.addFnAttr(Attribute::NoInline);
  }

  PipelineTuningOptions tuning;
  // Loops are in their final form: tiles are unrolled and vectorized where they are made.
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  tuning.LoopUnrolling = false;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  if (machine.getOptLevel() == CodeGenOptLevel::None)
    builder.buildO0DefaultPipeline(OptimizationLevel::O0).run(*module, modules);
  else
    builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3).run(*module, modules);
  return module;
}

static void addConstant(Module &module, StringRef symbol, Constant *data, Align alignment) {
  auto *global = new GlobalVariable(module, data->getType(), /*isConstant=*/true,
                                    GlobalValue::ExternalLinkage, data, symbol);
  global->setAlignment(alignment);
  if (module.getTargetTriple().isOSBinFormatELF())
    global->setSection((".rodata." + symbol).str());
}

void addConstant(Module &module, StringRef symbol, StringRef bytes) {
  addConstant(module, symbol,
              ConstantDataArray::getString(module.getContext(), bytes, /*AddNull=*/true),
              Align(16));
}

void addWeights(Module &module, StringRef symbol, ArrayRef<float> values) {
  addConstant(module, symbol, ConstantDataArray::get(module.getContext(), values),
              Align(KRT_ALIGNMENT));
}

void addProgramConstants(Module &module, StringRef name, ArrayRef<std::string> entries,
                         StringRef weights) {
  LLVMContext &context = module.getContext();
  auto *pointer = PointerType::get(context, 0);
  auto *int32 = Type::getInt32Ty(context);
  // As krt_model of keratin/abi.h.
  SmallVector<Constant *> fields{ConstantInt::get(int32, KRT_ABI_VERSION),
                                 module.getNamedValue((name + "_info").str())};
  for (const EntrySignature &entry : entryTable()) {
    Constant *function = ConstantPointerNull::get(pointer);
    if (entry.presence != EntryPresence::OnRequest || is_contained(entries, entry.name))
      if (Function *known = module.getFunction((name + "_" + StringRef(entry.name)).str()))
        function = known;
    fields.push_back(function);
  }
  Constant *table = ConstantStruct::getAnon(context, fields);
  new GlobalVariable(module, table->getType(), true, GlobalValue::ExternalLinkage, table,
                     "krt_program_model");
  addConstant(module, "krt_program_weights", weights);
  auto *int64 = Type::getInt64Ty(context);
  new GlobalVariable(module, int64, true, GlobalValue::ExternalLinkage,
                     ConstantInt::get(int64, weights.size()), "krt_program_weights_size");
}

Expected<SmallVector<char, 0>> emitCode(Module &module, TargetMachine &machine, CodeKind kind) {
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  CodeGenFileType type =
      kind == CodeKind::Object ? CodeGenFileType::ObjectFile : CodeGenFileType::AssemblyFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return createStringError("the target cannot emit this kind of file");
  passes.run(module);
  return bytes;
}

} // namespace keratin
