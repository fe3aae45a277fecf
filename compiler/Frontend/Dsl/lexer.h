// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits a script into Python's tokens, indentation included.
#pragma once

#include "compiler/Frontend/Dsl/source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::dsl {

enum class TokenKind {
  Name,
  Keyword,
  Integer,
  Real,
  String,
  FString,
  Operator,
  Newline,
  Indent,
  Dedent,
  End
};

struct Token {
  TokenKind kind;
  std::string
      text; ///< name, operator, or a string's value; an f-string's body before escapes are read
  Pos pos;
  int64_t integer = 0;
  double real = 0;
  bool raw = false; ///< an f-string with the prefix r
  Pos bodyPos{};    ///< where an f-string's body starts
};

/// Reads the whole of `source` (UTF-8). Throws UserError at the first thing that is not Python, or
/// not accepted.
std::vector<Token> tokenize(std::string_view source);

/// Tokens of an expression inside an f-string: no indentation, newlines are blanks.
std::vector<Token> tokenizeExpression(std::string_view source, Pos start);

/// The value of a string literal's body: escapes read, except of raw strings.
std::string decodeEscapes(std::string_view body, Pos start);

} // namespace keratin::dsl
