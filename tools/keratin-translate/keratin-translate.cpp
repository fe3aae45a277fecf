// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Translates modules out of MLIR: the flat form to C++, LLVM's dialect to LLVM IR.
#include "compiler/InitAllDialects.h"
#include "compiler/Target/Cpp/Cpp.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

static void registerTranslations() {
  TranslateFromMLIRRegistration toCpp(
      "keratin-to-cpp", "the flat form as standalone C++",
      [](ModuleOp module, llvm::raw_ostream &os) { return keratin::printCpp(module, os); },
      [](DialectRegistry &registry) { keratin::registerAllDialects(registry); });
  TranslateFromMLIRRegistration toLLVM(
      "keratin-to-llvmir", "LLVM's dialect as LLVM IR",
      [](ModuleOp module, llvm::raw_ostream &os) -> LogicalResult {
        llvm::LLVMContext context;
        std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(module, context);
        if (!translated)
          return failure();
        translated->print(os, nullptr);
        return success();
      },
      [](DialectRegistry &registry) {
        keratin::registerAllDialects(registry);
        registerAllToLLVMIRTranslations(registry);
      });
}

int main(int argc, char **argv) {
  registerTranslations();
  return failed(mlirTranslateMain(argc, argv, "Keratin translator"));
}
