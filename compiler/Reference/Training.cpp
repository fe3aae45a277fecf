// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an entry leaves behind: accumulators, gradients, and parameters updated by Keras's
// optimizers.
#include "compiler/Reference/OpSemantics.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace keratin::reference {

namespace {

/// One parameter on its way from one step to the next.
struct Step {
  Tensor &param;
  std::map<std::string, Tensor> &slots;
  const Tensor &gradient;
  double learningRate;
  int64_t number; ///< from 1

  /// The optimizer's array of that name.
  Tensor &slot(const char *name) { return slots.at(name); }
};

void update(SGDAttr sgd, Step step) {
  double momentum = sgd.getMomentum().getValueAsDouble();
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double change = -step.learningRate * step.gradient[i];
    if (momentum != 0) {
      double &velocity = step.slot("momentum")[i];
      velocity = momentum * velocity + change;
      change = sgd.getNesterov().getValue() ? momentum * velocity + change : velocity;
    }
    step.param[i] += change;
  }
}

void update(RMSpropAttr rmsprop, Step step) {
  double rho = rmsprop.getRho().getValueAsDouble(),
         momentum = rmsprop.getMomentum().getValueAsDouble();
  double epsilon = rmsprop.getEpsilon().getValueAsDouble();
  auto average = [&](double &mean, double value) { mean = rho * mean + (1 - rho) * value; };
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i], &velocity = step.slot("velocity")[i];
    average(velocity, g * g);
    double variance = velocity;
    if (rmsprop.getCentered().getValue()) {
      double &mean = step.slot("average_gradient")[i];
      average(mean, g);
      variance -= mean * mean;
    }
    double change = step.learningRate * g / std::sqrt(variance + epsilon);
    if (momentum > 0) {
      double &accumulated = step.slot("momentum")[i];
      change = accumulated = momentum * accumulated + change;
    }
    step.param[i] -= change;
  }
}

void update(AdamAttr adam, Step step) {
  double beta1 = adam.getBeta_1().getValueAsDouble(), beta2 = adam.getBeta_2().getValueAsDouble();
  double epsilon = adam.getEpsilon().getValueAsDouble();
  double rate = step.learningRate * std::sqrt(1 - std::pow(beta2, step.number)) /
                (1 - std::pow(beta1, step.number));
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i];
    double &momentum = step.slot("momentum")[i], &velocity = step.slot("velocity")[i];
    momentum += (g - momentum) * (1 - beta1);
    velocity += (g * g - velocity) * (1 - beta2);
    double scale = velocity;
    if (adam.getAmsgrad().getValue()) {
      double &largest = step.slot("velocity_hat")[i];
      scale = largest = std::max(largest, velocity);
    }
    step.param[i] -= rate * momentum / (std::sqrt(scale) + epsilon);
  }
}

} // namespace

void evaluate(UpdateOp op, const Values &values, State &state) {
  std::string name = op.getParam().str();
  Tensor gradient = values[op.getGradient()];
  auto param = state.params.find(name);
  if (param == state.params.end())
    fail(op.getLoc(), "updates @" + name + ", which has no value");
  if (param->second.rank() > 2 && gradient.rank() == 2) // a parameter read as a matrix
    gradient = Tensor(param->second.shape, gradient.values);
  expectEqualShapes(op.getLoc(), param->second.shape, gradient.shape, "a gradient of @" + name);
  auto &slots = state.slots[name];
  for (StringRef slot : op.getOptimizer().getSlotNames())
    slots.try_emplace(slot.str(), Tensor(gradient.shape));
  Step step{param->second, slots, gradient, values.scalar(op.getLearningRate()),
            values.integer(op.getIteration()) + 1};
  llvm::TypeSwitch<Attribute>(op.getOptimizer())
      .Case<SGDAttr, RMSpropAttr, AdamAttr>([&](auto optimizer) { update(optimizer, step); })
      .Default([&](Attribute) { fail(op.getLoc(), "has an optimizer without reference"); });
}

void evaluate(WriteGradientOp op, const Values &values, State &state) {
  // In the parameter's own shape, which may have more dimensions than the matrix it is read as.
  const Tensor &param = state.params.at(op.getParam().str());
  state.gradients[op.getParam().str()] = Tensor(param.shape, values[op.getGradient()].values);
}

void evaluate(RecordOp op, const Values &values, State &state) {
  const Tensor &value = values[op.getValue()];
  Accumulator &accumulator = state.accumulators[op.getSlot()];
  bool isLoss = value.rank() == 0;
  accumulator.sum += isLoss ? value[0] * values.rows : value[0];
  accumulator.weight += isLoss ? values.rows : value[1];
}

} // namespace keratin::reference
