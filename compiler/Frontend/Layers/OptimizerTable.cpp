// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of the optimizers, as in Keras 3.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

/// Adds what every optimizer takes, which follows the class's own arguments in Keras's order.
static ClassSchema optimizer(const char *name, std::vector<Parameter> own) {
  ClassSchema schema{ClassKind::Optimizer, name, std::move(own)};
  for (Parameter shared :
       {Parameter{"weight_decay", P::Neutral}, Parameter{"clipnorm", P::Neutral},
        Parameter{"clipvalue", P::Neutral}, Parameter{"global_clipnorm", P::Neutral},
        Parameter{"use_ema", P::Neutral, false},
        Parameter{"ema_momentum", P::Ignored, 0.99}, // of use_ema
        Parameter{"ema_overwrite_frequency", P::Neutral},
        Parameter{"loss_scale_factor", P::Neutral},
        Parameter{"gradient_accumulation_steps", P::Neutral}, Parameter{"name", P::OptionalString}})
    schema.parameters.push_back(std::move(shared));
  schema.positional = schema.parameters.size();
  // What the Keras 2 writer adds to configs.
  schema.parameters.push_back({"jit_compile", P::Ignored, nullptr, false, false});
  schema.parameters.push_back({"is_legacy_optimizer", P::Ignored, nullptr, false, false});
  return schema;
}

const std::vector<ClassSchema> &optimizers() {
  static const std::vector<ClassSchema> table = {
      optimizer("SGD", {{"learning_rate", P::LearningRate, 0.01},
                        {"momentum", P::Momentum, 0.0},
                        {"nesterov", P::Bool, false}}),
      optimizer("RMSprop", {{"learning_rate", P::LearningRate, 0.001},
                            {"rho", P::Float, 0.9},
                            {"momentum", P::Neutral, 0.0},
                            {"epsilon", P::Float, 1e-7},
                            {"centered", P::Neutral, false}}),
      optimizer("Adam", {{"learning_rate", P::LearningRate, 0.001},
                         {"beta_1", P::Float, 0.9},
                         {"beta_2", P::Float, 0.999},
                         {"epsilon", P::Float, 1e-7},
                         {"amsgrad", P::Neutral, false}})};
  return table;
}

} // namespace keratin::tables
