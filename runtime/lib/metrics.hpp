// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loss and metrics of one pass over the data, from what the entries accumulate.
#pragma once

#include "keratin/model_info.hpp"
#include "keratin/trainer.hpp"

namespace keratin::rt {

/// Sums over the steps, in double.
class Metrics {
public:
  explicit Metrics(const ModelInfo &info);

  /// Where the next step adds to.
  float *clear();
  /// Adds what it left there.
  void add();
  double stepLoss() const { return step[0] / step[1]; }

  /// By name, in the model's order. Keras keeps values in float32, so that prints agree to the last
  /// digit.
  Logs values() const;

private:
  const ModelInfo &info;
  std::vector<float> step;
  std::vector<double> total;
};

/// Keras shows and records logs by name.
Logs sorted(Logs logs);

} // namespace keratin::rt
