// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Optimizers: Keras's config as an attribute.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

/// Throws UserError where a setting that all optimizers have, but no update here, is on.
static void refuseCommonSettings(const CompileSpec &compile) {
  for (const char *key : {"use_ema", "loss_scale_factor", "gradient_accumulation_steps"}) {
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
  if (kind == "Adam" || kind == "AdamW")
    return AdamAttr::get(&context, number("beta_1", 0.9), number("beta_2", 0.999),
                         number("epsilon", 1e-7), flag("amsgrad"));
  if (kind == "Adagrad")
    return AdagradAttr::get(&context, number("initial_accumulator_value", 0.1),
                            number("epsilon", 1e-7));
  if (kind == "Adadelta")
    return AdadeltaAttr::get(&context, number("rho", 0.95), number("epsilon", 1e-7));
  if (kind == "Adamax")
    return AdamaxAttr::get(&context, number("beta_1", 0.9), number("beta_2", 0.999),
                           number("epsilon", 1e-7));
  if (kind == "Nadam")
    return NadamAttr::get(&context, number("beta_1", 0.9), number("beta_2", 0.999),
                          number("epsilon", 1e-7));
  throw UserError(compile.location, "optimizer " + kind + " is not supported");
}

void emitMinimize(EntryBuilder &builder, const CompileSpec &compile, Value loss) {
  SmallVector<Value> losses{loss};
  losses.append(builder.penalties);
  if (builder.entry == Entry::Gradients) {
    MinimizeOp::create(builder, losses, Value(), Value(), OptimizerAttrInterface(), FloatAttr(),
                       FloatAttr(), FloatAttr(), FloatAttr());
    return;
  }
  auto optional = [&](const char *key) {
    Json value = compile.optimizer.config.value(key, Json());
    return value.is_null() ? FloatAttr() : builder.getF64FloatAttr(value.get<double>());
  };
  MinimizeOp::create(builder, losses, builder.learningRate, builder.iteration,
                     optimizerOf(compile, *builder.getContext()), optional("clipnorm"),
                     optional("global_clipnorm"), optional("clipvalue"), optional("weight_decay"));
}

} // namespace keratin
