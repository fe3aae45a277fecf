// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Methods of strings.
#include "compiler/Frontend/Datasets/Unicode.h"
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/modules.h"

#include <algorithm>
#include <cctype>

namespace keratin::dsl {

namespace {

const std::string &text(const Call &call) { return *call.self.asStr(); }

Value strip(Call &call, bool left, bool right) {
  std::string characters = call.str("chars", " \t\r\n\f\v");
  for (char c : characters)
    if (c & 0x80)
      fail(call.at("chars"), "stripping characters beyond ASCII is not supported");
  const std::string &s = text(call);
  size_t begin = left ? s.find_first_not_of(characters) : 0;
  if (begin == std::string::npos || s.empty())
    return Value::str("");
  size_t end = right ? s.find_last_not_of(characters) : s.size() - 1;
  return Value::str(end == std::string::npos ? "" : s.substr(begin, end + 1 - begin));
}

Value split(Call &call) {
  const std::string &s = text(call);
  int64_t limit = call.integer("maxsplit", -1);
  std::vector<Value> parts;
  auto mayCut = [&] { return limit < 0 || static_cast<int64_t>(parts.size()) < limit; };
  if (!call.has("sep")) {
    constexpr const char *blank = " \t\r\n\f\v";
    size_t at = s.find_first_not_of(blank);
    while (at != std::string::npos && mayCut()) {
      size_t end = std::min(s.find_first_of(blank, at), s.size());
      parts.push_back(Value::str(s.substr(at, end - at)));
      at = s.find_first_not_of(blank, end);
    }
    if (at != std::string::npos)
      parts.push_back(Value::str(s.substr(at, s.find_last_not_of(blank) + 1 - at)));
    return Value::list(std::move(parts));
  }
  std::string separator = call.str("sep", "");
  if (separator.empty())
    fail(call.at("sep"), "the separator is empty");
  size_t at = 0;
  for (size_t found; mayCut() && (found = s.find(separator, at)) != std::string::npos;
       at = found + separator.size())
    parts.push_back(Value::str(s.substr(at, found - at)));
  parts.push_back(Value::str(s.substr(at)));
  return Value::list(std::move(parts));
}

Value join(Call &call) {
  std::string result;
  bool first = true;
  for (const Value &item : call.interpreter.elements(call.value("iterable"), call.at("iterable"))) {
    if (!first)
      result += text(call);
    first = false;
    result += toStr(item, "what join() joins", call.at("iterable"));
    checkSize(static_cast<int64_t>(result.size()), 1, call.pos);
  }
  return Value::str(std::move(result));
}

Value replace(Call &call) {
  std::string from = call.str("old", ""), to = call.str("new", "");
  if (from.empty())
    fail(call.at("old"), "replacing the empty string is not supported");
  std::string result;
  const std::string &s = text(call);
  size_t at = 0;
  for (size_t found; (found = s.find(from, at)) != std::string::npos; at = found + from.size()) {
    result.append(s, at, found - at).append(to);
    checkSize(static_cast<int64_t>(result.size()), 1, call.pos);
  }
  return Value::str(result.append(s, at, std::string::npos));
}

bool hasAffix(const Call &call, const char *name, bool prefix) {
  auto matches = [&](const Value &affix) {
    const std::string &a = toStr(affix, name, call.at(name)), &s = text(call);
    return a.size() <= s.size() && s.compare(prefix ? 0 : s.size() - a.size(), a.size(), a) == 0;
  };
  if (auto *tuple = call.value(name).get<Tuple>()) {
    for (const Value &affix : tuple->items)
      if (matches(affix))
        return true;
    return false;
  }
  return matches(call.value(name));
}

Value adjust(Call &call, char align) {
  int64_t width = call.integer("width", 0);
  std::string fill = call.str("fillchar", " ");
  if (strLength(fill) != 1)
    fail(call.at("fillchar"), "fillchar must be one character");
  if (width <= 0)
    return call.self;
  return Value::str(formatValue(call.self, fill + align + std::to_string(width), call.pos));
}

Value all(Call &call, int (*is)(int)) {
  for (char c : text(call))
    if ((c & 0x80) || !is(c))
      return Value::boolean(false);
  return Value::boolean(!text(call).empty());
}

} // namespace

void addStrMethods(TypeTable &table) {
  table.method(
      "splitlines", "keepends=",
      [](Call &call) {
        const std::string &text = *call.self.asStr();
        bool keep = call.flag("keepends", false);
        std::vector<Value> lines;
        for (size_t begin = 0; begin < text.size();) {
          size_t end = text.find_first_of("\r\n", begin);
          size_t next = std::min(end, text.size());
          if (end != std::string::npos)
            next += text.compare(end, 2, "\r\n") == 0 ? 2 : 1;
          size_t length = (keep ? next : std::min(end, text.size())) - begin;
          lines.push_back(Value::str(text.substr(begin, length)));
          begin = next;
        }
        return Value::list(std::move(lines));
      },
      "list");
  table.method(
      "lower", "", [](Call &call) { return Value::str(datasets::toLower(text(call))); }, "str");
  table.method(
      "upper", "", [](Call &call) { return Value::str(datasets::toUpper(text(call))); }, "str");
  table.method("strip", "chars=", [](Call &call) { return strip(call, true, true); }, "str");
  table.method("lstrip", "chars=", [](Call &call) { return strip(call, true, false); }, "str");
  table.method("rstrip", "chars=", [](Call &call) { return strip(call, false, true); }, "str");
  table.method("split", "sep=, maxsplit=", split, "list");
  table.method("join", "iterable", join, "str");
  table.method("replace", "old, new", replace, "str");
  table.method(
      "startswith", "prefix",
      [](Call &call) { return Value::boolean(hasAffix(call, "prefix", true)); }, "bool");
  table.method(
      "endswith", "suffix",
      [](Call &call) { return Value::boolean(hasAffix(call, "suffix", false)); }, "bool");
  table.method("ljust", "width, fillchar=", [](Call &call) { return adjust(call, '<'); }, "str");
  table.method("rjust", "width, fillchar=", [](Call &call) { return adjust(call, '>'); }, "str");
  table.method(
      "zfill", "width",
      [](Call &call) {
        const std::string &s = text(call);
        bool sign = !s.empty() && (s[0] == '-' || s[0] == '+');
        int64_t missing = call.integer("width", 0) - strLength(s);
        if (missing <= 0)
          return call.self;
        checkSize(missing, 1, call.pos);
        return Value::str(s.substr(0, sign) + std::string(missing, '0') + s.substr(sign));
      },
      "str");
  table.method(
      "find", "sub",
      [](Call &call) {
        size_t at = text(call).find(call.str("sub", ""));
        return Value::integer(
            at == std::string::npos ? -1 : strLength(std::string_view(text(call)).substr(0, at)));
      },
      "int");
  table.method(
      "count", "sub",
      [](Call &call) {
        std::string sub = call.str("sub", "");
        if (sub.empty())
          return Value::integer(strLength(text(call)) + 1);
        int64_t n = 0;
        for (size_t at = 0; (at = text(call).find(sub, at)) != std::string::npos; at += sub.size())
          ++n;
        return Value::integer(n);
      },
      "int");
  table.method("isdigit", "", [](Call &call) { return all(call, std::isdigit); }, "bool");
  table.method("isalpha", "", [](Call &call) { return all(call, std::isalpha); }, "bool");
  table.method(
      "format", "*values, **",
      [](Call &call) {
        std::vector<Value> positional;
        for (const Arg &arg : call.rest)
          positional.push_back(arg.value);
        std::vector<std::pair<std::string, Value>> keywords;
        for (auto &[name, arg] : call.keywords)
          keywords.emplace_back(name, arg.value);
        return Value::str(strFormat(text(call), positional, keywords, call.pos));
      },
      "str");
}

} // namespace keratin::dsl
