// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's progress bar and its one-line form.
#include "keratin/progress.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sys/ioctl.h>
#include <unistd.h>

namespace keratin::rt {

namespace {

constexpr int64_t barWidth = 20;
constexpr double redrawInterval = 0.05; // seconds

template <typename... Values> std::string format(const char *pattern, Values... values) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

std::string repeat(const char *text, int64_t count) {
  std::string result;
  for (int64_t i = 0; i < count; ++i)
    result += text;
  return result;
}

std::string stepTime(double seconds) {
  if (seconds >= 1 || seconds == 0)
    return format(" %.0fs/step", seconds);
  if (seconds >= 1e-3)
    return format(" %.0fms/step", seconds * 1e3);
  return format(" %.0fus/step", seconds * 1e6);
}

std::string remaining(double seconds) {
  long s = static_cast<long>(seconds);
  if (seconds > 3600)
    return format("%ld:%02ld:%02ld", s / 3600, s % 3600 / 60, s % 60);
  if (seconds > 60)
    return format("%ld:%02ld", s / 60, s % 60);
  return format("%lds", s);
}

/// Keras prints small values with an exponent; its line form takes every negative value for small.
std::string showLogs(const Progress::Logs &logs, bool bySize) {
  std::string text;
  for (const auto &[name, value] : logs) {
    bool fixed = (bySize ? std::fabs(value) : value) > 1e-3;
    text += " - " + name + ": " + format(fixed ? "%.4f" : "%.4e", value);
  }
  return text;
}

/// "  7/120": padded to the width of the total.
std::string count(int64_t done, int64_t total) {
  std::string text = std::to_string(total), digits = std::to_string(done);
  return std::string(text.size() - std::min(text.size(), digits.size()), ' ') + digits + "/" + text;
}

/// Columns that text takes on a terminal: no escape sequences, one for a multi-byte character.
size_t visibleWidth(const std::string &text) {
  size_t width = 0;
  bool escape = false;
  for (char c : text) {
    if (c == '\x1b')
      escape = true;
    else if (escape)
      escape = c != 'm';
    else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
      ++width;
  }
  return width;
}

/// The first `columns` columns of text, and every escape sequence.
std::string clipped(const std::string &text, size_t columns) {
  std::string result;
  size_t width = 0;
  bool escape = false;
  for (char c : text) {
    if (c == '\x1b')
      escape = true;
    else if (!escape && (static_cast<unsigned char>(c) & 0xc0) != 0x80)
      ++width;
    if (escape || width <= columns)
      result += c;
    escape = escape && c != 'm';
  }
  return result;
}

/// Columns of the terminal, or as good as no limit where that is not known.
size_t terminalColumns(std::FILE *out) {
  winsize size{};
  bool known = ::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col : std::numeric_limits<size_t>::max();
}

} // namespace

Progress::Progress(std::FILE *out, int verbose, int64_t steps)
    : Progress(out, verbose, steps, ::isatty(::fileno(out)) == 1) {}

Progress::Progress(std::FILE *out, int verbose, int64_t steps, bool terminal)
    : out(out), steps(steps) {
  form = verbose <= 0   ? Form::Silent
         : verbose >= 2 ? Form::TwoLines
         : terminal     ? Form::Bar
                        : Form::OneLine;
  start = Clock::now();
}

Progress::~Progress() {
  if (drawnWidth > 0) // an exception is passing: what it prints begins a line of its own
    std::fputc('\n', out);
}

double Progress::secondsSince(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

void Progress::beginEpoch(int64_t epoch, int64_t epochs) {
  std::string text = "Epoch " + std::to_string(epoch) + "/" + std::to_string(epochs);
  if (form == Form::OneLine)
    prefix = text + " - ";
  else if (form != Form::Silent)
    std::fprintf(out, "%s\n", text.c_str());
  std::fflush(out);
}

double Progress::secondsPerStep(int64_t done) const {
  // Keras leaves the first step out, it may have compiled something.
  if (done > 1 && firstStepDone != Clock::time_point())
    return secondsSince(firstStepDone) / static_cast<double>(done - 1);
  return done > 0 ? secondsSince(start) / static_cast<double>(done) : 0;
}

void Progress::draw(int64_t done, const Logs &logs, bool last) {
  int64_t cells = std::min(barWidth, barWidth * done / std::max<int64_t>(steps, 1));
  double perStep = secondsPerStep(done);
  std::string text = "\x1b[1m" + count(done, steps) + "\x1b[0m ";
  if (cells > 0)
    text += "\x1b[32m" + repeat("━", cells) + "\x1b[0m";
  text += "\x1b[37m" + repeat("━", barWidth - cells) + "\x1b[0m \x1b[1m";
  text += last ? format("%.0fs", secondsSince(start))
               : remaining(perStep * static_cast<double>(steps - done));
  text += "\x1b[0m" + stepTime(perStep) + showLogs(logs, true);
  // A line that wraps cannot be drawn over: only the last one may.
  if (!last)
    text = clipped(text, terminalColumns(out) - 1);
  size_t width = visibleWidth(text);
  std::string erased = width < drawnWidth ? std::string(drawnWidth - width, ' ') : "";
  std::string redraw = std::string(drawnWidth, '\b') + "\r" + text + erased + (last ? "\n" : "");
  std::fwrite(redraw.data(), 1, redraw.size(), out);
  std::fflush(out);
  drawnWidth = last ? 0 : width;
}

void Progress::update(int64_t done, const Logs &logs) {
  if (done == 1)
    firstStepDone = Clock::now();
  if (form != Form::Bar || (drawnWidth > 0 && secondsSince(lastDraw) < redrawInterval))
    return;
  lastDraw = Clock::now();
  draw(done, logs, false);
}

void Progress::finish(const Logs &logs) {
  if (form == Form::Silent)
    return;
  if (form == Form::Bar)
    return draw(steps, logs, true);
  std::string text = prefix + count(steps, steps) + format(" - %.0fs -", secondsSince(start)) +
                     stepTime(secondsPerStep(steps)) + showLogs(logs, false) + "\n";
  std::fwrite(text.data(), 1, text.size(), out);
  std::fflush(out);
}

} // namespace keratin::rt
