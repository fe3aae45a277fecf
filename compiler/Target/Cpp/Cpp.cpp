// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Cpp/Cpp.h"
#include "compiler/Conversion/FlatToEmitC/Passes.h"

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
  return emitc::translateToCpp(*copy, os);
}

} // namespace keratin
