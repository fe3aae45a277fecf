// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Cpp/Tidy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace keratin {

static bool isWordCharacter(char c) { return isAlnum(c) || c == '_'; }

/// Calls `visit` with every identifier and number, and with the text between them.
template <typename Visitor> static void splitWords(StringRef line, Visitor visit) {
  while (!line.empty()) {
    bool isWord = isWordCharacter(line.front());
    StringRef part = line.take_while([&](char c) { return isWordCharacter(c) == isWord; });
    visit(part, isWord);
    line = line.drop_front(part.size());
  }
}

static bool parseMarker(StringRef line, StringRef &variable, StringRef &name) {
  line = line.trim();
  if (!line.consume_front("//@name "))
    return false;
  std::tie(variable, name) = line.split(' ');
  return true;
}

/// If `line` declares a variable without a value: its name.
static StringRef declaredVariable(StringRef line) {
  if (!line.consume_back(";") || line.contains('='))
    return {};
  auto [type, name] = line.rsplit(' ');
  bool isVariable = name.size() > 1 && name.front() == 'v' && all_of(name.drop_front(), isDigit);
  return isVariable && !type.trim().empty() ? name : StringRef();
}

static std::string renameWords(StringRef line, const StringMap<std::string> &names) {
  std::string result;
  splitWords(line, [&](StringRef part, bool isWord) {
    auto name = isWord ? names.find(part) : names.end();
    result += name == names.end() ? part.str() : name->second;
  });
  return result;
}

/// One function, from its signature to its closing brace.
static void tidyFunction(ArrayRef<StringRef> lines, std::string &result) {
  StringMap<std::string> names;
  StringMap<unsigned> taken;
  StringRef variable, name;
  for (StringRef line : lines)
    if (!parseMarker(line, variable, name))
      splitWords(line, [&](StringRef part, bool) { ++taken[part]; });
  for (StringRef line : lines)
    if (parseMarker(line, variable, name) && taken[name]++ == 0)
      names[variable] = name.str();

  for (size_t i = 0; i < lines.size(); ++i) {
    if (parseMarker(lines[i], variable, name))
      continue;
    std::string line = renameWords(lines[i], names);
    StringRef declared = declaredVariable(lines[i]);
    StringRef next = i + 1 < lines.size() ? lines[i + 1].trim() : StringRef();
    if (!declared.empty() && next.consume_front(declared) && next.starts_with(" = ")) {
      line.pop_back();
      line += renameWords(next, names);
      ++i;
    }
    result += line + "\n";
  }
}

std::string tidyCpp(StringRef text) {
  SmallVector<StringRef> lines;
  text.rtrim('\n').split(lines, '\n');
  std::string result;
  for (size_t i = 0; i < lines.size(); ++i) {
    bool begins = !lines[i].starts_with(" ") && lines[i].ends_with(") {");
    size_t end = i;
    while (begins && end + 1 < lines.size() && lines[end] != "}")
      ++end;
    tidyFunction(ArrayRef(lines).slice(i, end - i + 1), result);
    i = end;
  }
  return result;
}

} // namespace keratin
