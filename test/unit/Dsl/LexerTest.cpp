// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tokens of Python: numbers, strings, indentation, continuation, positions.
#include "compiler/Frontend/Dsl/lexer.h"

#include <gtest/gtest.h>

namespace keratin::dsl {
namespace {

/// Kinds as letters: n name, k keyword, i integer, r real, s string, f f-string, o operator, N
/// newline, > indent, < dedent, E end.
std::string kinds(std::string_view source) {
  std::string text;
  for (const Token &token : tokenize(source))
    text += "nkirsfoN><E"[static_cast<int>(token.kind)];
  return text;
}

TEST(Lexer, tells_kinds_apart) {
  EXPECT_EQ(kinds("x = 1 + 2.5\n"), "noiorNE");
  EXPECT_EQ(kinds("if x: 'a' f'b' r'c'"), "knosfsNE");
  EXPECT_EQ(kinds(""), "E");
  EXPECT_EQ(kinds("# only a comment"), "E");
}

TEST(Lexer, makes_blocks_of_indentation) {
  EXPECT_EQ(kinds("if a:\n  b\n\n  # c\n  d\ne\n"), "knoN>nNnN<nNE");
  EXPECT_EQ(kinds("if a:\n  if b:\n    c"), "knoN>knoN>nN<<E");
}

TEST(Lexer, joins_lines) {
  EXPECT_EQ(kinds("a = (1,\n     2)\n"), "nooioioNE");
  EXPECT_EQ(kinds("a = 1 + \\\n  2\n"), "noioiNE");
  EXPECT_EQ(kinds("a\r\nb\r\n"), "nNnNE");
}

TEST(Lexer, reads_numbers) {
  auto tokens = tokenize("0xff 0b101 0o17 1_000 1.5e3 .5 2.");
  EXPECT_EQ(tokens[0].integer, 255);
  EXPECT_EQ(tokens[1].integer, 5);
  EXPECT_EQ(tokens[2].integer, 15);
  EXPECT_EQ(tokens[3].integer, 1000);
  EXPECT_EQ(tokens[4].real, 1500);
  EXPECT_EQ(tokens[5].real, 0.5);
  EXPECT_EQ(tokens[6].real, 2);
}

TEST(Lexer, reads_strings) {
  auto tokens = tokenize(R"('a\tb' "it's" r'\n' '''x
y''' '\x41\u00e9\101' u'z' '\q')");
  EXPECT_EQ(tokens[0].text, "a\tb");
  EXPECT_EQ(tokens[1].text, "it's");
  EXPECT_EQ(tokens[2].text, "\\n");
  EXPECT_EQ(tokens[3].text, "x\ny");
  EXPECT_EQ(tokens[4].text, "A\u00e9A");
  EXPECT_EQ(tokens[5].text, "z");
  EXPECT_EQ(tokens[6].text, "\\q");
}

TEST(Lexer, counts_columns_in_characters) {
  auto tokens = tokenize("'\u00e9\u00e9' x");
  EXPECT_EQ(tokens[1].pos.column, 6);
}

TEST(Lexer, refuses_what_is_no_text) {
  EXPECT_THROW(tokenize("x = '\xff'"), UserError);
  EXPECT_THROW(tokenize(std::string_view("x\0y", 3)), UserError);
  EXPECT_THROW(tokenize("x = '\xe2\x82"), UserError);
}

} // namespace
} // namespace keratin::dsl
