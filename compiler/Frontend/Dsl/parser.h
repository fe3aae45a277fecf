// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a script's text to its syntax tree. What Python has and scripts here do not is refused by
// name.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"
#include "compiler/Frontend/Dsl/lexer.h"

#include <string_view>

namespace keratin::dsl {

/// Recursive descent over the tokens. Statements are in parser.cpp, expressions in
/// parser_expressions.cpp.
class Parser {
public:
  /// `depth` is the nesting already used up (an f-string's expressions start inside another
  /// parser).
  explicit Parser(std::vector<Token> tokens, int depth = 0)
      : tokens(std::move(tokens)), depth(depth) {}

  Block parseScript();
  /// The expression of an f-string field; `rest` gets the token after it.
  ExprPtr parseWholeExpression();

private:
  // Tokens.
  const Token &peek(size_t ahead = 0) const {
    return tokens[std::min(at + ahead, tokens.size() - 1)];
  }
  bool isOperator(std::string_view text, size_t ahead = 0) const;
  bool isKeyword(std::string_view text) const;
  const Token &take() { return tokens[at < tokens.size() - 1 ? at++ : at]; }
  bool accept(std::string_view text); ///< operator or keyword
  Pos expect(std::string_view text, const char *where);
  std::string expectName(const char *what);
  [[noreturn]] void unexpected(const char *wanted) const;

  // Statements.
  void statement(Block &block);
  std::unique_ptr<Stmt> compoundStatement();
  void simpleStatements(Block &block);
  std::unique_ptr<Stmt> simpleStatement();
  std::unique_ptr<Stmt> expressionStatement();
  std::unique_ptr<Stmt> assertStatement();
  std::unique_ptr<Stmt> ifStatement();
  std::unique_ptr<Stmt> withStatement();
  std::unique_ptr<Stmt> forStatement();
  std::unique_ptr<Stmt> whileStatement();
  std::unique_ptr<Stmt> functionDefinition();
  std::unique_ptr<Stmt> importStatement();
  std::unique_ptr<Stmt> fromStatement();
  Block block(const char *of);
  std::string dottedName();
  std::vector<Parameter> parameters(std::string_view closing, bool annotations);
  void checkTarget(const Expr &target, bool augmented = false) const;
  void refuseKeyword() const;

  // Expressions, loosest first.
  ExprPtr expressionList(bool allowSlices = false); ///< a, b, *c: a tuple, or the one expression
  ExprPtr expression();
  ExprPtr orExpression();
  ExprPtr andExpression();
  ExprPtr notExpression();
  ExprPtr comparison();
  ExprPtr binary(int level);
  ExprPtr unary();
  ExprPtr power();
  ExprPtr postfix();
  ExprPtr atom();
  ExprPtr lambda();
  ExprPtr parenthesized();
  ExprPtr listDisplay();
  ExprPtr braceDisplay();
  ExprPtr strings();
  ExprPtr starredOrExpression();
  ExprPtr subscript();
  ExprPtr sliceOrExpression();
  ExprPtr targetList();
  void callArguments(CallExpr &call);
  std::vector<ComprehensionExpr::Clause> comprehensionClauses();
  ExprPtr comprehension(ComprehensionExpr::Result result, ExprPtr element, ExprPtr mapped, Pos pos);
  std::vector<FStringPart> fStringParts(std::string_view body, Pos pos, bool raw, bool isSpec);
  bool startsExpression() const;

  /// Counts nesting, so that hostile input ends in an error and not in a stack overflow.
  struct Nested {
    explicit Nested(Parser &parser);
    ~Nested() { --parser.depth; }
    Parser &parser;
  };

  std::vector<Token> tokens;
  size_t at = 0;
  int depth = 0;
  int functionDepth = 0, loopDepth = 0;
};

inline Block parseScript(std::string_view source) { return Parser(tokenize(source)).parseScript(); }

} // namespace keratin::dsl
