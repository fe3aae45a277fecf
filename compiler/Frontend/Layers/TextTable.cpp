// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wraps cells and draws the lines around them.
#include "compiler/Frontend/Layers/TextTable.h"

#include <algorithm>

namespace keratin {

static bool startsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

/// Number of characters of UTF-8 text; one column each is what layer names need.
static int columnsOf(const std::string &text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), startsCharacter));
}

/// At most `width` characters, the last one "…" where some are left out.
static std::string cropped(const std::string &text, int width) {
  if (columnsOf(text) <= width)
    return text;
  std::string result;
  int taken = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (startsCharacter(text[i]) && ++taken == width)
      break;
    result += text[i];
  }
  return result + "…";
}

/// Spaces at the beginning belong to the first word.
static std::vector<std::string> wrapped(const std::string &text, int width) {
  std::vector<std::string> lines(1);
  for (size_t begin = 0; begin < text.size();) {
    size_t letters = begin == 0 ? text.find_first_not_of(' ') : begin;
    size_t end = std::min(text.find(' ', letters), text.size());
    std::string word = text.substr(begin, end - begin);
    std::string &line = lines.back();
    if (line.empty())
      line = word;
    else if (columnsOf(line) + 1 + columnsOf(word) <= width)
      line += " " + word;
    else
      lines.push_back(word);
    begin = end + 1;
  }
  for (std::string &line : lines)
    line = cropped(line, width);
  return lines;
}

static std::string aligned(const std::string &text, int width, TextTable::Align align) {
  int free = width - columnsOf(text);
  int left = align == TextTable::Align::Left    ? 0
             : align == TextTable::Align::Right ? free
                                                : free / 2;
  return std::string(static_cast<size_t>(left), ' ') + text +
         std::string(static_cast<size_t>(free - left), ' ');
}

std::string TextTable::rule(const char *left, const char *fill, const char *middle,
                            const char *right) const {
  std::string line = left;
  for (size_t i = 0; i < columns.size(); ++i) {
    for (int k = 0; k < columns[i].width + 2; ++k)
      line += fill;
    line += i + 1 < columns.size() ? middle : right;
  }
  return line + "\n";
}

std::string TextTable::row(const std::vector<std::string> &cells, const char *separator) const {
  std::vector<std::vector<std::string>> lines;
  size_t height = 1;
  for (size_t i = 0; i < columns.size(); ++i) {
    lines.push_back(wrapped(cells[i], columns[i].width));
    height = std::max(height, lines.back().size());
  }
  std::string text;
  for (size_t y = 0; y < height; ++y) {
    for (size_t i = 0; i < columns.size(); ++i) {
      std::string content = y < lines[i].size() ? lines[i][y] : "";
      text += separator + (" " + aligned(content, columns[i].width, columns[i].align) + " ");
    }
    text += separator;
    text += "\n";
  }
  return text;
}

std::string TextTable::text() const {
  std::vector<std::string> titles;
  for (const Column &column : columns)
    titles.push_back(column.title);
  std::string result = rule("┏", "━", "┳", "┓") + row(titles, "┃") + rule("┡", "━", "╇", "┩");
  for (size_t i = 0; i < rows.size(); ++i)
    result += (i ? rule("├", "─", "┼", "┤") : "") + row(rows[i], "│");
  return result + rule("└", "─", "┴", "┘");
}

} // namespace keratin
