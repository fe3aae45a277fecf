// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How an error that the user caused travels from where it is found to where it is printed.
#pragma once

#include "keratin/did_you_mean.hpp"

#include <exception>
#include <iosfwd>
#include <string>

namespace keratin {

/// A position in a script (line and column from 1) or, with line 0, a file or nothing at all.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;
};

/// An error of input or environment. Messages are lower case, name what was expected and what was
/// found; the hint says what to do. Thrown by the plain C++ parts, printed once by the tool, exit
/// code 1.
class UserError : public std::exception {
public:
  UserError(SourceLocation location, std::string message, std::string hint = "")
      : location(std::move(location)), message(std::move(message)), hint(std::move(hint)) {}
  const char *what() const noexcept override { return message.c_str(); }

  SourceLocation location;
  std::string message;
  std::string hint;
};

/// Prints "file:line:col: error: message", the source line with a caret under the column, and the
/// hint. The line is read from the file; where that cannot be done it is left out.
void printDiagnostic(std::ostream &out, const UserError &error, bool color);

using rt::didYouMean;
using rt::editDistance;

} // namespace keratin
