// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-verify-origins: every computing op of an entry leads to its layer and script line.
#include "compiler/Conversion/Passes.h"
#include "dialect/IR/KeratinOps.h"

namespace keratin {
#define GEN_PASS_DEF_VERIFYORIGINSPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// What belongs to no layer: constants, which are shared, control between layers, and the entry's
/// own boundary.
bool belongsToTheEntry(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() || op->hasTrait<OpTrait::IsTerminator>() ||
         isa<func::FuncOp, ReadParamOp, BufferOp, ImportOp, ExportOp>(op);
}

/// In an entry, the loops of an import have the entry's location, which has no origin; those of a
/// layer have one. An op without any location at all is what this pass is for.
bool hasPlace(Operation *op) {
  if (originOf(op->getLoc()))
    return true;
  bool known = false;
  op->getLoc()->walk([&](Location inner) {
    known |= isa<FileLineColLoc, NameLoc>(inner);
    return known ? WalkResult::interrupt() : WalkResult::advance();
  });
  return known;
}

struct VerifyOriginsPass : impl::VerifyOriginsPassBase<VerifyOriginsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    // Modules written by hand have no origins to lose.
    if (!function->hasAttr(entryAttrName) || !startsWithOrigins(function))
      return;
    function.walk([&](Operation *op) {
      if (!belongsToTheEntry(op) && !hasPlace(op)) {
        op->emitError("has lost its origin");
        signalPassFailure();
      }
      ++numVerified;
    });
  }

  static bool startsWithOrigins(func::FuncOp function) {
    return function
        .walk([](Operation *op) {
          return originOf(op->getLoc()) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }
};

} // namespace
} // namespace keratin
