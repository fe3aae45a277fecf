// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays as numpy prints them: precision 8, line width 75, summarized above 1000 elements.
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/ndarray.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace keratin::dsl {

using rt::DType;

namespace {

constexpr int precision = 8, lineWidth = 75, edgeItems = 3;
constexpr int64_t threshold = 1000;

/// The shortest digits that read back as the same value of this type.
std::string shortest(double value, DType type, std::chars_format format) {
  char buffer[512];
  auto result =
      type == DType::Float32
          ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value), format)
          : std::to_chars(buffer, buffer + sizeof buffer, value, format);
  return {buffer, result.ptr};
}

void trimZeros(std::string &digits) { digits.erase(digits.find_last_not_of('0') + 1); }

/// "1.25", "3.": always with a point, at most `precision` decimals.
std::string positional(double value, DType type) {
  std::string text = shortest(value, type, std::chars_format::fixed);
  size_t point = text.find('.');
  if (point == std::string::npos)
    return text + '.';
  if (text.size() - point - 1 > precision) {
    char buffer[512];
    std::snprintf(buffer, sizeof buffer, "%.*f", precision, value);
    text = buffer;
    trimZeros(text);
  }
  return text;
}

struct Scientific {
  std::string integer, fraction, exponent; ///< exponent with its sign, two digits or more
};

Scientific scientific(double value, DType type, int digits) {
  std::string text = shortest(value, type, std::chars_format::scientific);
  size_t e = text.find('e'), point = text.find('.');
  if (point != std::string::npos && static_cast<int>(e - point) - 1 > digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*e", digits, value);
    text = buffer;
    e = text.find('e');
    point = text.find('.');
  }
  Scientific parts;
  parts.integer = text.substr(0, std::min(point, e));
  if (point != std::string::npos)
    parts.fraction = text.substr(point + 1, e - point - 1);
  trimZeros(parts.fraction);
  parts.exponent = text.substr(e + 1);
  return parts;
}

std::string padded(const std::string &text, size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

/// Elements of one array share their layout: point under point, or exponents for all.
class ElementFormat {
public:
  ElementFormat(const NdArray &array, const std::vector<int64_t> &shown) : array(array) {
    if (isReal(array.dtype))
      planReals(shown);
    else
      for (int64_t at : shown)
        width = std::max(width, plain(at).size());
  }

  std::string operator()(int64_t at) const {
    if (!isReal(array.dtype))
      return padded(plain(at), width);
    double value = array.number(at).real;
    if (!std::isfinite(value))
      return padded(special(value), left + right + 1);
    if (exponential) {
      Scientific parts = scientific(value, array.dtype, static_cast<int>(fractionDigits));
      return padded(parts.integer, left) + "." + parts.fraction +
             std::string(fractionDigits - parts.fraction.size(), '0') + "e" + parts.exponent[0] +
             std::string(exponentDigits - (parts.exponent.size() - 1), '0') +
             parts.exponent.substr(1);
    }
    std::string text = positional(value, array.dtype);
    size_t point = text.find('.');
    std::string padding(right - (text.size() - point - 1), ' ');
    return padded(text.substr(0, point), left) + text.substr(point) + padding;
  }

private:
  const NdArray &array;
  size_t width = 0;
  bool exponential = false;
  size_t left = 0, right = 0, fractionDigits = 0, exponentDigits = 0;

  std::string plain(int64_t at) const {
    int64_t value = array.number(at).integer;
    return array.dtype == DType::Bool ? (value ? "True" : "False") : std::to_string(value);
  }
  static std::string special(double value) {
    return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
  }

  void planReals(const std::vector<int64_t> &shown) {
    double highest = 0, lowest = INFINITY;
    for (int64_t at : shown) {
      double magnitude = std::fabs(array.number(at).real);
      if (std::isfinite(magnitude) && magnitude > 0) {
        highest = std::max(highest, magnitude);
        lowest = std::min(lowest, magnitude);
      }
    }
    double cutoff = array.dtype == DType::Float32 ? 1e6 : 1e8;
    exponential = highest > 0 && (highest >= cutoff || lowest < 1e-4 || highest / lowest > 1000);
    for (int64_t at : shown) {
      double value = array.number(at).real;
      if (!std::isfinite(value))
        continue;
      if (exponential) {
        Scientific parts = scientific(value, array.dtype, precision);
        left = std::max(left, parts.integer.size());
        fractionDigits = std::max(fractionDigits, parts.fraction.size());
        exponentDigits = std::max(exponentDigits, parts.exponent.size() - 1);
      } else {
        std::string text = positional(value, array.dtype);
        left = std::max(left, text.find('.'));
        right = std::max(right, text.size() - text.find('.') - 1);
      }
    }
    if (exponential)
      right = exponentDigits + 2 + fractionDigits;
    for (int64_t at : shown) {
      double value = array.number(at).real;
      if (std::isfinite(value))
        continue;
      // numpy leaves room for the sign of a negative infinity only.
      size_t length = special(value).size(), offset = right + 1;
      left = std::max(left, length > offset ? length - offset : 0);
    }
  }
};

class Printer {
public:
  Printer(const NdArray &array, std::string separator)
      : array(array), separator(std::move(separator)), summarize(array.size() > threshold),
        format(array, shownElements()) {}

  std::string print(const std::string &indent, int width) const {
    return level(0, array.offset, indent, width);
  }

private:
  const NdArray &array;
  std::string separator;
  bool summarize;
  ElementFormat format;

  /// Indices of an axis that are shown; -1 stands for "...".
  std::vector<int64_t> shownIndices(int64_t axis) const {
    std::vector<int64_t> list;
    int64_t length = array.shape[axis];
    for (int64_t i = 0; i < length; ++i) {
      if (summarize && length > 2 * edgeItems && i == edgeItems) {
        list.push_back(-1);
        i = length - edgeItems;
      }
      list.push_back(i);
    }
    return list;
  }

  void collect(int64_t axis, int64_t at, std::vector<int64_t> &elements) const {
    if (axis == array.rank())
      return elements.push_back(at);
    for (int64_t i : shownIndices(axis))
      if (i >= 0)
        collect(axis + 1, at + i * array.strides[axis], elements);
  }

  std::vector<int64_t> shownElements() const {
    std::vector<int64_t> elements;
    collect(0, array.offset, elements);
    return elements;
  }

  std::string level(int64_t axis, int64_t at, const std::string &indent, int width) const {
    if (axis == array.rank())
      return format(at);
    std::string bare = separator.substr(0, separator.find_last_not_of(' ') + 1);
    std::vector<int64_t> indices = shownIndices(axis);
    bool innermost = axis == array.rank() - 1;
    std::string text, line = indent;
    size_t room = static_cast<size_t>(width) - std::max<size_t>(bare.size(), 1);
    for (size_t k = 0; k < indices.size(); ++k) {
      bool last = k + 1 == indices.size();
      std::string item = indices[k] < 0 ? "..."
                                        : level(axis + 1, at + indices[k] * array.strides[axis],
                                                indent + ' ', width - 1);
      if (!innermost) {
        text += indent + item + (last ? "" : bare + std::string(array.rank() - axis - 1, '\n'));
        continue;
      }
      if (line.size() + item.size() > room && line.size() > indent.size()) {
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += item + (last ? "" : separator);
    }
    if (innermost)
      text += line;
    return '[' + text.substr(indent.size()) + ']';
  }
};

std::string scalarStr(const NdArray &array) {
  Number n = array.number(array.offset);
  if (array.dtype == DType::Bool)
    return n.integer ? "True" : "False";
  if (!n.isReal)
    return std::to_string(n.integer);
  if (array.dtype == DType::Float64)
    return floatRepr(n.real);
  if (!std::isfinite(n.real))
    return std::isnan(n.real) ? "nan" : n.real < 0 ? "-inf" : "inf";
  double magnitude = std::fabs(n.real);
  if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e6)) {
    std::string text = shortest(n.real, array.dtype, std::chars_format::scientific);
    return text;
  }
  std::string text = shortest(n.real, array.dtype, std::chars_format::fixed);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

} // namespace

std::string arrayStr(const NdArray &array) {
  if (array.rank() == 0)
    return scalarStr(array);
  if (array.size() == 0)
    return "[]";
  return Printer(array, " ").print(" ", lineWidth);
}

std::string arrayRepr(const NdArray &array) {
  if (array.isScalar) {
    std::string name = array.dtype == DType::Bool ? "" : std::string(rt::name(array.dtype));
    return array.dtype == DType::Bool ? "np." + scalarStr(array)
                                      : "np." + name + "(" + scalarStr(array) + ")";
  }
  std::string text = "array(";
  std::string digits = array.rank() == 0 ? scalarStr(array) : "";
  if (digits.size() > 2 && digits.substr(digits.size() - 2) == ".0")
    digits.pop_back();
  if (array.size() == 0)
    text += "[]";
  else
    text +=
        array.rank() == 0 ? digits : Printer(array, ", ").print(std::string(7, ' '), lineWidth - 1);
  std::vector<std::string> extras;
  if ((array.size() == 0 && array.shape != Dims{0}) || array.size() > threshold)
    extras.push_back("shape=" + shapeText(array.shape));
  bool implied =
      array.dtype == DType::Int64 || array.dtype == DType::Float64 || array.dtype == DType::Bool;
  if (!implied || array.size() == 0)
    extras.push_back("dtype=" + std::string(rt::name(array.dtype)));
  if (extras.empty())
    return text + ")";
  std::string extra = extras[0] + (extras.size() > 1 ? ", " + extras[1] : "") + ")";
  text += ",";
  size_t lastLine = text.size() - (text.rfind('\n') + 1);
  bool wrapped = lastLine + extra.size() + 1 > static_cast<size_t>(lineWidth);
  return text + (wrapped ? "\n" + std::string(6, ' ') : " ") + extra;
}

} // namespace keratin::dsl
