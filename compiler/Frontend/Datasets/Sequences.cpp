// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.utils.pad_sequences.
#include "compiler/Frontend/Datasets/Sequences.h"
#include "compiler/Support/Diagnostic.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace keratin::datasets {

namespace {

void checkSide(const char *argument, const std::string &value) {
  if (value != "pre" && value != "post")
    throw UserError({}, std::string("`") + argument + "` is \"" + value +
                            "\", expected \"pre\" or \"post\"");
}

/// Whether an integer type holds v after truncation.
bool fits(rt::DType type, double v) {
  auto within = [v](auto low, auto high) {
    return v > static_cast<double>(low) - 1 && v < static_cast<double>(high) + 1;
  };
  switch (type) {
  case rt::DType::Int8:
    return within(INT8_MIN, INT8_MAX);
  case rt::DType::UInt8:
    return within(0, UINT8_MAX);
  case rt::DType::Int16:
    return within(INT16_MIN, INT16_MAX);
  case rt::DType::UInt16:
    return within(0, UINT16_MAX);
  case rt::DType::Int32:
    return within(INT32_MIN, INT32_MAX);
  case rt::DType::UInt32:
    return within(0, UINT32_MAX);
  default:
    return true;
  }
}

template <typename T>
rt::Array pad(const std::vector<std::vector<T>> &rows, const PadArguments &arguments) {
  checkSide("padding", arguments.padding);
  checkSide("truncating", arguments.truncating);
  int64_t width = 0;
  for (const std::vector<T> &row : rows)
    width = std::max(width, static_cast<int64_t>(row.size()));
  width = arguments.maxLength.value_or(width);
  if (width < 0)
    throw UserError({}, "`maxlen` is " + std::to_string(width) + ", expected at least 0");

  auto store = [&](rt::Array &array, int64_t i, double value, const std::string &what) {
    if (!fits(arguments.dtype, value))
      throw UserError({}, what + " does not fit in " + rt::name(arguments.dtype));
    array.set(i, value);
  };
  rt::Array result(arguments.dtype, {static_cast<int64_t>(rows.size()), width});
  if (arguments.value != 0)
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      store(result, i, arguments.value, "the padding value");
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::vector<T> &row = rows[r];
    int64_t size = static_cast<int64_t>(row.size()), kept = std::min(size, width);
    int64_t from = arguments.truncating == "pre" ? size - kept : 0;
    int64_t to = static_cast<int64_t>(r) * width + (arguments.padding == "pre" ? width - kept : 0);
    if constexpr (std::is_same_v<T, int32_t>) {
      if (arguments.dtype == rt::DType::Int32) {
        std::copy_n(row.begin() + from, kept, result.data<int32_t>() + to);
        continue;
      }
    }
    for (int64_t k = 0; k < kept; ++k)
      store(result, to + k, static_cast<double>(row[static_cast<size_t>(from + k)]),
            "value " + std::to_string(from + k) + " of sequence " + std::to_string(r));
  }
  return result;
}

} // namespace

rt::Array padSequences(const Sequences &sequences, const PadArguments &arguments) {
  return pad(sequences.rows, arguments);
}

rt::Array padSequences(const std::vector<std::vector<double>> &rows,
                       const PadArguments &arguments) {
  return pad(rows, arguments);
}

} // namespace keratin::datasets
