// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the runtime reports what the user can mend: bad files, bad data, a full disk.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace keratin::rt {

/// Thrown inside C++ only, never across the C interface. The message is lower case and says what
/// was expected and what was found; the hint says what to do.
class Error : public std::exception {
public:
  explicit Error(std::string message, std::string hint = "")
      : message(std::move(message)), hint(std::move(hint)) {}
  const char *what() const noexcept override { return message.c_str(); }
  /// The same error at a place in a file; line and column count from 1, 0: unknown.
  Error &&at(std::string path, int64_t atLine = 0, int64_t atColumn = 0) && {
    file = std::move(path);
    line = atLine;
    column = atColumn;
    return std::move(*this);
  }
  /// "file:line:column: message", as far as known.
  std::string located() const;

  std::string message, hint;
  std::string file;
  int64_t line = 0, column = 0;
};

/// The user asked to stop (SIGINT). Nothing has been written.
struct Interrupted {};

} // namespace keratin::rt
