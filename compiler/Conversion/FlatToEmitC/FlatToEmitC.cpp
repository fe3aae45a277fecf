// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// convert-flat-to-emitc: the flat form becomes EmitC.
#include "compiler/Conversion/FlatToEmitC/Passes.h"

#include "compiler/Conversion/FlatToEmitC/Translation.h"

namespace keratin {

#define GEN_PASS_DEF_CONVERTFLATTOEMITCPASS
#include "compiler/Conversion/FlatToEmitC/Passes.h.inc"

namespace {

struct ConvertFlatToEmitC : impl::ConvertFlatToEmitCPassBase<ConvertFlatToEmitC> {
  void runOnOperation() override {
    if (failed(Translation(getOperation()).run()))
      return signalPassFailure();
    formExpressions(getOperation());
  }
};

} // namespace
} // namespace keratin
