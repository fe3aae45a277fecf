// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints errors of the user.
#include "compiler/Support/Diagnostic.h"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <vector>

namespace keratin {

namespace {

/// Line `number` of a file, without its end; false if there is none.
bool readLine(const std::string &path, int number, std::string &line) {
  std::ifstream file(path);
  for (int i = 0; i < number; ++i)
    if (!std::getline(file, line))
      return false;
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  return true;
}

/// As wide as the text before the column (in characters), tabs kept.
std::string indentTo(const std::string &line, int column) {
  std::string indent;
  int at = 1;
  for (char c : line) {
    if ((c & 0xc0) == 0x80) // inside a UTF-8 character
      continue;
    if (at++ >= column)
      break;
    indent += c == '\t' ? '\t' : ' ';
  }
  return indent;
}

} // namespace

void printDiagnostic(std::ostream &out, const UserError &error, bool color) {
  const char *bold = color ? "\x1b[1m" : "", *red = color ? "\x1b[1;31m" : "",
             *green = color ? "\x1b[1;32m" : "";
  const char *plain = color ? "\x1b[0m" : "";
  const SourceLocation &at = error.location;
  out << bold;
  if (!at.file.empty())
    out << at.file << ':';
  if (at.line > 0)
    out << at.line << ':' << at.column << ':';
  if (!at.file.empty() || at.line > 0)
    out << ' ';
  out << red << "error: " << plain << bold << error.message << plain << '\n';
  std::string line;
  if (at.line > 0 && readLine(at.file, at.line, line))
    out << "  " << line << "\n  " << indentTo(line, at.column) << green << '^' << plain << '\n';
  if (!error.hint.empty())
    out << "  hint: " << error.hint << '\n';
}

} // namespace keratin
