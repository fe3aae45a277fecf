// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Optimizers: Keras's config as an attribute.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

/// Throws UserError where a setting that all optimizers have, but no update here, is on.
static void refuseCommonSettings(const CompileSpec &compile) {
  for (const char *key : {"weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema",
                          "loss_scale_factor", "gradient_accumulation_steps"}) {
    Json value = compile.optimizer.config.value(key, Json());
    if (!value.is_null() && value != false)
      throw UserError(compile.location, compile.optimizer.kind + " with " + key + "=" +
                                            value.dump() + " is not supported");
  }
}

OptimizerAttrInterface optimizerOf(const CompileSpec &compile, MLIRContext &context) {
  refuseCommonSettings(compile);
  const Json &config = compile.optimizer.config;
  Builder builder(&context);
  auto number = [&](const char *key, double standard) {
    return builder.getF64FloatAttr(config.value(key, standard));
  };
  auto flag = [&](const char *key) { return builder.getBoolAttr(config.value(key, false)); };
  const std::string &kind = compile.optimizer.kind;
  if (kind == "SGD")
    return SGDAttr::get(&context, number("momentum", 0), flag("nesterov"));
  if (kind == "RMSprop")
    return RMSpropAttr::get(&context, number("rho", 0.9), number("momentum", 0),
                            number("epsilon", 1e-7), flag("centered"));
  if (kind == "Adam")
    return AdamAttr::get(&context, number("beta_1", 0.9), number("beta_2", 0.999),
                         number("epsilon", 1e-7), flag("amsgrad"));
  throw UserError(compile.location, "optimizer " + kind + " is not supported",
                  "supported are SGD, RMSprop, Adam");
}

} // namespace keratin
