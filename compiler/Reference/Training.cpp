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

void update(AdagradAttr adagrad, Step step) {
  double epsilon = adagrad.getEpsilon().getValueAsDouble();
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i], &sum = step.slot("accumulator")[i];
    if (step.number == 1)
      sum = adagrad.getInitialAccumulatorValue().getValueAsDouble();
    sum += g * g;
    step.param[i] -= step.learningRate * g / std::sqrt(sum + epsilon);
  }
}

void update(AdadeltaAttr adadelta, Step step) {
  double rho = adadelta.getRho().getValueAsDouble(),
         epsilon = adadelta.getEpsilon().getValueAsDouble();
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i], &squares = step.slot("accumulated_grad")[i],
           &changes = step.slot("accumulated_delta_var")[i];
    squares = rho * squares + (1 - rho) * g * g;
    double change = -std::sqrt(changes + epsilon) / std::sqrt(squares + epsilon) * g;
    changes = rho * changes + (1 - rho) * change * change;
    step.param[i] += step.learningRate * change;
  }
}

void update(AdamaxAttr adamax, Step step) {
  double beta1 = adamax.getBeta_1().getValueAsDouble(),
         beta2 = adamax.getBeta_2().getValueAsDouble(),
         epsilon = adamax.getEpsilon().getValueAsDouble();
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i], &momentum = step.slot("momentum")[i], &norm = step.slot("norm")[i];
    momentum += (g - momentum) * (1 - beta1);
    norm = std::max(beta2 * norm, std::fabs(g));
    step.param[i] -=
        step.learningRate * momentum / ((1 - std::pow(beta1, step.number)) * (norm + epsilon));
  }
}

void update(NadamAttr nadam, Step step) {
  double beta1 = nadam.getBeta_1().getValueAsDouble(), beta2 = nadam.getBeta_2().getValueAsDouble(),
         epsilon = nadam.getEpsilon().getValueAsDouble();
  auto u = [&](int64_t t) { return beta1 * (1 - 0.5 * std::pow(0.96, t)); };
  double product = 1;
  for (int64_t t = 1; t <= step.number; ++t)
    product *= u(t);
  double now = u(step.number), next = u(step.number + 1);
  for (int64_t i = 0; i < step.param.size(); ++i) {
    double g = step.gradient[i];
    double &momentum = step.slot("momentum")[i], &velocity = step.slot("velocity")[i];
    momentum += (g - momentum) * (1 - beta1);
    velocity += (g * g - velocity) * (1 - beta2);
    double mean = next * momentum / (1 - product * next) + (1 - now) * g / (1 - product);
    double variance = velocity / (1 - std::pow(beta2, step.number));
    step.param[i] -= step.learningRate * mean / (std::sqrt(variance) + epsilon);
  }
}

/// The gradient as the optimizer sees it.
Tensor clipped(UpdateOp op, const Values &values) {
  Tensor gradient = values[op.getGradient()];
  if (auto limit = op.getClipNorm()) {
    double largest = limit->convertToDouble();
    for (double &g : gradient.values)
      g *= largest / std::max(values[op.getNorm()][0], largest);
  }
  if (auto limit = op.getClipValue()) {
    double largest = limit->convertToDouble();
    for (double &g : gradient.values)
      g = std::min(std::max(g, -largest), largest);
  }
  return gradient;
}

/// Brings the norm of the elements of `tensor` at `first`, `first + stride`, … to what the
/// constraint wants.
void constrain(NormConstraintAttr norm, Tensor &tensor, int64_t first, int64_t stride,
               int64_t count) {
  double squares = 0, low = norm.getMin().getValueAsDouble(),
         high = norm.getMax().getValueAsDouble(), rate = norm.getRate().getValueAsDouble();
  for (int64_t i = 0; i < count; ++i)
    squares += tensor[first + i * stride] * tensor[first + i * stride];
  double length = std::sqrt(squares);
  double wanted = rate * std::min(std::max(length, low), high) + (1 - rate) * length;
  for (int64_t i = 0; i < count; ++i)
    tensor[first + i * stride] *= wanted / (1e-7 + length);
}

} // namespace

void evaluate(UpdateOp op, const Values &values, State &state) {
  std::string name = op.getParam().str();
  Tensor gradient = clipped(op, values);
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
  if (auto decay = op.getWeightDecay())
    for (double &w : step.param.values)
      w -= w * decay->convertToDouble() * step.learningRate;
  llvm::TypeSwitch<Attribute>(op.getOptimizer())
      .Case<SGDAttr, RMSpropAttr, AdamAttr, AdagradAttr, AdadeltaAttr, AdamaxAttr, NadamAttr>(
          [&](auto optimizer) { update(optimizer, step); })
      .Default([&](Attribute) { fail(op.getLoc(), "has an optimizer without reference"); });
}

Results evaluate(NormOp op, const Values &values) {
  double squares = 0;
  for (Value value : op.getValues())
    for (double x : values[value].values)
      squares += x * x;
  return {Tensor::scalar(std::sqrt(squares))};
}

void evaluate(ConstrainOp op, const Values &, State &state) {
  Tensor &param = state.params.at(op.getParam().str());
  auto norm = dyn_cast<NormConstraintAttr>(op.getConstraint());
  int64_t columns = param.columns(), rows = param.rows();
  if (!norm)
    for (double &w : param.values)
      w = std::max(w, 0.0);
  else if (norm.getOverRows() && norm.getOverColumns())
    constrain(norm, param, 0, 1, param.size());
  else if (norm.getOverRows())
    for (int64_t column = 0; column < columns; ++column)
      constrain(norm, param, column, columns, rows);
  else
    for (int64_t row = 0; row < rows; ++row)
      constrain(norm, param, row * columns, 1, columns);
}

void evaluate(WriteGradientOp op, const Values &values, State &state) {
  // In the parameter's own shape, which may have more dimensions than the matrix it is read as.
  const Tensor &param = state.params.at(op.getParam().str());
  state.gradients[op.getParam().str()] = Tensor(param.shape, values[op.getGradient()].values);
}

void evaluate(RecordOp op, const Values &values, State &state) {
  const Tensor &first = values[op.getValues().front()];
  if (first.rank() == 0) {
    Accumulator &loss = state.accumulators[op.getSlot()];
    for (Value value : op.getValues())
      loss.sum += values[value][0] * values.rows;
    loss.weight += values.rows;
    return;
  }
  for (int64_t i = 0; i < first.size(); i += 2) {
    Accumulator &pair = state.accumulators[op.getSlot() + i / 2];
    pair.sum += first[i];
    pair.weight += first[i + 1];
  }
}

} // namespace keratin::reference
