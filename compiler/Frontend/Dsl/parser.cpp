// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Statements of a script. Expressions are in parser_expressions.cpp.
#include "compiler/Frontend/Dsl/parser.h"

#include <map>

namespace keratin::dsl {

namespace {
constexpr int maxDepth = 400;

std::string describe(const Token &token) {
  switch (token.kind) {
  case TokenKind::Newline:
    return "the end of the line";
  case TokenKind::Indent:
    return "an indented line";
  case TokenKind::Dedent:
    return "the end of the block";
  case TokenKind::End:
    return "the end of the script";
  case TokenKind::String:
  case TokenKind::FString:
    return "a string";
  default:
    return "\"" + token.text + "\"";
  }
}
} // namespace

Parser::Nested::Nested(Parser &parser) : parser(parser) {
  if (++parser.depth > maxDepth) {
    --parser.depth;
    fail(parser.peek().pos, "nested more than " + std::to_string(maxDepth) + " deep",
         "split the expression or block");
  }
}

bool Parser::isOperator(std::string_view text, size_t ahead) const {
  return peek(ahead).kind == TokenKind::Operator && peek(ahead).text == text;
}

bool Parser::isKeyword(std::string_view text) const {
  return peek().kind == TokenKind::Keyword && peek().text == text;
}

bool Parser::accept(std::string_view text) {
  if (!isOperator(text) && !isKeyword(text))
    return false;
  take();
  return true;
}

Pos Parser::expect(std::string_view text, const char *where) {
  Pos pos = peek().pos;
  if (!accept(text))
    fail(pos, "expected \"" + std::string(text) + "\" " + where + ", found " + describe(peek()));
  return pos;
}

std::string Parser::expectName(const char *what) {
  if (peek().kind != TokenKind::Name)
    unexpected(what);
  return take().text;
}

void Parser::unexpected(const char *wanted) const {
  fail(peek().pos, std::string("expected ") + wanted + ", found " + describe(peek()));
}

Block Parser::parseScript() {
  Block script;
  while (peek().kind != TokenKind::End)
    statement(script);
  return script;
}

ExprPtr Parser::parseWholeExpression() {
  ExprPtr value = expressionList();
  if (peek().kind != TokenKind::End)
    fail(peek().pos, "expected the end of the expression, found " + describe(peek()));
  return value;
}

void Parser::refuseKeyword() const {
  static const std::map<std::string, const char *> refused = {
      {"class", "classes are not supported"}, {"try", "try is not supported"},
      {"raise", "raise is not supported"},    {"yield", "generators are not supported"},
      {"async", "async is not supported"},    {"await", "await is not supported"},
      {"global", "global is not supported"},  {"nonlocal", "nonlocal is not supported"},
      {"del", "del is not supported"},
  };
  if (peek().kind != TokenKind::Keyword)
    return;
  if (auto found = refused.find(peek().text); found != refused.end())
    fail(peek().pos, found->second,
         "scripts are Keras models with simple statements around them, not all of Python");
}

void Parser::statement(Block &block) {
  Nested nested(*this);
  if (peek().kind == TokenKind::Indent)
    fail(peek().pos, "unexpected indentation");
  refuseKeyword();
  if (isOperator("@"))
    fail(peek().pos, "decorators are not supported");
  if (auto compound = compoundStatement())
    block.push_back(std::move(compound));
  else
    simpleStatements(block);
}

std::unique_ptr<Stmt> Parser::compoundStatement() {
  if (isKeyword("if"))
    return ifStatement();
  if (isKeyword("for"))
    return forStatement();
  if (isKeyword("while"))
    return whileStatement();
  if (isKeyword("with"))
    return withStatement();
  if (isKeyword("def"))
    return functionDefinition();
  return nullptr;
}

void Parser::simpleStatements(Block &block) {
  do {
    refuseKeyword();
    block.push_back(simpleStatement());
  } while (accept(";") && peek().kind != TokenKind::Newline);
  if (peek().kind != TokenKind::Newline && peek().kind != TokenKind::End) {
    bool printStatement = tokens[at - 1].kind == TokenKind::Name && tokens[at - 1].text == "print";
    fail(peek().pos, "expected the end of the statement, found " + describe(peek()),
         printStatement ? "print is a function: print(...)" : "");
  }
  if (peek().kind == TokenKind::Newline)
    take();
}

std::unique_ptr<Stmt> Parser::simpleStatement() {
  Pos pos = peek().pos;
  if (isKeyword("import"))
    return importStatement();
  if (isKeyword("from"))
    return fromStatement();
  if (isKeyword("assert"))
    return assertStatement();
  if (accept("pass"))
    return std::make_unique<Stmt>(StmtKind::Pass, pos);
  if (isKeyword("break") || isKeyword("continue")) {
    bool isBreak = take().text == "break";
    if (loopDepth == 0)
      fail(pos, std::string(isBreak ? "break" : "continue") + " outside of a loop");
    return std::make_unique<Stmt>(isBreak ? StmtKind::Break : StmtKind::Continue, pos);
  }
  if (accept("return")) {
    if (functionDepth == 0)
      fail(pos, "return outside of a function");
    auto stmt = std::make_unique<ExpressionStmt>(StmtKind::Return, pos);
    if (startsExpression())
      stmt->value = expressionList();
    return stmt;
  }
  return expressionStatement();
}

std::unique_ptr<Stmt> Parser::expressionStatement() {
  static const std::map<std::string, BinaryOp, std::less<>> augmented = {
      {"+=", BinaryOp::Add},        {"-=", BinaryOp::Sub},       {"*=", BinaryOp::Mul},
      {"/=", BinaryOp::Div},        {"//=", BinaryOp::FloorDiv}, {"%=", BinaryOp::Mod},
      {"**=", BinaryOp::Pow},       {"@=", BinaryOp::MatMul},    {"&=", BinaryOp::BitAnd},
      {"|=", BinaryOp::BitOr},      {"^=", BinaryOp::BitXor},    {"<<=", BinaryOp::ShiftLeft},
      {">>=", BinaryOp::ShiftRight}};
  Pos pos = peek().pos;
  ExprPtr first = expressionList();
  if (accept(":")) { // an annotation says nothing to Python, nor here
    checkTarget(*first, true);
    expression();
    auto stmt = std::make_unique<AssignStmt>(pos);
    stmt->targets.push_back(std::move(first));
    if (accept("="))
      stmt->value = expressionList();
    return stmt;
  }
  if (peek().kind == TokenKind::Operator)
    if (auto op = augmented.find(peek().text); op != augmented.end()) {
      checkTarget(*first, true);
      auto stmt = std::make_unique<AugmentedAssignStmt>(take().pos);
      stmt->op = op->second;
      stmt->target = std::move(first);
      stmt->value = expressionList();
      return stmt;
    }
  if (!isOperator("=")) {
    auto stmt = std::make_unique<ExpressionStmt>(StmtKind::Expression, pos);
    if (first->kind == ExprKind::Starred)
      fail(first->pos, "a starred expression stands alone");
    stmt->value = std::move(first);
    return stmt;
  }
  auto stmt = std::make_unique<AssignStmt>(pos);
  stmt->value = std::move(first);
  while (accept("=")) {
    checkTarget(*stmt->value);
    stmt->targets.push_back(std::move(stmt->value));
    stmt->value = expressionList();
  }
  if (stmt->value->kind == ExprKind::Starred)
    fail(stmt->value->pos, "a starred expression stands alone");
  return stmt;
}

void Parser::checkTarget(const Expr &target, bool augmented) const {
  switch (target.kind) {
  case ExprKind::Name:
  case ExprKind::Attribute:
  case ExprKind::Subscript:
    return;
  case ExprKind::List:
  case ExprKind::Tuple: {
    if (augmented)
      break;
    int starred = 0;
    for (const ExprPtr &item : static_cast<const SequenceExpr &>(target).items) {
      bool isStarred = item->kind == ExprKind::Starred;
      if (isStarred && ++starred > 1)
        fail(item->pos, "more than one starred target");
      checkTarget(isStarred ? *static_cast<const StarredExpr &>(*item).value : *item);
    }
    return;
  }
  default:
    break;
  }
  bool comparison =
      target.kind == ExprKind::Call || target.kind == ExprKind::Int || target.kind == ExprKind::Str;
  fail(target.pos, "cannot assign to this expression", comparison ? "compare with ==" : "");
}

std::unique_ptr<Stmt> Parser::assertStatement() {
  auto stmt = std::make_unique<AssertStmt>(take().pos);
  stmt->condition = expression();
  if (accept(","))
    stmt->message = expression();
  return stmt;
}

Block Parser::block(const char *of) {
  expect(":", of);
  Block body;
  if (peek().kind != TokenKind::Newline) {
    refuseKeyword();
    simpleStatements(body);
    return body;
  }
  take();
  if (peek().kind != TokenKind::Indent)
    fail(peek().pos, std::string("expected an indented block ") + of);
  take();
  while (peek().kind != TokenKind::Dedent && peek().kind != TokenKind::End)
    statement(body);
  if (peek().kind == TokenKind::Dedent)
    take();
  return body;
}

std::unique_ptr<Stmt> Parser::ifStatement() {
  auto stmt = std::make_unique<IfStmt>(take().pos);
  ExprPtr condition = expression();
  stmt->branches.emplace_back(std::move(condition), block("after if"));
  while (accept("elif")) {
    condition = expression();
    stmt->branches.emplace_back(std::move(condition), block("after elif"));
  }
  if (accept("else"))
    stmt->branches.emplace_back(nullptr, block("after else"));
  return stmt;
}

std::unique_ptr<Stmt> Parser::forStatement() {
  auto stmt = std::make_unique<ForStmt>(take().pos);
  stmt->target = targetList();
  expect("in", "after the loop's names");
  stmt->iterable = expressionList();
  ++loopDepth;
  stmt->body = block("after for");
  --loopDepth;
  if (accept("else"))
    stmt->orElse = block("after else");
  return stmt;
}

std::unique_ptr<Stmt> Parser::withStatement() {
  auto stmt = std::make_unique<IfStmt>(take().pos);
  Pos pos = peek().pos;
  ExprPtr value = expression();
  auto *call = value->kind == ExprKind::Call ? static_cast<CallExpr *>(value.get()) : nullptr;
  bool isOpen = call && call->callee->kind == ExprKind::Name &&
                static_cast<NameExpr &>(*call->callee).name == "open";
  if (!isOpen)
    fail(pos, "with is supported for open(...) only");
  auto assign = std::make_unique<AssignStmt>(pos);
  expect("as", "after open(...)");
  ExprPtr target = targetList();
  checkTarget(*target, true);
  assign->targets.push_back(std::move(target));
  assign->value = std::move(value);
  // Files are read as a whole when they are opened: there is nothing to close, and the body is a
  // block that always runs.
  Block body = block("after with");
  body.insert(body.begin(), std::move(assign));
  stmt->branches.emplace_back(nullptr, std::move(body));
  return stmt;
}

std::unique_ptr<Stmt> Parser::whileStatement() {
  auto stmt = std::make_unique<WhileStmt>(take().pos);
  stmt->condition = expression();
  ++loopDepth;
  stmt->body = block("after while");
  --loopDepth;
  if (accept("else"))
    stmt->orElse = block("after else");
  return stmt;
}

std::unique_ptr<Stmt> Parser::functionDefinition() {
  auto stmt = std::make_unique<FunctionDefStmt>(take().pos);
  stmt->code = std::make_shared<FunctionCode>();
  stmt->code->name = expectName("the function's name");
  expect("(", "after the function's name");
  stmt->code->parameters = parameters(")", true);
  expect(")", "after the parameters");
  if (accept("->"))
    expression();
  int outerLoops = std::exchange(loopDepth, 0);
  ++functionDepth;
  stmt->code->body = block("after def");
  --functionDepth;
  loopDepth = outerLoops;
  return stmt;
}

std::vector<Parameter> Parser::parameters(std::string_view closing, bool annotations) {
  std::vector<Parameter> list;
  std::set<std::string> names;
  bool keywordOnly = false, defaults = false;
  while (!isOperator(closing)) {
    Parameter parameter;
    parameter.pos = peek().pos;
    if (!list.empty() && list.back().kind == Parameter::Kind::RestKeywords)
      fail(parameter.pos, "nothing may follow **" + list.back().name);
    if (accept("**")) {
      parameter.kind = Parameter::Kind::RestKeywords;
    } else if (accept("*")) {
      if (keywordOnly)
        fail(parameter.pos, "more than one * among the parameters");
      keywordOnly = true;
      if (accept(","))
        continue;
      parameter.kind = Parameter::Kind::Rest;
    } else if (isOperator("/")) {
      fail(parameter.pos, "positional-only parameters are not supported");
    } else if (keywordOnly) {
      parameter.kind = Parameter::Kind::KeywordOnly;
    }
    parameter.name = expectName("a parameter's name");
    if (!names.insert(parameter.name).second)
      fail(parameter.pos, "parameter \"" + parameter.name + "\" is there twice");
    if (annotations && accept(":"))
      expression();
    bool plain = parameter.kind == Parameter::Kind::Normal;
    if ((plain || parameter.kind == Parameter::Kind::KeywordOnly) && accept("=")) {
      parameter.defaultValue = expression();
      defaults |= plain;
    } else if (plain && defaults) {
      fail(parameter.pos,
           "parameter \"" + parameter.name + "\" without default follows one with a default");
    }
    list.push_back(std::move(parameter));
    if (!accept(","))
      break;
  }
  return list;
}

std::string Parser::dottedName() {
  std::string name = expectName("a module's name");
  while (accept("."))
    name += "." + expectName("a name after the dot");
  return name;
}

std::unique_ptr<Stmt> Parser::importStatement() {
  auto stmt = std::make_unique<ImportStmt>(StmtKind::Import, take().pos);
  do {
    ImportedName entry;
    entry.pos = peek().pos;
    entry.name = dottedName();
    if (accept("as"))
      entry.alias = expectName("a name after as");
    stmt->names.push_back(std::move(entry));
  } while (accept(","));
  return stmt;
}

std::unique_ptr<Stmt> Parser::fromStatement() {
  auto stmt = std::make_unique<ImportStmt>(StmtKind::ImportFrom, take().pos);
  stmt->modulePos = peek().pos;
  if (isOperator(".") || isOperator("..."))
    fail(peek().pos, "relative imports are not supported");
  stmt->module = dottedName();
  expect("import", "after the module's name");
  Pos pos = peek().pos;
  if (accept("*")) {
    stmt->names.push_back({"*", "", pos});
    return stmt;
  }
  bool bracketed = accept("(");
  do {
    if (bracketed && isOperator(")"))
      break;
    ImportedName entry;
    entry.pos = peek().pos;
    entry.name = expectName("a name to import");
    if (accept("as"))
      entry.alias = expectName("a name after as");
    stmt->names.push_back(std::move(entry));
  } while (accept(","));
  if (bracketed)
    expect(")", "after the imported names");
  if (stmt->names.empty())
    fail(pos, "nothing is imported");
  return stmt;
}

} // namespace keratin::dsl
