// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Cpp/Cpp.h"
#include "compiler/Conversion/FlatToEmitC/Passes.h"
#include "compiler/Target/Cpp/Tidy.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/Cpp/CppEmitter.h"

using namespace mlir;

namespace keratin {

LogicalResult printCpp(ModuleOp flat, llvm::raw_ostream &os) {
  OwningOpRef<ModuleOp> copy = flat.clone();
  PassManager passes(flat.getContext());
  passes.addPass(createVerifyFlatPass());
  passes.addPass(createConvertFlatToEmitCPass());
  if (failed(passes.run(*copy)))
    return failure();
  std::string text;
  llvm::raw_string_ostream printed(text);
  if (failed(emitc::translateToCpp(*copy, printed)))
    return failure();
  os << tidyCpp(text);
  return success();
}

} // namespace keratin
