// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of numbers as text.
#include "keratin/csv.hpp"
#include "Support.h"

#include <cmath>

using namespace keratin::rt;

namespace {

std::vector<double> values(const CsvTable &table) {
  const double *data = table.values.data<double>();
  return {data, data + table.values.size()};
}

TEST(Csv, ReadsRowsOfNumbers) {
  CsvTable table = parseCsv("1,2.5,-3e2\n+4, 5 ,6\n", "a.csv");
  EXPECT_TRUE(table.columns.empty());
  EXPECT_EQ(table.values.shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(values(table), (std::vector<double>{1, 2.5, -300, 4, 5, 6}));
}

TEST(Csv, FindsAHeaderLine) {
  CsvTable table = parseCsv("\"Month, day\",Passengers\n1,112\n2,118", "a.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"Month, day", "Passengers"}));
  EXPECT_EQ(values(table), (std::vector<double>{1, 112, 2, 118}));
}

TEST(Csv, HeaderCanBeSettled) {
  CsvOptions options;
  options.header = CsvOptions::Header::Yes;
  EXPECT_EQ(parseCsv("1,2\n3,4\n", "a.csv", options).columns, (std::vector<std::string>{"1", "2"}));
  options.header = CsvOptions::Header::No;
  EXPECT_ERROR(parseCsv("a,b\n3,4\n", "a.csv", options),
               "a.csv:1:1: expected a number, found \"a\"");
}

TEST(Csv, TakesOtherDelimitersBlankLinesCrLfAndByteOrderMarks) {
  CsvOptions options;
  options.delimiter = ';';
  options.skipRows = 1;
  CsvTable table = parseCsv("\xef\xbb\xbfsome title\r\n\r\n1;2\r\n\r\n3;4\r\n", "a.csv", options);
  EXPECT_EQ(values(table), (std::vector<double>{1, 2, 3, 4}));
}

TEST(Csv, AnEmptyFieldIsNaN) {
  CsvTable table = parseCsv("1,,3\n", "a.csv");
  EXPECT_TRUE(std::isnan(values(table)[1]));
}

TEST(Csv, QuotedFieldsMayHoldNumbersAndLineEnds) {
  EXPECT_EQ(values(parseCsv("\"1\",\"2\"\n", "a.csv")), (std::vector<double>{1, 2}));
  EXPECT_EQ(parseCsv("\"a\nb\",\"say \"\"c\"\"\"\n1,2\n", "a.csv").columns,
            (std::vector<std::string>{"a\nb", "say \"c\""}));
}

TEST(Csv, LocatesErrors) {
  EXPECT_ERROR(parseCsv("1,2\n3,x4\n", "a.csv"), "a.csv:2:3: expected a number, found \"x4\"");
  EXPECT_ERROR(parseCsv("1,two\n3,4\n", "a.csv"), "a.csv:1:3: expected a number, found \"two\"");
  EXPECT_ERROR(parseCsv("1,2\n3\n", "a.csv"), "a.csv:2:1: expected 2 fields, found 1");
  EXPECT_ERROR(parseCsv("1,2\n\"3,4\n", "a.csv"), "a.csv:2:1: quote is not closed");
  EXPECT_ERROR(parseCsv("", "a.csv"), "a.csv: no rows of numbers");
  EXPECT_ERROR(parseCsv("a,b\n", "a.csv"), "a.csv: no rows of numbers");
  EXPECT_ERROR(parseCsv("\"a\nb\"\n1\n2,3\n", "a.csv"), "a.csv:4:1: expected 1 fields, found 2");
}

TEST(Csv, NumbersReadBackAsTheyWere) {
  Array array = Array::of<float>({2, 2}, {0.1f, 1e-30f, -3, 16777216});
  CsvTable table = parseCsv(formatCsv(array), "a.csv");
  EXPECT_EQ(table.values.cast(DType::Float32).bytes, array.bytes);
  EXPECT_EQ(formatCsv(Array::of<int64_t>({2}, {9007199254740993, -1})), "9007199254740993\n-1\n");
  EXPECT_ERROR(formatCsv(Array(DType::Float32, {1, 1, 1})),
               "a .csv file holds an array of rank 1 or 2, found rank 3");
}

} // namespace
