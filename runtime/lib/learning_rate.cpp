// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Formulas as in keras/src/optimizers/schedules/learning_rate_schedule.py.
#include "keratin/learning_rate.hpp"
#include "elementary.hpp"
#include "keratin/error.hpp"

#include <algorithm>

namespace keratin::rt {

LearningRate::LearningRate(const nlohmann::ordered_json &config) {
  if (config.is_number()) {
    initial = config;
    return;
  }
  static const std::pair<const char *, Kind> kinds[] = {
      {"ExponentialDecay", Kind::ExponentialDecay},
      {"PiecewiseConstantDecay", Kind::PiecewiseConstantDecay},
      {"PolynomialDecay", Kind::PolynomialDecay},
      {"InverseTimeDecay", Kind::InverseTimeDecay},
      {"CosineDecay", Kind::CosineDecay},
      {"CosineDecayRestarts", Kind::CosineDecayRestarts}};
  std::string name = config.is_object() ? config.value("class_name", "") : "";
  for (const auto &[known, value] : kinds)
    if (name == known)
      kind = value;
  if (kind == Kind::Constant || !config.contains("config"))
    throw Error("the learning rate is neither a number nor a known schedule: " + config.dump());
  const auto &settings = config["config"];
  auto number = [&](const char *key, double otherwise) {
    auto found = settings.find(key);
    return found == settings.end() || found->is_null() ? otherwise : found->template get<double>();
  };
  initial = number("initial_learning_rate", 0);
  steps = number("decay_steps", number("first_decay_steps", 1));
  rate = number("decay_rate", 1);
  staircase = settings.value("staircase", false);
  end = number("end_learning_rate", 0);
  power = number("power", 1);
  cycle = settings.value("cycle", false);
  alpha = number("alpha", 0);
  warmsUp = settings.contains("warmup_target") && !settings["warmup_target"].is_null();
  warmupTarget = number("warmup_target", 0);
  warmupSteps = number("warmup_steps", 0);
  stepsFactor = number("t_mul", 1);
  rateFactor = number("m_mul", 1);
  boundaries = settings.value("boundaries", boundaries);
  values = settings.value("values", values);
  if (kind == Kind::PiecewiseConstantDecay && values.size() != boundaries.size() + 1)
    throw Error("a PiecewiseConstantDecay needs one value more than boundaries");
  if (!(steps > 0))
    throw Error("decay_steps of a learning rate schedule must be positive");
}

double LearningRate::cosine(double step) const {
  double from = initial;
  if (warmsUp) {
    if (step < warmupSteps)
      return initial + (warmupTarget - initial) * step / warmupSteps;
    step -= warmupSteps;
    from = warmupTarget;
  }
  double completed = std::min(step, steps) / steps;
  return from * ((1 - alpha) * 0.5 * (1 + cosineOfPi(completed)) + alpha);
}

double LearningRate::restarts(double step) const {
  double completed = step / steps, restart = 0;
  if (stepsFactor == 1) {
    restart = floorOf(completed);
    completed -= restart;
  } else {
    restart = floorOf(logOf(1 - completed * (1 - stepsFactor)) / logOf(stepsFactor));
    double before = (1 - powerOf(stepsFactor, restart)) / (1 - stepsFactor);
    completed = (completed - before) / powerOf(stepsFactor, restart);
  }
  double decayed = 0.5 * powerOf(rateFactor, restart) * (1 + cosineOfPi(completed));
  return initial * ((1 - alpha) * decayed + alpha);
}

double LearningRate::at(int64_t iteration) const {
  auto step = static_cast<double>(iteration);
  double part = staircase ? floorOf(step / steps) : step / steps;
  switch (kind) {
  case Kind::Constant:
    return initial;
  case Kind::ExponentialDecay:
    return initial * powerOf(rate, part);
  case Kind::PiecewiseConstantDecay: {
    auto bound = std::lower_bound(boundaries.begin(), boundaries.end(), step);
    return values[static_cast<size_t>(bound - boundaries.begin())];
  }
  case Kind::PolynomialDecay: {
    double total = cycle ? steps * std::max(1.0, ceilOf(step / steps)) : steps;
    double done = cycle ? step : std::min(step, steps);
    return (initial - end) * powerOf(1 - done / total, power) + end;
  }
  case Kind::InverseTimeDecay:
    return initial / (1 + rate * part);
  case Kind::CosineDecay:
    return cosine(step);
  case Kind::CosineDecayRestarts:
    return restarts(step);
  }
  return initial;
}

} // namespace keratin::rt
