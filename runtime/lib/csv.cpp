// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of numbers as comma-separated text.
#include "keratin/csv.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace keratin::rt {

namespace {

struct Field {
  std::string text;
  int64_t line = 1, column = 1;
};

/// Cuts text into records of fields; a quoted field may hold delimiters, line ends and doubled
/// quotes.
class Scanner {
public:
  Scanner(std::string_view text, char delimiter, const std::string &path)
      : text(text), delimiter(delimiter), path(path) {
    if (this->text.substr(0, 3) == "\xef\xbb\xbf")
      position = 3;
    lineStart = position;
  }

  void skipLine() {
    while (position < text.size() && text[position] != '\n')
      ++position;
    endLine();
  }

  /// False at the end of the text. A blank line is a record of one empty field.
  bool next(std::vector<Field> &record) {
    record.clear();
    if (position >= text.size())
      return false;
    for (;;) {
      record.push_back(field());
      if (position < text.size() && text[position] == delimiter) {
        ++position;
        continue;
      }
      endLine();
      return true;
    }
  }

private:
  Field field() {
    while (position < text.size() && text[position] == ' ' && delimiter != ' ')
      ++position;
    Field result{"", line, static_cast<int64_t>(position - lineStart) + 1};
    if (position < text.size() && text[position] == '"')
      quoted(result);
    while (position < text.size() && text[position] != delimiter && text[position] != '\n') {
      result.text += text[position++];
    }
    while (!result.text.empty() && (result.text.back() == ' ' || result.text.back() == '\r'))
      result.text.pop_back();
    return result;
  }

  void quoted(Field &result) {
    for (++position;; ++position) {
      if (position >= text.size())
        throw Error("quote is not closed").at(path, result.line, result.column);
      char c = text[position];
      if (c == '"') {
        ++position;
        if (position >= text.size() || text[position] != '"')
          return;
      }
      if (c == '\n') {
        ++line;
        lineStart = position + 1;
      }
      result.text += c;
    }
  }

  void endLine() {
    if (position < text.size() && text[position] == '\n')
      ++position;
    ++line;
    lineStart = position;
  }

  std::string_view text;
  char delimiter;
  const std::string &path;
  size_t position = 0, lineStart = 0;
  int64_t line = 1;
};

std::optional<double> number(const Field &field) {
  std::string_view text = field.text;
  if (text.empty())
    return std::numeric_limits<double>::quiet_NaN();
  if (text[0] == '+')
    text.remove_prefix(1);
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || code == std::errc::invalid_argument)
    return std::nullopt;
  if (code == std::errc::result_out_of_range) {
    // Too large or too small for a double: what strtod makes of it, infinity or zero.
    value = std::strtod(field.text.c_str(), nullptr);
  }
  return value;
}

bool isBlank(const std::vector<Field> &record) {
  return record.size() == 1 && record[0].text.empty();
}

bool isHeader(const std::vector<Field> &record) {
  for (const Field &field : record)
    if (!field.text.empty() && number(field))
      return false;
  return true;
}

} // namespace

CsvTable parseCsv(std::string_view text, const std::string &path, const CsvOptions &options) {
  Scanner scanner(text, options.delimiter, path);
  for (int64_t i = 0; i < options.skipRows; ++i)
    scanner.skipLine();
  CsvTable table;
  std::vector<double> values;
  std::vector<Field> record;
  size_t columns = 0;
  int64_t rows = 0;
  bool first = true;
  while (scanner.next(record)) {
    if (isBlank(record))
      continue;
    bool mayBeHeader = std::exchange(first, false) && options.header != CsvOptions::Header::No;
    if (mayBeHeader && (options.header == CsvOptions::Header::Yes || isHeader(record))) {
      for (Field &field : record)
        table.columns.push_back(std::move(field.text));
      columns = record.size();
      continue;
    }
    if (columns == 0)
      columns = record.size();
    if (record.size() != columns)
      throw Error("expected " + std::to_string(columns) + " fields, found " +
                  std::to_string(record.size()))
          .at(path, record[0].line, 1);
    for (int64_t column : options.useColumns)
      if (column < 0 || column >= static_cast<int64_t>(record.size()))
        throw Error("there is no column " + std::to_string(column) + " among " +
                    std::to_string(record.size()))
            .at(path, record[0].line, 1);
    size_t used = options.useColumns.empty() ? record.size() : options.useColumns.size();
    for (size_t i = 0; i < used; ++i) {
      const Field &field = record[options.useColumns.empty() ? i : options.useColumns[i]];
      std::optional<double> value = number(field);
      if (!value)
        throw Error("expected a number, found \"" + field.text + "\"")
            .at(path, field.line, field.column);
      values.push_back(*value);
    }
    ++rows;
  }
  if (rows == 0)
    throw Error("no rows of numbers").at(path);
  table.values = Array::of<double>({rows, static_cast<int64_t>(values.size()) / rows}, values);
  return table;
}

CsvTable readCsv(const std::string &path, const CsvOptions &options) {
  return parseCsv(readFile(path), path, options);
}

std::string formatCsv(const Array &array, char delimiter) {
  if (array.rank() < 1 || array.rank() > 2)
    throw Error("a .csv file holds an array of rank 1 or 2, found rank " +
                    std::to_string(array.rank()),
                "write .npy or .npz instead");
  int64_t columns = array.rank() == 2 ? array.shape[1] : 1;
  std::string text;
  char buffer[32];
  for (int64_t i = 0, n = array.size(); i < n; ++i) {
    // The shortest text that reads back as the same number of the same type.
    std::to_chars_result end{};
    switch (array.dtype) {
    case DType::Float32:
      end = std::to_chars(buffer, std::end(buffer), array.data<float>()[i]);
      break;
    case DType::Int64:
      end = std::to_chars(buffer, std::end(buffer), array.data<int64_t>()[i]);
      break;
    case DType::UInt64:
      end = std::to_chars(buffer, std::end(buffer), array.data<uint64_t>()[i]);
      break;
    default:
      end = std::to_chars(buffer, std::end(buffer), array.at(i));
      break;
    }
    text.append(buffer, end.ptr);
    text += (i + 1) % columns == 0 ? '\n' : delimiter;
  }
  return text;
}

void writeCsv(const std::string &path, const Array &array, char delimiter) {
  writeFile(path, formatCsv(array, delimiter));
}

} // namespace keratin::rt
