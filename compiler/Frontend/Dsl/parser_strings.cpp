// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// String literals of a script: adjacent ones joined, f-strings taken apart.
#include "compiler/Frontend/Dsl/parser.h"

namespace keratin::dsl {

namespace {

/// Walks an f-string's body and keeps the position.
struct Cursor {
  std::string_view body;
  Pos pos;
  size_t at = 0;

  bool done() const { return at >= body.size(); }
  char peek(size_t ahead = 0) const { return at + ahead < body.size() ? body[at + ahead] : '\0'; }
  char take() {
    char c = body[at++];
    if (c == '\n')
      ++pos.line, pos.column = 1;
    else if ((c & 0xc0) != 0x80)
      ++pos.column;
    return c;
  }
};

/// Skips a quoted string inside a field.
void skipString(Cursor &cursor) {
  char quote = cursor.take();
  while (!cursor.done() && cursor.peek() != quote)
    cursor.take();
  if (!cursor.done())
    cursor.take();
}

/// From after "{" to the ":", "!", "=" or "}" that ends the field's expression.
std::string_view fieldExpression(Cursor &cursor) {
  size_t begin = cursor.at;
  int brackets = 0;
  while (!cursor.done()) {
    char c = cursor.peek(), following = cursor.peek(1);
    if (c == '\'' || c == '"') {
      skipString(cursor);
      continue;
    }
    if (c == '\\')
      fail(cursor.pos, "a backslash inside an f-string's braces");
    if (c == '(' || c == '[' || c == '{')
      ++brackets;
    else if (brackets > 0 && (c == ')' || c == ']' || c == '}'))
      --brackets;
    else if (brackets == 0 && (c == '}' || c == ':' || (c == '!' && following != '=')))
      break;
    else if (brackets == 0 && std::string_view("=!<>").find(c) != std::string_view::npos &&
             following == '=')
      cursor.take();
    else if (brackets == 0 && c == '=')
      break;
    cursor.take();
  }
  return cursor.body.substr(begin, cursor.at - begin);
}

} // namespace

ExprPtr Parser::strings() {
  Pos pos = peek().pos;
  std::vector<FStringPart> parts;
  bool formatted = false;
  auto addText = [&](std::string text) {
    if (!parts.empty() && !parts.back().value)
      parts.back().text += text;
    else
      parts.push_back({std::move(text), nullptr, 0, {}});
  };
  while (peek().kind == TokenKind::String || peek().kind == TokenKind::FString) {
    Token token = take();
    if (token.kind == TokenKind::String) {
      addText(std::move(token.text));
      continue;
    }
    formatted = true;
    for (FStringPart &part : fStringParts(token.text, token.bodyPos, token.raw, false))
      part.value ? parts.push_back(std::move(part)) : addText(std::move(part.text));
  }
  if (!formatted) {
    auto text = std::make_unique<ConstantExpr>(ExprKind::Str, pos);
    text->text = std::move(parts[0].text);
    return text;
  }
  auto value = std::make_unique<FStringExpr>(pos);
  value->parts = std::move(parts);
  return value;
}

std::vector<FStringPart> Parser::fStringParts(std::string_view body, Pos pos, bool raw,
                                              bool isSpec) {
  Nested nested(*this);
  std::vector<FStringPart> parts;
  Cursor cursor{body, pos};
  std::string literal;
  auto flush = [&] {
    if (!literal.empty())
      parts.push_back({raw ? literal : decodeEscapes(literal, pos), nullptr, 0, {}});
    literal.clear();
  };
  while (!cursor.done()) {
    Pos where = cursor.pos;
    char c = cursor.take();
    if (c == '\\' && !raw &&
        !cursor.done()) { // an escape may hide a brace: \N{...} is refused when decoded
      literal += c;
      literal += cursor.take();
      continue;
    }
    if ((c == '{' || c == '}') && cursor.peek() == c && !isSpec) {
      literal += cursor.take();
      continue;
    }
    if (c == '}')
      fail(where, "\"}\" closes nothing in this f-string", "write }} for a brace");
    if (c != '{') {
      literal += c;
      continue;
    }
    Pos expressionPos = cursor.pos;
    std::string_view text = fieldExpression(cursor);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
      fail(where, "empty braces in an f-string");
    FStringPart part;
    part.value = Parser(tokenizeExpression(text, expressionPos), depth).parseWholeExpression();
    if (cursor.peek() == '=') { // f"{x=}" shows the expression too
      cursor.take();
      literal += std::string(text) + "=";
      while (cursor.peek() == ' ')
        literal += cursor.take();
      part.conversion = cursor.peek() == ':' ? 0 : 'r';
    }
    flush();
    if (cursor.peek() == '!') {
      cursor.take();
      part.conversion = cursor.done() ? '\0' : cursor.take();
      if (part.conversion != 'r' && part.conversion != 's' && part.conversion != 'a')
        fail(cursor.pos, "expected !r, !s or !a in an f-string");
    }
    if (cursor.peek() == ':') {
      cursor.take();
      Pos specPos = cursor.pos;
      size_t begin = cursor.at;
      for (int braces = 0; !cursor.done() && (braces > 0 || cursor.peek() != '}');) {
        char s = cursor.take();
        braces += s == '{' ? 1 : s == '}' ? -1 : 0;
      }
      part.spec = fStringParts(body.substr(begin, cursor.at - begin), specPos, raw, true);
    }
    if (cursor.peek() != '}')
      fail(where, "this brace of an f-string is never closed");
    cursor.take();
    parts.push_back(std::move(part));
  }
  flush();
  return parts;
}

} // namespace keratin::dsl
