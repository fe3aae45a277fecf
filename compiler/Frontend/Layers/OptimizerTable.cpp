// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of optimizers and learning rate schedules, as in Keras 3.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

/// Adds what every optimizer takes, which follows the class's own arguments in Keras's order.
static ClassSchema optimizer(const char *name, std::vector<Parameter> own,
                             Json weightDecay = nullptr) {
  ClassSchema schema{ClassKind::Optimizer, name, std::move(own)};
  for (Parameter shared :
       {Parameter{"weight_decay", P::OptionalFloat, std::move(weightDecay)},
        Parameter{"clipnorm", P::OptionalFloat}, Parameter{"clipvalue", P::OptionalFloat},
        Parameter{"global_clipnorm", P::OptionalFloat}, Parameter{"use_ema", P::Neutral, false},
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
  const auto rate = [](double value) { return Parameter{"learning_rate", P::LearningRate, value}; };
  const Parameter epsilon = {"epsilon", P::Float, 1e-7}, beta1 = {"beta_1", P::Float, 0.9},
                  beta2 = {"beta_2", P::Float, 0.999}, amsgrad = {"amsgrad", P::Bool, false};
  ClassSchema adamW = optimizer("AdamW", {rate(0.001)}, 0.004);
  // Here weight_decay comes second by position.
  adamW.parameters.insert(adamW.parameters.begin() + 2, {beta1, beta2, epsilon, amsgrad});
  adamW.positional += 4;
  static const std::vector<ClassSchema> table = {
      optimizer("SGD", {rate(0.01), {"momentum", P::Momentum, 0.0}, {"nesterov", P::Bool, false}}),
      optimizer("RMSprop", {rate(0.001),
                            {"rho", P::Float, 0.9},
                            {"momentum", P::Float, 0.0},
                            epsilon,
                            {"centered", P::Bool, false}}),
      optimizer("Adam", {rate(0.001), beta1, beta2, epsilon, amsgrad}),
      adamW,
      optimizer("Adagrad", {rate(0.001), {"initial_accumulator_value", P::Float, 0.1}, epsilon}),
      optimizer("Adadelta", {rate(0.001), {"rho", P::Float, 0.95}, epsilon}),
      optimizer("Adamax", {rate(0.001), beta1, beta2, epsilon}),
      optimizer("Nadam", {rate(0.001), beta1, beta2, epsilon})};
  return table;
}

static ClassSchema schedule(const char *className, const char *name,
                            std::vector<Parameter> parameters) {
  ClassSchema schema{ClassKind::Schedule, className, std::move(parameters)};
  if (!schema.find("name"))
    schema.parameters.push_back({"name", P::OptionalString, name});
  schema.positional = schema.parameters.size();
  return schema;
}

const std::vector<ClassSchema> &schedules() {
  const auto needed = [](const char *name, P type = P::Float) {
    return Parameter{name, type, nullptr, true};
  };
  const Parameter initial = needed("initial_learning_rate"), steps = needed("decay_steps"),
                  rate = needed("decay_rate"), staircase = {"staircase", P::Bool, false},
                  alpha = {"alpha", P::Float, 0.0};
  static const std::vector<ClassSchema> table = {
      schedule("ExponentialDecay", "ExponentialDecay", {initial, steps, rate, staircase}),
      schedule("PiecewiseConstantDecay", "PiecewiseConstant",
               {needed("boundaries", P::Numbers), needed("values", P::Numbers)}),
      schedule("PolynomialDecay", "PolynomialDecay",
               {initial,
                steps,
                {"end_learning_rate", P::Float, 0.0001},
                {"power", P::Float, 1.0},
                {"cycle", P::Bool, false}}),
      schedule("InverseTimeDecay", "InverseTimeDecay", {initial, steps, rate, staircase}),
      schedule("CosineDecay", "CosineDecay",
               {initial,
                steps,
                alpha,
                {"name", P::OptionalString, "CosineDecay"},
                {"warmup_target", P::OptionalFloat},
                {"warmup_steps", P::Float, 0}}),
      schedule("CosineDecayRestarts", "SGDRDecay",
               {initial,
                needed("first_decay_steps"),
                {"t_mul", P::Float, 2.0},
                {"m_mul", P::Float, 1.0},
                alpha})};
  return table;
}

} // namespace keratin::tables
