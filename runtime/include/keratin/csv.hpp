// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of numbers as comma-separated text (RFC 4180 with a choice of delimiter).
#pragma once

#include "keratin/array.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace keratin::rt {

struct CsvOptions {
  enum class Header { Detect, Yes, No };
  char delimiter = ',';
  Header header =
      Header::Detect;   ///< Detect: the first line is one if none of its fields is a number
  int64_t skipRows = 0; ///< lines before the header or the first row
  std::vector<int64_t> useColumns; ///< their numbers from 0; empty: all
};

struct CsvTable {
  std::vector<std::string> columns; ///< names from the header line, else empty
  Array values;                     ///< float64 (rows, columns)
};

/// Blank lines are skipped; an empty field is NaN. Throws Error with file, line and column on a
/// field that is no number, a row of another length, or an unterminated quote.
CsvTable parseCsv(std::string_view text, const std::string &path, const CsvOptions &options = {});
CsvTable readCsv(const std::string &path, const CsvOptions &options = {});

/// Rank 1 is one column, rank 2 as it is; other ranks are refused. Numbers read back as they were.
std::string formatCsv(const Array &array, char delimiter = ',');
void writeCsv(const std::string &path, const Array &array, char delimiter = ',');

} // namespace keratin::rt
