// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// open(): text files to read from, whole or line by line.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "keratin/file.hpp"

namespace keratin::dsl {

namespace {

/// The text with \n as its only line end, as Python reads it.
std::string withUniversalLineEnds(const std::string &text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      result += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      result += '\n';
  }
  return result;
}

/// What open() gives. Iterated, it gives its lines with their ends.
struct TextFile : Iterator {
  explicit TextFile(std::string text) : Iterator("TextIOWrapper"), text(std::move(text)) {}

  /// The next `size` characters, or all that are left.
  std::string read(int64_t size = -1) {
    std::string_view left = std::string_view(text).substr(at);
    size_t length = size < 0 || size >= strLength(left) ? left.size() : strOffset(left, size);
    at += length;
    return std::string(left.substr(0, length));
  }

  std::string line() {
    size_t end = text.find('\n', at);
    std::string result = text.substr(at, end == std::string::npos ? end : end + 1 - at);
    at += result.size();
    return result;
  }

  bool next(Value &value) override {
    if (at >= text.size())
      return false;
    value = Value::str(line());
    return true;
  }

  std::string text;
  size_t at = 0;
  bool closed = false;
};

TextFile &opened(Call &call) {
  auto file = std::dynamic_pointer_cast<TextFile>(call.self.share<Iterator>());
  if (file->closed)
    fail(call.pos, "the file is closed");
  return *file;
}

Value openFile(Call &call) {
  std::string mode = call.str("mode", "r");
  if (mode != "r" && mode != "rt" && mode != "rU")
    fail(call.at("mode"), "open for other than reading text is not supported",
         "write arrays with numpy.save, models with model.save");
  std::string encoding = call.str("encoding", "utf-8");
  if (encoding != "utf-8" && encoding != "utf8" && encoding != "ascii" && encoding != "UTF-8")
    fail(call.at("encoding"), "the encoding " + encoding + " is not supported", "use utf-8");
  return Value::object(std::static_pointer_cast<Iterator>(
      std::make_shared<TextFile>(withUniversalLineEnds(rt::readFile(call.str("file", ""))))));
}

} // namespace

void addFileBuiltins(std::map<std::string, Value> &table) {
  table["open"] = Value::object(
      std::make_shared<Native>("open", "file, mode=, encoding=", openFile, "TextIOWrapper"));
}

void addFileMethods(TypeTable &table) {
  table.method(
      "read",
      "size=", [](Call &call) { return Value::str(opened(call).read(call.integer("size", -1))); },
      "str");
  table.method("readline", "", [](Call &call) { return Value::str(opened(call).line()); }, "str");
  table.method(
      "readlines", "",
      [](Call &call) {
        std::vector<Value> lines;
        TextFile &file = opened(call);
        for (Value line; file.next(line);)
          lines.push_back(std::move(line));
        return Value::list(std::move(lines));
      },
      "list");
  table.method(
      "close", "",
      [](Call &call) -> Value {
        opened(call).closed = true;
        return {};
      },
      "NoneType");
  for (const char *name : {"write", "writelines", "seek", "tell"})
    table.refused[name] = "";
}

} // namespace keratin::dsl
