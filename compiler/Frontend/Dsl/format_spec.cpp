// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Format specifications: "{:>8.3f}".
#include "compiler/Frontend/Dsl/format_spec.h"

#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/ndarray.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace keratin::dsl {

int64_t readNumber(const std::string &text, size_t &i, Pos pos) {
  int64_t n = 0;
  while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i]))) {
    n = n * 10 + (text[i++] - '0');
    if (n > maxWidth)
      fail(pos, "width or precision above " + std::to_string(maxWidth) + " in a format");
  }
  return n;
}

namespace {

Spec parseSpec(const std::string &text, Pos pos) {
  Spec spec;
  size_t i = 0;
  auto peek = [&](size_t at) { return at < text.size() ? text[at] : '\0'; };
  auto isAlign = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
  size_t fillBytes =
      text.empty() ? 1 : std::max(1, utf8Length(static_cast<unsigned char>(text[0])));
  if (!text.empty() && isAlign(peek(fillBytes))) {
    spec.fill = text.substr(0, fillBytes);
    spec.align = text[fillBytes];
    i = fillBytes + 1;
  } else if (isAlign(peek(0))) {
    spec.align = text[i++];
  }
  if (peek(i) == '+' || peek(i) == '-' || peek(i) == ' ')
    spec.sign = text[i++];
  if (peek(i) == '#')
    spec.alternate = true, ++i;
  if (peek(i) == '0') {
    if (!spec.align)
      spec.fill = "0", spec.align = '=';
    ++i;
  }
  spec.width = readNumber(text, i, pos);
  if (peek(i) == ',' || peek(i) == '_')
    spec.grouping = text[i++];
  if (peek(i) == '.') {
    if (!std::isdigit(static_cast<unsigned char>(peek(++i))))
      fail(pos, "a format's precision is missing after the point");
    spec.precision = readNumber(text, i, pos);
  }
  if (i < text.size())
    spec.type = text[i++];
  if (i != text.size())
    fail(pos, "invalid format \"" + text + "\"");
  return spec;
}

std::string group(const std::string &digits, char separator, size_t every) {
  std::string result;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % every == 0)
      result += separator;
    result += digits[i];
  }
  return result;
}

} // namespace

std::string pad(const std::string &sign, std::string body, const Spec &spec, char defaultAlign) {
  int64_t missing = spec.width - strLength(sign) - strLength(body);
  if (missing <= 0)
    return sign + body;
  auto filler = [&](int64_t n) {
    std::string text;
    for (; n > 0; --n)
      text += spec.fill;
    return text;
  };
  switch (spec.align ? spec.align : defaultAlign) {
  case '<':
    return sign + body + filler(missing);
  case '^':
    return filler(missing / 2) + sign + body + filler(missing - missing / 2);
  case '=':
    return sign + filler(missing) + body;
  default:
    return filler(missing) + sign + body;
  }
}

namespace {

std::string printed(const char *format, int precision, double value) {
  int length = std::snprintf(nullptr, 0, format, precision, value);
  std::string text(static_cast<size_t>(length), '\0');
  std::snprintf(text.data(), text.size() + 1, format, precision, value);
  return text;
}

/// The magnitude of a real in format type e, f, g or none (shortest).
std::string realDigits(double magnitude, const Spec &spec, Pos pos) {
  auto precision = static_cast<int>(spec.precision < 0 ? 6 : spec.precision);
  if (std::isnan(magnitude) || std::isinf(magnitude)) {
    std::string text = std::isnan(magnitude) ? "nan" : "inf";
    if (std::isupper(static_cast<unsigned char>(spec.type)))
      std::transform(text.begin(), text.end(), text.begin(),
                     [](char c) { return std::toupper(c); });
    return text + (spec.type == '%' ? "%" : "");
  }
  bool alternate = spec.alternate;
  switch (spec.type) {
  case 'e':
    return printed(alternate ? "%#.*e" : "%.*e", precision, magnitude);
  case 'E':
    return printed(alternate ? "%#.*E" : "%.*E", precision, magnitude);
  case 'f':
  case 'F':
    return printed(alternate ? "%#.*f" : "%.*f", precision, magnitude);
  case 'g':
    return printed(alternate ? "%#.*g" : "%.*g", precision, magnitude);
  case 'G':
    return printed(alternate ? "%#.*G" : "%.*G", precision, magnitude);
  case '%':
    return printed("%.*f", precision, magnitude * 100) + "%";
  case 0: {
    if (spec.precision < 0)
      return floatRepr(magnitude);
    // Like g, but with one decimal at least, so that the exponent takes over one digit earlier.
    int digits = std::max(precision, 1);
    std::string scientific = printed("%.*e", digits - 1, magnitude);
    size_t e = scientific.find('e');
    int exponent = std::atoi(scientific.c_str() + e + 1);
    if (exponent < -4 || exponent >= digits - 1) {
      std::string mantissa = scientific.substr(0, e);
      if (mantissa.find('.') != std::string::npos)
        mantissa.erase(mantissa.find_last_not_of("0.") + 1);
      return (mantissa.empty() ? "0" : mantissa) + scientific.substr(e);
    }
    std::string text = printed("%.*g", digits, magnitude);
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
  default:
    fail(pos, std::string("unknown format \"") + spec.type + "\" for a float");
  }
}

} // namespace

std::string formatReal(double value, const Spec &spec, Pos pos) {
  std::string sign = std::signbit(value) && !std::isnan(value) ? "-"
                     : spec.sign == '-'                        ? ""
                                                               : std::string(1, spec.sign);
  std::string digits = realDigits(std::fabs(value), spec, pos);
  if (spec.grouping) {
    size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    digits = group(digits.substr(0, whole), spec.grouping, 3) + digits.substr(whole);
  }
  return pad(sign, digits, spec, '>');
}

std::string formatInteger(int64_t value, const Spec &spec, Pos pos) {
  if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos && spec.type)
    return formatReal(static_cast<double>(value), spec, pos);
  if (spec.precision >= 0)
    fail(pos, "an integer's format has no precision");
  if (spec.type == 'c') {
    if (value < 0 || value > 0x10ffff)
      fail(pos, "no character has the number " + std::to_string(value));
    std::string text;
    appendUtf8(text, static_cast<uint32_t>(value));
    return pad("", text, spec, '<');
  }
  auto magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  unsigned base = 10;
  std::string prefix;
  switch (spec.type) {
  case 0:
  case 'd':
  case 'n':
    break;
  case 'x':
  case 'X':
    base = 16, prefix = spec.type == 'x' ? "0x" : "0X";
    break;
  case 'o':
    base = 8, prefix = "0o";
    break;
  case 'b':
    base = 2, prefix = "0b";
    break;
  default:
    fail(pos, std::string("unknown format \"") + spec.type + "\" for an int");
  }
  std::string digits;
  do
    digits += (spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef")[magnitude % base];
  while (magnitude /= base);
  std::reverse(digits.begin(), digits.end());
  if (spec.grouping)
    digits = group(digits, spec.grouping, base == 10 ? 3 : 4);
  std::string sign = value < 0 ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
  return pad(sign + (spec.alternate ? prefix : ""), digits, spec, '>');
}

namespace {

std::string formatStr(const std::string &text, const Spec &spec, Pos pos) {
  if (spec.type && spec.type != 's')
    fail(pos, std::string("format \"") + spec.type + "\" is for numbers, got a str");
  if (spec.align == '=' && spec.fill != "0")
    fail(pos, "alignment = is for numbers, got a str");
  std::string shown = spec.precision < 0 ? text : text.substr(0, strOffset(text, spec.precision));
  Spec left = spec;
  if (left.align == '=')
    left.align = '<';
  return pad("", shown, left, '<');
}

} // namespace

std::string formatValue(const Value &value, const std::string &text, Pos pos) {
  if (text.empty())
    return strOf(value, pos);
  Spec spec = parseSpec(text, pos);
  if (auto *b = value.asBool())
    return spec.type == 0 || spec.type == 's' ? formatStr(*b ? "True" : "False", spec, pos)
                                              : formatInteger(*b, spec, pos);
  if (auto *i = value.asInt())
    return formatInteger(*i, spec, pos);
  if (auto *d = value.asReal())
    return formatReal(*d, spec, pos);
  if (auto *string = value.asStr())
    return formatStr(*string, spec, pos);
  if (auto *array = value.get<NdArray>(); array && array->isScalar) {
    if (spec.type == 0 && spec.precision < 0 && array->dtype == rt::DType::Float32)
      return pad("", arrayStr(*array), spec, '>');
    return formatValue(pythonNumber(*array, array->offset), text, pos);
  }
  fail(pos, "format \"" + text + "\" does not apply to " + describeType(value),
       "take one element, or convert with str(...)");
}

} // namespace keratin::dsl
