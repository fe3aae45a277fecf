// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Session/IRDumper.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace keratin {

namespace {

class IRDumper : public PassInstrumentation {
public:
  explicit IRDumper(std::string directory) : directory(std::move(directory)) {}

  void runAfterPass(Pass *pass, Operation *op) override {
    // A pass on functions runs once for each: the module is whole after the last of them.
    auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
    StringRef name = pass->getArgument();
    if (!module || name.empty())
      return;
    if (name != lastName || isa<ModuleOp>(op)) {
      ++count;
      lastName = name.str();
    }
    std::error_code error;
    llvm::raw_fd_ostream file(llvm::formatv("{0}/{1,0+2}-{2}.mlir", directory, count, name).str(),
                              error);
    if (!error)
      module->print(file, OpPrintingFlags().enableDebugInfo());
  }

private:
  std::string directory, lastName;
  int count = 0;
};

} // namespace

std::unique_ptr<PassInstrumentation> createIRDumper(std::string directory) {
  return std::make_unique<IRDumper>(std::move(directory));
}

} // namespace keratin
