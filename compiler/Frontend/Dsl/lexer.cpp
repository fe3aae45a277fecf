// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits a script into Python's tokens, indentation included.
#include "compiler/Frontend/Dsl/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace keratin::dsl {

void appendUtf8(std::string &text, uint32_t c) {
  auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)),
        put(0x80 | (c & 0x3f));
  }
}

namespace {

constexpr std::array keywords = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

// Longest first, so that the first match is the right one.
constexpr std::array operators = {"**=", "//=", "<<=", ">>=", "...", "**", "//", "<<", ">>", "<=",
                                  ">=",  "==",  "!=",  "->",  "+=",  "-=", "*=", "/=", "%=", "&=",
                                  "|=",  "^=",  "@=",  ":=",  "+",   "-",  "*",  "/",  "%",  "@",
                                  "&",   "|",   "^",   "~",   "<",   ">",  "(",  ")",  "[",  "]",
                                  "{",   "}",   ",",   ":",   ".",   ";",  "="};

constexpr int maxNesting = 100;

bool isNameStart(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80);
}
bool isNameChar(char c) { return isNameStart(c) || std::isdigit(static_cast<unsigned char>(c)); }

class Lexer {
public:
  Lexer(std::string_view source, Pos start) : source(source), pos(start) { checkText(); }

  std::vector<Token> run(bool expressionOnly) {
    if (expressionOnly)
      brackets.push_back({'{', pos}); // a newline inside is a blank
    else
      indentation();
    while (at < source.size())
      next();
    if (expressionOnly)
      brackets.erase(brackets.begin());
    if (!brackets.empty())
      fail(brackets.back().pos, std::string("\"") + brackets.back().open + "\" is never closed");
    if (!expressionOnly) {
      if (!tokens.empty() && tokens.back().kind != TokenKind::Newline &&
          tokens.back().kind != TokenKind::Dedent)
        add(TokenKind::Newline, "", pos);
      for (; indents.size() > 1; indents.pop_back())
        add(TokenKind::Dedent, "", pos);
    }
    add(TokenKind::End, "", pos);
    return std::move(tokens);
  }

private:
  struct Bracket {
    char open;
    Pos pos;
  };
  struct Indent {
    int width;    // tabs to multiples of 8
    int altWidth; // tabs as one column: where both orders disagree, tabs and blanks are mixed
  };

  std::string_view source;
  size_t at = 0;
  Pos pos;
  std::vector<Token> tokens;
  std::vector<Bracket> brackets;
  std::vector<Indent> indents{{0, 0}};

  /// The text must be UTF-8 without control characters, so that everything later may rely on it.
  void checkText() {
    Pos p = pos;
    for (size_t i = 0; i < source.size();) {
      auto lead = static_cast<unsigned char>(source[i]);
      int length = utf8Length(lead);
      bool valid = length > 0 && i + length <= source.size();
      for (int k = 1; valid && k < length; ++k)
        valid = (static_cast<unsigned char>(source[i + k]) & 0xc0) == 0x80;
      if (!valid)
        fail(p, "the file is not valid UTF-8 here", "save the script as UTF-8");
      if (lead == 0 || (lead < 0x20 && !std::strchr("\t\n\r\f", static_cast<char>(lead))))
        fail(p, "control character in the script");
      i += length;
      lead == '\n' ? (++p.line, p.column = 1) : ++p.column;
    }
  }

  char peek(size_t ahead = 0) const {
    return at + ahead < source.size() ? source[at + ahead] : '\0';
  }
  bool startsWith(std::string_view text) const { return source.substr(at, text.size()) == text; }

  void advance(size_t bytes = 1) {
    for (size_t end = std::min(at + bytes, source.size()); at < end; ++at) {
      if (source[at] == '\n')
        ++pos.line, pos.column = 1;
      else if ((source[at] & 0xc0) != 0x80)
        ++pos.column;
    }
  }

  Token &add(TokenKind kind, std::string text, Pos where) {
    tokens.push_back({kind, std::move(text), where});
    return tokens.back();
  }

  bool atLineEnd() const { return peek() == '\n' || (peek() == '\r' && peek(1) == '\n'); }

  /// At the start of a line: blank and comment lines say nothing, others set the indentation.
  void indentation() {
    for (;;) {
      int width = 0, altWidth = 0;
      for (; peek() == ' ' || peek() == '\t' || peek() == '\f'; advance()) {
        width = peek() == '\t' ? width / 8 * 8 + 8 : peek() == '\f' ? 0 : width + 1;
        altWidth = peek() == '\f' ? 0 : altWidth + 1;
      }
      if (peek() == '#')
        while (at < source.size() && peek() != '\n')
          advance();
      if (at >= source.size())
        return;
      if (atLineEnd()) {
        advance(peek() == '\r' ? 2 : 1);
        continue;
      }
      setIndent(width, altWidth);
      return;
    }
  }

  void setIndent(int width, int altWidth) {
    auto mixed = [&](bool consistent) {
      if (!consistent)
        fail(pos, "tabs and spaces are mixed in the indentation", "indent with spaces only");
    };
    if (width > indents.back().width) {
      mixed(altWidth > indents.back().altWidth);
      if (indents.size() >= maxNesting)
        fail(pos, "blocks are nested more than " + std::to_string(maxNesting) + " deep");
      indents.push_back({width, altWidth});
      add(TokenKind::Indent, "", pos);
      return;
    }
    while (width < indents.back().width) {
      indents.pop_back();
      add(TokenKind::Dedent, "", pos);
    }
    if (width != indents.back().width)
      fail(pos, "this indentation matches no outer block");
    mixed(altWidth == indents.back().altWidth);
  }

  void next() {
    char c = peek();
    if (c == ' ' || c == '\t' || c == '\f')
      return advance();
    if (c == '#') {
      while (at < source.size() && peek() != '\n')
        advance();
      return;
    }
    if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
      advance(peek(1) == '\r' ? 3 : 2);
      if (at >= source.size())
        fail(pos, "the script ends after a line continuation");
      return;
    }
    if (c == '\n' || c == '\r') {
      Pos where = pos;
      advance(atLineEnd() && c == '\r' ? 2 : 1);
      if (!brackets.empty() || (c == '\r' && source[at - 1] != '\n'))
        return;
      if (!tokens.empty() && tokens.back().kind != TokenKind::Newline)
        add(TokenKind::Newline, "", where);
      return indentation();
    }
    if (stringLiteral())
      return;
    if (isNameStart(c))
      return name();
    if (std::isdigit(static_cast<unsigned char>(c)) ||
        (c == '.' && std::isdigit(static_cast<unsigned char>(peek(1)))))
      return number();
    operatorToken();
  }

  void name() {
    Pos where = pos;
    size_t begin = at;
    while (at < source.size() && isNameChar(peek()))
      advance();
    std::string text(source.substr(begin, at - begin));
    bool keyword = std::find(keywords.begin(), keywords.end(), text) != keywords.end();
    add(keyword ? TokenKind::Keyword : TokenKind::Name, std::move(text), where);
  }

  void operatorToken() {
    Pos where = pos;
    for (const char *op : operators) {
      if (!startsWith(op))
        continue;
      trackBrackets(op[0]);
      advance(std::string_view(op).size());
      add(TokenKind::Operator, op, where);
      return;
    }
    size_t length = utf8Length(static_cast<unsigned char>(peek()));
    fail(where, "unexpected character \"" + std::string(source.substr(at, length)) + "\"");
  }

  void trackBrackets(char c) {
    constexpr std::string_view open = "([{", close = ")]}";
    if (open.find(c) != std::string_view::npos) {
      if (brackets.size() >= maxNesting)
        fail(pos, "brackets are nested more than " + std::to_string(maxNesting) + " deep");
      brackets.push_back({c, pos});
    } else if (size_t i = close.find(c); i != std::string_view::npos) {
      if (brackets.empty())
        fail(pos, std::string("\"") + c + "\" closes nothing");
      if (brackets.back().open != open[i])
        fail(pos, std::string("\"") + c + "\" does not close \"" + brackets.back().open +
                      "\" of line " + std::to_string(brackets.back().pos.line));
      brackets.pop_back();
    }
  }

  void number() {
    Pos where = pos;
    std::string digits;
    auto take = [&](auto accept) {
      while (accept(peek()) || (peek() == '_' && !digits.empty() && accept(peek(1)))) {
        if (peek() != '_')
          digits += peek();
        advance();
      }
    };
    auto isDecimal = [](char c) { return c >= '0' && c <= '9'; };
    char marker = static_cast<char>(std::tolower(peek(1)));
    if (peek() == '0' && (marker == 'x' || marker == 'o' || marker == 'b')) {
      advance(2);
      int base = marker == 'x' ? 16 : marker == 'o' ? 8 : 2;
      take([&](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
      return integer(where, digits, base);
    }
    take(isDecimal);
    bool real = false;
    if (peek() == '.') {
      real = true;
      digits += '.';
      advance();
      take(isDecimal);
    }
    if (std::tolower(peek()) == 'e' &&
        (isDecimal(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && isDecimal(peek(2))))) {
      real = true;
      digits += 'e';
      advance();
      if (!isDecimal(peek())) {
        digits += peek();
        advance();
      }
      take(isDecimal);
    }
    if (std::tolower(peek()) == 'j' && !isNameChar(peek(1)))
      fail(where, "complex numbers are not supported");
    if (!real) {
      if (digits.size() > 1 && digits[0] == '0' &&
          digits.find_first_not_of('0') != std::string::npos)
        fail(where, "an integer may not start with 0", "write octal numbers as 0o17");
      return integer(where, digits, 10);
    }
    endOfNumber(where);
    add(TokenKind::Real, digits, where).real = std::strtod(digits.c_str(), nullptr);
  }

  void integer(Pos where, const std::string &digits, int base) {
    endOfNumber(where);
    int64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error == std::errc::result_out_of_range)
      fail(where, "integer does not fit into 64 bits");
    if (error != std::errc() || end != digits.data() + digits.size())
      fail(where, "malformed number");
    add(TokenKind::Integer, digits, where).integer = value;
  }

  void endOfNumber(Pos where) {
    if (isNameChar(peek()))
      fail(where, "malformed number: \"" + std::string(1, peek()) + "\" follows its digits");
  }

  /// A string with its prefix, or false when none starts here.
  bool stringLiteral() {
    size_t prefix = 0;
    while (prefix < 2 && std::strchr("rRbBuUfF", peek(prefix)) && peek(prefix))
      ++prefix;
    char quote = peek(prefix);
    if (quote != '"' && quote != '\'')
      return false;
    std::string letters(source.substr(at, prefix));
    std::transform(letters.begin(), letters.end(), letters.begin(),
                   [](char c) { return std::tolower(c); });
    Pos where = pos;
    if (letters.find('b') != std::string::npos)
      fail(where, "bytes are not supported", "use a string");
    bool raw = letters.find('r') != std::string::npos,
         formatted = letters.find('f') != std::string::npos;
    advance(prefix);
    std::string closing(1, quote);
    if (peek(1) == quote && peek(2) == quote)
      closing = std::string(3, quote);
    advance(closing.size());
    Pos bodyPos = pos;
    size_t begin = at;
    while (!startsWith(closing)) {
      if (at >= source.size() || (closing.size() == 1 && peek() == '\n'))
        fail(where, "string is never closed");
      advance(peek() == '\\' ? 2 : 1);
    }
    std::string_view body = source.substr(begin, at - begin);
    advance(closing.size());
    Token &token = add(formatted ? TokenKind::FString : TokenKind::String, "", where);
    token.text = formatted || raw ? std::string(body) : decodeEscapes(body, bodyPos);
    token.raw = raw;
    token.bodyPos = bodyPos;
    return true;
  }
};

} // namespace

std::string decodeEscapes(std::string_view body, Pos start) {
  std::string text;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n')
      continue;
    if (body[i] != '\\' || i + 1 == body.size()) {
      text += body[i];
      continue;
    }
    char c = body[++i];
    auto number = [&](size_t maxDigits, int base) {
      size_t count = 0;
      uint32_t value = 0;
      while (count < maxDigits && i + 1 + count < body.size()) {
        char digit = body[i + 1 + count];
        int v = std::isdigit(static_cast<unsigned char>(digit)) ? digit - '0'
                : std::isxdigit(static_cast<unsigned char>(digit))
                    ? (std::tolower(digit) - 'a' + 10)
                    : 99;
        if (v >= base)
          break;
        value = value * base + v;
        ++count;
      }
      if (base == 16 && count != maxDigits)
        fail(start, std::string("escape \\") + c + " needs " + std::to_string(maxDigits) +
                        " hexadecimal digits");
      if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        fail(start, "escape is no Unicode character");
      i += count;
      return value;
    };
    constexpr std::string_view simple = "abfnrtv\\'\"", values = "\a\b\f\n\r\t\v\\'\"";
    if (size_t k = simple.find(c); k != std::string_view::npos)
      text += values[k];
    else if (c == '\n')
      ; // a joined line
    else if (c == '\r' && i + 1 < body.size() && body[i + 1] == '\n')
      ++i;
    else if (c >= '0' && c <= '7')
      --i, appendUtf8(text, number(3, 8));
    else if (c == 'x')
      appendUtf8(text, number(2, 16));
    else if (c == 'u')
      appendUtf8(text, number(4, 16));
    else if (c == 'U')
      appendUtf8(text, number(8, 16));
    else if (c == 'N')
      fail(start, "escape \\N{...} is not supported", "write the character itself");
    else
      text += '\\', text += c; // as Python: an unknown escape stands for itself
  }
  return text;
}

std::vector<Token> tokenize(std::string_view source) {
  if (source.substr(0, 3) == "\xef\xbb\xbf")
    source.remove_prefix(3);
  return Lexer(source, {1, 1}).run(false);
}

std::vector<Token> tokenizeExpression(std::string_view source, Pos start) {
  return Lexer(source, start).run(true);
}

} // namespace keratin::dsl
