// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What model.compile() was given, resolved to a CompileSpec.
#pragma once

#include "compiler/Frontend/Layers/Construct.h"

namespace keratin {

/// compile()'s arguments (positional: optimizer, loss, loss_weights, metrics, weighted_metrics,
/// run_eagerly, steps_per_execution, jit_compile, auto_scale_loss), each value a string, a
/// serialized object, or a list of them. Sets model.compile and drops optimizer state. Metrics
/// "accuracy", "acc", "crossentropy" and "ce" keep these kinds until resolveMetrics.
void compileModel(ModelSpec &model, const Arguments &arguments, const SourceLocation &location,
                  const WarningHandler &warn = {});

/// As compileModel, from a file's compile_config (.keras) or training_config (.h5, Keras 2 and 3).
void compileFromConfig(ModelSpec &model, const Json &config, const SourceLocation &location,
                       const WarningHandler &warn = {});

/// Decides what "accuracy" means from the shapes of targets and outputs (Keras's rule), and checks
/// targets against outputs. `targets` has the shapes of y, batch first, one an output; empty: as
/// the loss expects them. The model is built.
void resolveMetrics(ModelSpec &model, const std::vector<Shape> &targets = {});

/// The variables of an optimizer in Keras's order: the iteration, the learning rate, then group by
/// group the slots, a group's slots side by side for each trainable weight; last Nadam's product of
/// momenta.
struct OptimizerLayout {
  bool hasLearningRate = true; ///< false with a schedule
  std::vector<std::vector<std::string>> slots;
  bool hasProduct = false;
};
OptimizerLayout optimizerLayout(const OptimizerSpec &optimizer);

/// Names of the slots that an optimizer keeps a trainable weight, group by group.
std::vector<std::string> optimizerSlots(const OptimizerSpec &optimizer);

} // namespace keratin
