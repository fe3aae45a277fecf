// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Draws a table with a heavy head, as Keras's summary has it.
#pragma once

#include <string>
#include <vector>

namespace keratin {

class TextTable {
public:
  enum class Align { Left, Center, Right };
  struct Column {
    std::string title;
    Align align = Align::Left;
    int width = 0; ///< without the space on each side
  };

  explicit TextTable(std::vector<Column> columns) : columns(std::move(columns)) {}
  /// One cell a column, UTF-8. Cells wrap at spaces; a word longer than the column ends in "…".
  void addRow(std::vector<std::string> cells) { rows.push_back(std::move(cells)); }
  std::string text() const;

private:
  std::string rule(const char *left, const char *fill, const char *middle, const char *right) const;
  std::string row(const std::vector<std::string> &cells, const char *separator) const;

  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

} // namespace keratin
