// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pickle machine: opcodes of protocols 0 to 5 that build lists, tuples, numbers and strings.
#include "compiler/Frontend/Datasets/PickleReader.h"
#include "compiler/Support/Diagnostic.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace keratin::datasets::pickle {

const char *describe(Kind kind) {
  switch (kind) {
  case Kind::None:
    return "None";
  case Kind::Bool:
    return "a bool";
  case Kind::Int:
    return "an int";
  case Kind::Float:
    return "a float";
  case Kind::Bytes:
    return "bytes";
  case Kind::Text:
    return "a string";
  case Kind::Tuple:
    return "a tuple";
  case Kind::List:
    return "a list";
  case Kind::Global:
    return "a global";
  case Kind::Type:
    return "a dtype";
  case Kind::Array:
    break;
  }
  return "an array";
}

namespace {

/// Python's raw-unicode-escape, in which protocol 0 writes strings: Latin-1, other characters as
/// \\uXXXX.
std::string fromRawUnicodeEscape(std::string_view text) {
  std::string utf8;
  while (!text.empty()) {
    unsigned code = static_cast<unsigned char>(text[0]);
    size_t length = 1;
    if (text.size() >= 6 && text.substr(0, 2) == "\\u" &&
        std::from_chars(text.data() + 2, text.data() + 6, code, 16).ptr == text.data() + 6)
      length = 6;
    if (code >= 0x800)
      utf8 += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f))};
    else if (code >= 0x80)
      utf8 += static_cast<char>(0xc0 | code >> 6);
    utf8 += static_cast<char>(code < 0x80 ? code : 0x80 | (code & 0x3f));
    text.remove_prefix(length);
  }
  return utf8;
}

} // namespace

void Reader::fail(const std::string &message) const {
  throw UserError({what}, "pickle, byte " + std::to_string(position) + ": " + message);
}

std::string_view Reader::take(size_t count) {
  if (count > bytes.size() - position)
    fail("truncated");
  std::string_view result = bytes.substr(position, count);
  position += count;
  return result;
}

std::string_view Reader::line() {
  size_t end = bytes.find('\n', position);
  if (end == std::string_view::npos)
    fail("truncated");
  std::string_view result = bytes.substr(position, end - position);
  position = end + 1;
  return result;
}

uint64_t Reader::unsignedInteger(size_t width) {
  std::string_view text = take(width);
  uint64_t value = 0;
  for (size_t i = width; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(text[i]);
  return value;
}

Value Reader::make(Kind kind) {
  Value value;
  value.kind = kind;
  value.index = objects.size();
  objects.emplace_back();
  return value;
}

void Reader::pushText(Kind kind, std::string_view text) {
  stack.push_back(make(kind));
  objects.back().text = text;
}

void Reader::pushInt(int64_t integer, Kind kind) {
  Value value;
  value.kind = kind;
  value.integer = integer;
  stack.push_back(value);
}

Value Reader::top() const {
  if (stack.size() <= (marks.empty() ? 0 : marks.back()))
    fail("malformed: the stack is empty");
  return stack.back();
}

Value Reader::pop() {
  Value value = top();
  stack.pop_back();
  return value;
}

size_t Reader::popMark() {
  if (marks.empty())
    fail("malformed: no mark");
  size_t count = stack.size() - marks.back();
  marks.pop_back();
  return count;
}

void Reader::pushTuple(size_t count) {
  if (stack.size() - (marks.empty() ? 0 : marks.back()) < count)
    fail("malformed: the stack is empty");
  Value tuple = make(Kind::Tuple);
  objects.back().items.assign(stack.end() - static_cast<std::ptrdiff_t>(count), stack.end());
  stack.resize(stack.size() - count);
  stack.push_back(tuple);
}

/// The topmost `count` values go to the list below them.
void Reader::append(size_t count) {
  size_t floor = marks.empty() ? 0 : marks.back();
  if (stack.size() - floor <= count || stack[stack.size() - count - 1].kind != Kind::List)
    fail("malformed: append to what is no list");
  Object &list = objects[stack[stack.size() - count - 1].index];
  for (size_t i = stack.size() - count; i < stack.size(); ++i) {
    Value item = stack[i];
    if (item.kind == Kind::Int && list.items.empty() &&
        item.integer == static_cast<int32_t>(item.integer)) {
      list.ints.push_back(static_cast<int32_t>(item.integer));
      continue;
    }
    for (int32_t integer : list.ints) {
      Value moved;
      moved.kind = Kind::Int;
      moved.integer = integer;
      list.items.push_back(moved);
    }
    list.ints.clear();
    list.items.push_back(item);
  }
  stack.resize(stack.size() - count);
}

void Reader::recall(uint64_t key) {
  auto found = memo.find(key);
  if (found == memo.end())
    fail("malformed: nothing is memoized as " + std::to_string(key));
  stack.push_back(found->second);
}

Value Reader::read() {
  while (!step(static_cast<unsigned char>(take(1)[0]))) {
  }
  return pop();
}

bool Reader::step(unsigned char opcode) {
  switch (opcode) {
  case 'K':
    pushInt(static_cast<int64_t>(unsignedInteger(1)));
    return false;
  case 'M':
    pushInt(static_cast<int64_t>(unsignedInteger(2)));
    return false;
  case 'J':
    pushInt(static_cast<int32_t>(unsignedInteger(4)));
    return false;
  case '(':
    marks.push_back(stack.size());
    return false;
  case ']':
    stack.push_back(make(Kind::List));
    return false;
  case ')':
    stack.push_back(make(Kind::Tuple));
    return false;
  case 'a':
    append(1);
    return false;
  case 'e':
    append(popMark());
    return false;
  case 't':
    pushTuple(popMark());
    return false;
  case 'l': {
    size_t count = popMark();
    stack.insert(stack.end() - static_cast<std::ptrdiff_t>(count), make(Kind::List));
    append(count);
    return false;
  }
  case 'N':
    stack.emplace_back();
    return false;
  case '0':
    if (!marks.empty() && stack.size() == marks.back())
      marks.pop_back();
    else
      pop();
    return false;
  case '1':
    stack.resize(stack.size() - popMark());
    return false;
  case '2':
    stack.push_back(top());
    return false;
  case 'q':
    memo[unsignedInteger(1)] = top();
    return false;
  case 'r':
    memo[unsignedInteger(4)] = top();
    return false;
  case 'h':
    recall(unsignedInteger(1));
    return false;
  case 'j':
    recall(unsignedInteger(4));
    return false;
  case 'R':
    reduce();
    return false;
  case 'b':
    build();
    return false;
  case '.':
    return true;
  default:
    break;
  }
  if (!stepText(opcode) && !stepBinary(opcode)) {
    char code[8];
    std::snprintf(code, sizeof code, "0x%02x", opcode);
    fail(std::string("opcode ") + code +
         " is refused: data files may hold lists, numbers and arrays only");
  }
  return false;
}

/// Opcodes of protocol 0, whose arguments are lines of text.
bool Reader::stepText(unsigned char opcode) {
  auto key = [&] {
    std::string_view text = line();
    uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
      fail("malformed memo key");
    return value;
  };
  switch (opcode) {
  case 'I':
  case 'L':
    decimal(line());
    return true;
  case 'F': {
    std::string text(line());
    Value value;
    value.kind = Kind::Float;
    value.number = std::strtod(text.c_str(), nullptr);
    stack.push_back(value);
    return true;
  }
  case 'S':
    quoted(line());
    return true;
  case 'V':
    pushText(Kind::Text, fromRawUnicodeEscape(line()));
    return true;
  case 'p':
    memo[key()] = top();
    return true;
  case 'g':
    recall(key());
    return true;
  case 'c': {
    std::string_view module = line();
    global(module, line());
    return true;
  }
  default:
    return false;
  }
}

/// The other opcodes of protocols 1 to 5.
bool Reader::stepBinary(unsigned char opcode) {
  switch (opcode) {
  case 'G': {
    uint64_t bits = __builtin_bswap64(unsignedInteger(8));
    Value value;
    value.kind = Kind::Float;
    std::memcpy(&value.number, &bits, sizeof bits);
    stack.push_back(value);
    return true;
  }
  case 'U':
  case 'C':
    pushText(Kind::Bytes, take(unsignedInteger(1)));
    return true;
  case 'T':
  case 'B':
    pushText(Kind::Bytes, take(unsignedInteger(4)));
    return true;
  case 0x8e: // BINBYTES8
  case 0x96: // BYTEARRAY8
    pushText(Kind::Bytes, take(unsignedInteger(8)));
    return true;
  case 'X':
    pushText(Kind::Text, take(unsignedInteger(4)));
    return true;
  case 0x8c:
    pushText(Kind::Text, take(unsignedInteger(1)));
    return true; // SHORT_BINUNICODE
  case 0x8d:
    pushText(Kind::Text, take(unsignedInteger(8)));
    return true; // BINUNICODE8
  case 0x80:     // PROTO
    if (uint64_t protocol = unsignedInteger(1); protocol > 5)
      fail("protocol " + std::to_string(protocol) + " is not known, expected 0 to 5");
    return true;
  case 0x85:
    pushTuple(1);
    return true;
  case 0x86:
    pushTuple(2);
    return true;
  case 0x87:
    pushTuple(3);
    return true;
  case 0x88:
    pushInt(1, Kind::Bool);
    return true;
  case 0x89:
    pushInt(0, Kind::Bool);
    return true;
  case 0x8a:
    longInteger(unsignedInteger(1));
    return true;
  case 0x8b:
    longInteger(unsignedInteger(4));
    return true;
  case 0x93: { // STACK_GLOBAL
    Value name = pop(), module = pop();
    if (name.kind != Kind::Text || module.kind != Kind::Text)
      fail("malformed global");
    std::string moduleText = object(module).text, nameText = object(name).text;
    global(moduleText, nameText);
    return true;
  }
  case 0x94: { // MEMOIZE
    uint64_t key = memo.size();
    memo[key] = top();
    return true;
  }
  case 0x95:
    take(8);
    return true; // FRAME: a hint for readers of streams
  default:
    return false;
  }
}

/// Little endian, two's complement.
void Reader::longInteger(size_t width) {
  if (width > 8)
    fail("integers of more than 64 bits are not supported");
  uint64_t value = unsignedInteger(width);
  if (width > 0 && width < 8 && value >> (8 * width - 1) & 1)
    value |= ~uint64_t{0} << 8 * width;
  pushInt(static_cast<int64_t>(value));
}

/// "12", "12L", and protocol 0's spelling of bools, "00" and "01".
void Reader::decimal(std::string_view text) {
  if (text == "00" || text == "01")
    return pushInt(text == "01", Kind::Bool);
  if (!text.empty() && text.back() == 'L')
    text.remove_suffix(1);
  int64_t value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size())
    fail("malformed integer");
  pushInt(value);
}

/// A quoted string of Python 2, with its escapes.
void Reader::quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back() ||
      (text.front() != '\'' && text.front() != '"'))
    fail("malformed string");
  text = text.substr(1, text.size() - 2);
  std::string result;
  while (!text.empty()) {
    char c = text[0];
    text.remove_prefix(1);
    if (c != '\\') {
      result += c;
      continue;
    }
    char escape = text.empty() ? '\0' : text[0];
    size_t length = 1;
    if (escape == 'x') {
      unsigned value = 0;
      auto [end, code] = std::from_chars(text.data() + 1,
                                         text.data() + std::min<size_t>(3, text.size()), value, 16);
      if (code != std::errc() || end != text.data() + 3)
        fail("malformed string");
      result += static_cast<char>(value);
      length = 3;
    } else if (size_t i = std::string_view("ntr\\'\"").find(escape);
               escape && i != std::string_view::npos) {
      result += "\n\t\r\\'\""[i];
    } else {
      fail("malformed string");
    }
    text.remove_prefix(length);
  }
  pushText(Kind::Bytes, result);
}

} // namespace keratin::datasets::pickle
