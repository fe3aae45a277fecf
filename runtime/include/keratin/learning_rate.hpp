// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The learning rate of each step: a number, or one of Keras's schedules.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace keratin::rt {

class LearningRate {
public:
  /// A number, or a schedule as Keras serializes it:
  /// {"class_name":"ExponentialDecay","config":{…}}. Throws Error for anything else.
  explicit LearningRate(const nlohmann::ordered_json &config);

  bool isSchedule() const { return kind != Kind::Constant; }
  /// The rate of the step after `iteration` updates.
  double at(int64_t iteration) const;

private:
  enum class Kind {
    Constant,
    ExponentialDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    InverseTimeDecay,
    CosineDecay,
    CosineDecayRestarts
  };
  double cosine(double step) const;
  double restarts(double step) const;

  Kind kind = Kind::Constant;
  double initial = 0, steps = 1, rate = 1, end = 0, power = 1, alpha = 0;
  double warmupTarget = 0, warmupSteps = 0, stepsFactor = 1, rateFactor = 1;
  bool staircase = false, cycle = false, warmsUp = false;
  std::vector<double> boundaries, values;
};

} // namespace keratin::rt
