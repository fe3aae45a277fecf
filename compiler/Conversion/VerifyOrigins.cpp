// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-verify-origins: every op of a compiled model leads to its layer and line of the script.
#include "compiler/Conversion/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace keratin {
#define GEN_PASS_DEF_VERIFYORIGINSPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

bool hasFile(Location location) {
  return location
      ->walk([](Location inner) {
        return isa<FileLineColLoc>(inner) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The empty yield of a loop or branch, which is not printed and so loses its location in a dump.
bool isImplicitTerminator(Operation *op) {
  return op->hasTrait<OpTrait::IsTerminator>() && op->getNumOperands() == 0 &&
         op->getNumSuccessors() == 0 && !isa<FunctionOpInterface>(op->getParentOp());
}

struct VerifyOriginsPass : impl::VerifyOriginsPassBase<VerifyOriginsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Modules written by hand have no origins to lose. In others the entries themselves have them,
    // which no rewrite of ops touches.
    auto functions = module.getOps<FunctionOpInterface>();
    if (llvm::none_of(functions, [](FunctionOpInterface function) {
          return function->hasAttr(entryAttrName) && originOf(function->getLoc());
        }))
      return;
    // A model made through the C++ interface need not have a file.
    fromFile = hasFile(module.getLoc());
    for (FunctionOpInterface function : functions)
      if (!function.isExternal())
        function->walk([&](Operation *op) { verify(op); });
  }

  void verify(Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>() || isImplicitTerminator(op))
      return;
    ++numVerified;
    OriginAttr origin = originOf(op->getLoc());
    StringRef missing = !origin                              ? "origin"
                        : origin.getLayer().empty()          ? "layer"
                        : origin.getEntry().empty()          ? "entry"
                        : fromFile && !hasFile(op->getLoc()) ? "line of the script"
                                                             : "";
    if (missing.empty())
      return;
    op->emitError("has lost its ") << missing;
    signalPassFailure();
  }

  bool fromFile = false;
};

} // namespace
} // namespace keratin
