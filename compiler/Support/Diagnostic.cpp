// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints errors of the user, and finds what a misspelled name was meant to be.
#include "compiler/Support/Diagnostic.h"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <vector>

namespace keratin {

int editDistance(const std::string &a, const std::string &b) {
  // Three rows of the dynamic programme: two back (for transpositions), previous, current.
  size_t n = b.size();
  std::vector<int> twoBack(n + 1), previous(n + 1), current(n + 1);
  for (size_t j = 0; j <= n; ++j)
    previous[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (size_t j = 1; j <= n; ++j) {
      int substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({substitution, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], twoBack[j - 2] + 1);
    }
    std::swap(twoBack, previous);
    std::swap(previous, current);
  }
  return previous[n];
}

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
