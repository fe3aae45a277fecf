// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's progress bar and its one-line form.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace keratin::rt {

/// Shows one pass over the data (an epoch, an evaluation, a prediction). verbose 0: nothing; 1: a
/// bar that is redrawn in place on a terminal, one line at the end elsewhere; 2: Keras's line at
/// the end.
class Progress {
public:
  using Logs = std::vector<std::pair<std::string, double>>;

  Progress(std::FILE *out, int verbose, int64_t steps);
  /// "Epoch 2/15"; call before the first step, and only if there is more than one epoch.
  void beginEpoch(int64_t epoch, int64_t epochs);
  /// After `done` steps, with the running means.
  void update(int64_t done, const Logs &logs);
  /// The last state, with validation results, and the end of the line.
  void finish(const Logs &logs);

private:
  using Clock = std::chrono::steady_clock;
  std::string bar(int64_t done, const Logs &logs, bool last);
  std::string line(const Logs &logs) const;
  double elapsed() const; ///< seconds

  std::FILE *out;
  enum class Form { Silent, Bar, OneLine, TwoLines } form;
  int64_t steps;
  std::string epochText;
  Clock::time_point start, lastDraw;
  size_t drawnWidth = 0;
  int64_t drawnSteps = 0;
};

} // namespace keratin::rt
