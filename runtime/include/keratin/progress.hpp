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
  /// With the question settled whether `out` is a terminal.
  Progress(std::FILE *out, int verbose, int64_t steps, bool terminal);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// "Epoch 2/15"; before the first step, and only if there is more than one epoch.
  void beginEpoch(int64_t epoch, int64_t epochs);
  /// After `done` steps, with the running means.
  void update(int64_t done, const Logs &logs);
  /// The last state, with validation results, and the end of the line.
  void finish(const Logs &logs);

private:
  using Clock = std::chrono::steady_clock;
  static double secondsSince(Clock::time_point from);
  double secondsPerStep(int64_t done) const;
  void draw(int64_t done, const Logs &logs, bool last);

  enum class Form { Silent, Bar, OneLine, TwoLines };
  std::FILE *out;
  Form form;
  int64_t steps;
  std::string prefix; ///< of the one line
  Clock::time_point start, firstStepDone, lastDraw;
  size_t drawnWidth = 0; ///< columns on the current line; 0: nothing is drawn
};

} // namespace keratin::rt
