// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The "%" operator on strings, and str.format.
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/format_spec.h"
#include "compiler/Frontend/Dsl/operators.h"

#include <algorithm>
#include <string_view>

namespace keratin::dsl {

std::string percentFormat(const std::string &format, const Value &arguments, Pos pos) {
  auto *tuple = arguments.get<Tuple>();
  auto *dict = arguments.get<Dict>();
  size_t next = 0, available = tuple ? tuple->items.size() : 1;
  auto take = [&]() -> Value {
    if (next >= available)
      fail(pos, "the format needs more values than the " + std::to_string(available) + " given");
    ++next;
    return tuple ? tuple->items[next - 1] : arguments;
  };
  std::string result;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      result += format[i];
      continue;
    }
    auto peek = [&] { return i < format.size() ? format[i] : '\0'; };
    ++i;
    Value named;
    bool hasName = false;
    if (peek() == '(') {
      size_t end = format.find(')', i);
      if (!dict || end == std::string::npos)
        fail(pos, "a named format %(...) needs a dict on the right of %");
      named = subscript(arguments, Value::str(format.substr(i + 1, end - i - 1)), pos);
      hasName = true;
      i = end + 1;
    }
    Spec spec;
    bool zero = false;
    for (; peek() && std::string_view("-+ #0").find(peek()) != std::string_view::npos; ++i) {
      switch (peek()) {
      case '-':
        spec.align = '<';
        break;
      case '0':
        zero = true;
        break;
      case '#':
        spec.alternate = true;
        break;
      default:
        spec.sign = spec.sign == '+' ? '+' : peek();
      }
    }
    if (peek() == '*') {
      spec.width = toInt(take(), "format width", pos);
      if (spec.width < 0)
        spec.align = '<', spec.width = -spec.width;
      if (spec.width > maxWidth || spec.width < 0)
        fail(pos, "format width above " + std::to_string(maxWidth));
      ++i;
    } else {
      spec.width = readNumber(format, i, pos);
    }
    if (peek() == '.') {
      ++i;
      spec.precision = readNumber(format, i, pos);
    }
    while (peek() == 'l' || peek() == 'h')
      ++i;
    char type = peek();
    if (!type)
      fail(pos, "the format ends after %", "write %% for a percent sign");
    if (type == '%') {
      result += '%';
      continue;
    }
    if (zero && !spec.align)
      spec.fill = "0", spec.align = '=';
    Value value = hasName ? named : take();
    spec.type = type;
    switch (type) {
    case 'd':
    case 'i':
    case 'u': {
      if (!isNumber(value))
        fail(pos, std::string("%") + type + " needs a number, got " + describeType(value));
      double real = toReal(value, "value", pos);
      bool integral = value.asInt() || value.asBool();
      if (!integral && !(real > -0x1p63 && real < 0x1p63))
        fail(pos, std::string("%") + type + " of a number that does not fit into 64 bits");
      spec.type = 'd';
      int64_t whole = value.asInt() ? *value.asInt() : static_cast<int64_t>(real);
      int64_t precision = std::exchange(spec.precision, -1);
      Spec digits;
      digits.fill = "0", digits.align = '=', digits.width = precision + (whole < 0),
      digits.sign = spec.sign;
      result += precision < 0 ? formatInteger(whole, spec, pos)
                              : pad("", formatInteger(whole, digits, pos), spec, '>');
      break;
    }
    case 'x':
    case 'X':
    case 'o':
      result += formatInteger(toInt(value, std::string("value of %") + type, pos), spec, pos);
      break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      result += formatReal(toReal(value, std::string("value of %") + type, pos), spec, pos);
      break;
    case 'c': {
      std::string text;
      if (value.asStr())
        text = *value.asStr();
      else
        text = formatInteger(
            toInt(value, "value of %c", pos),
            [] {
              Spec c;
              c.type = 'c';
              return c;
            }(),
            pos);
      result += pad("", text, spec, '>');
      break;
    }
    case 's':
    case 'r':
    case 'a': {
      std::string text = type == 's' ? strOf(value, pos) : reprOf(value, pos);
      if (spec.precision >= 0)
        text = text.substr(0, strOffset(text, spec.precision));
      spec.fill = " ";
      result += pad("", text, spec, '>');
      break;
    }
    default:
      fail(pos, std::string("unknown format %") + type, "write %% for a percent sign");
    }
  }
  if (next < available && !dict && (tuple || next == 0))
    fail(pos, "not all values are used by the format");
  return result;
}

namespace {

/// One "{…}" of str.format, with automatic numbering shared by nested ones.
class FieldFormatter {
public:
  FieldFormatter(const std::vector<Value> &positional,
                 const std::vector<std::pair<std::string, Value>> &keywords, Pos pos)
      : positional(positional), keywords(keywords), pos(pos) {}

  std::string format(const std::string &text, int depth) {
    if (depth > 2)
      fail(pos, "format fields are nested too deep");
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
        result += c;
        ++i;
      } else if (c == '{') {
        size_t end = closing(text, i);
        result += field(text.substr(i + 1, end - i - 1), depth);
        i = end;
      } else if (c == '}') {
        fail(pos, "\"}\" closes nothing in the format", "write }} for a brace");
      } else {
        result += c;
      }
    }
    return result;
  }

private:
  const std::vector<Value> &positional;
  const std::vector<std::pair<std::string, Value>> &keywords;
  Pos pos;
  size_t next = 0;

  size_t closing(const std::string &text, size_t open) const {
    int braces = 0;
    for (size_t i = open; i < text.size(); ++i)
      if (text[i] == '{')
        ++braces;
      else if (text[i] == '}' && --braces == 0)
        return i;
    fail(pos, "a brace of the format is never closed", "write {{ for a brace");
  }

  std::string field(const std::string &text, int depth) {
    size_t nameEnd = std::min(text.find_first_of("!:"), text.size());
    Value value = lookUp(text.substr(0, nameEnd));
    size_t i = nameEnd;
    if (i < text.size() && text[i] == '!') {
      char conversion = i + 1 < text.size() ? text[i + 1] : '\0';
      if (conversion != 'r' && conversion != 's' && conversion != 'a')
        fail(pos, "expected !r, !s or !a in the format");
      value = Value::str(conversion == 's' ? strOf(value, pos) : reprOf(value, pos));
      i += 2;
      if (i < text.size() && text[i] != ':')
        fail(pos, "expected \":\" or \"}\" after the conversion in the format");
    }
    std::string spec = i < text.size() ? text.substr(i + 1) : "";
    return formatValue(value, format(spec, depth + 1), pos);
  }

  Value lookUp(const std::string &path) {
    size_t end = std::min(path.find_first_of(".["), path.size());
    std::string name = path.substr(0, end);
    Value value = argument(name);
    for (size_t i = end; i < path.size();) {
      size_t close = path.find(']', i);
      if (path[i] != '[' || close == std::string::npos)
        fail(pos, "attributes in a format are not supported", "use an f-string");
      std::string key = path.substr(i + 1, close - i - 1);
      bool digits = !key.empty() && key.find_first_not_of("0123456789") == std::string::npos &&
                    key.size() < 18;
      value = subscript(value, digits ? Value::integer(std::stoll(key)) : Value::str(key), pos);
      i = close + 1;
    }
    return value;
  }

  Value argument(const std::string &name) {
    bool digits = name.find_first_not_of("0123456789") == std::string::npos;
    if (digits) {
      size_t i = name.empty() ? next++ : name.size() < 9 ? std::stoul(name) : positional.size();
      if (i >= positional.size())
        fail(pos, "the format needs more values than the " + std::to_string(positional.size()) +
                      " given");
      return positional[i];
    }
    for (auto &[keyword, value] : keywords)
      if (keyword == name)
        return value;
    std::vector<std::string> known;
    for (auto &[keyword, value] : keywords)
      known.push_back(keyword);
    fail(pos, "the format names \"" + name + "\", which is not given", didYouMean(name, known));
  }
};

} // namespace

std::string strFormat(const std::string &format, const std::vector<Value> &positional,
                      const std::vector<std::pair<std::string, Value>> &keywords, Pos pos) {
  return FieldFormatter(positional, keywords, pos).format(format, 0);
}

} // namespace keratin::dsl
