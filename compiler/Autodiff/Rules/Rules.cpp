// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The registration of all gradient rules.
#include "compiler/Autodiff/Rules/Rules.h"
#include "compiler/Autodiff/Passes.h"

#include "mlir/IR/DialectRegistry.h"

using namespace mlir;

namespace keratin {

void registerDifferentiableModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KeratinDialect *) {
    attachActivationRules(*context);
    attachAddRules(*context);
    attachCombineRules(*context);
    attachDenseRules(*context);
    attachDirectionRules(*context);
    attachDropoutRules(*context);
    attachEmbeddingRules(*context);
    attachLossRules(*context);
    attachRecurrentRules(*context);
    attachWindowRules(*context);
  });
}

} // namespace keratin
