// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expressions of a script. Statements are in parser.cpp.
#include "compiler/Frontend/Dsl/parser.h"

#include <map>

namespace keratin::dsl {

namespace {
/// Chains such as a + b + c make trees as deep as they are long.
constexpr int maxChain = 500;

void countLink(int &links, Pos pos) {
  if (++links > maxChain)
    fail(pos, "expression has more than " + std::to_string(maxChain) + " parts in a row",
         "split it");
}

ExprPtr constant(ExprKind kind, Pos pos) { return std::make_unique<ConstantExpr>(kind, pos); }
} // namespace

bool Parser::startsExpression() const {
  switch (peek().kind) {
  case TokenKind::Name:
  case TokenKind::Integer:
  case TokenKind::Real:
  case TokenKind::String:
  case TokenKind::FString:
    return true;
  case TokenKind::Keyword:
    return isKeyword("None") || isKeyword("True") || isKeyword("False") || isKeyword("not") ||
           isKeyword("lambda");
  case TokenKind::Operator:
    for (const char *op : {"(", "[", "{", "-", "+", "~", "...", "*"})
      if (isOperator(op))
        return true;
    return false;
  default:
    return false;
  }
}

ExprPtr Parser::starredOrExpression() {
  if (!isOperator("*"))
    return expression();
  auto starred = std::make_unique<StarredExpr>(take().pos);
  starred->value = binary(0);
  return starred;
}

ExprPtr Parser::expressionList(bool allowSlices) {
  Pos pos = peek().pos;
  ExprPtr first = allowSlices ? sliceOrExpression() : starredOrExpression();
  if (!isOperator(","))
    return first;
  auto tuple = std::make_unique<SequenceExpr>(ExprKind::Tuple, pos);
  tuple->items.push_back(std::move(first));
  while (accept(","))
    if (startsExpression() || (allowSlices && isOperator(":")))
      tuple->items.push_back(allowSlices ? sliceOrExpression() : starredOrExpression());
    else
      break;
  return tuple;
}

ExprPtr Parser::expression() {
  Nested nested(*this);
  if (isKeyword("lambda"))
    return lambda();
  ExprPtr value = orExpression();
  if (isOperator(":="))
    fail(peek().pos, ":= is not supported", "assign in a statement of its own");
  if (!isKeyword("if"))
    return value;
  auto conditional = std::make_unique<ConditionalExpr>(take().pos);
  conditional->then = std::move(value);
  conditional->condition = orExpression();
  expect("else", "after the condition");
  conditional->otherwise = expression();
  return conditional;
}

ExprPtr Parser::orExpression() {
  ExprPtr first = andExpression();
  if (!isKeyword("or"))
    return first;
  auto op = std::make_unique<BoolOpExpr>(peek().pos);
  op->operands.push_back(std::move(first));
  while (accept("or"))
    op->operands.push_back(andExpression());
  return op;
}

ExprPtr Parser::andExpression() {
  ExprPtr first = notExpression();
  if (!isKeyword("and"))
    return first;
  auto op = std::make_unique<BoolOpExpr>(peek().pos);
  op->isAnd = true;
  op->operands.push_back(std::move(first));
  while (accept("and"))
    op->operands.push_back(notExpression());
  return op;
}

ExprPtr Parser::notExpression() {
  Nested nested(*this);
  Pos pos = peek().pos;
  if (accept("not"))
    return std::make_unique<UnaryExpr>(UnaryOp::Not, notExpression(), pos);
  return comparison();
}

ExprPtr Parser::comparison() {
  static const std::map<std::string, CompareOp> ops = {
      {"==", CompareOp::Equal},     {"!=", CompareOp::NotEqual}, {"<", CompareOp::Less},
      {"<=", CompareOp::LessEqual}, {">", CompareOp::Greater},   {">=", CompareOp::GreaterEqual},
      {"in", CompareOp::In},        {"is", CompareOp::Is},       {"not", CompareOp::NotIn}};
  ExprPtr first = binary(0);
  std::unique_ptr<CompareExpr> chain;
  for (;;) {
    auto op = ops.find(peek().text);
    bool operatorToken = peek().kind == TokenKind::Operator || peek().kind == TokenKind::Keyword;
    if (!operatorToken || op == ops.end())
      break;
    Pos pos = take().pos;
    CompareOp kind = op->second;
    if (kind == CompareOp::NotIn)
      expect("in", "after not");
    else if (kind == CompareOp::Is && accept("not"))
      kind = CompareOp::IsNot;
    if (!chain) {
      chain = std::make_unique<CompareExpr>(pos);
      chain->first = std::move(first);
    }
    chain->rest.push_back({kind, binary(0), pos});
  }
  return chain ? std::move(chain) : std::move(first);
}

ExprPtr Parser::binary(int level) {
  using Level = std::map<std::string, BinaryOp>;
  static const std::vector<Level> levels = {
      {{"|", BinaryOp::BitOr}},
      {{"^", BinaryOp::BitXor}},
      {{"&", BinaryOp::BitAnd}},
      {{"<<", BinaryOp::ShiftLeft}, {">>", BinaryOp::ShiftRight}},
      {{"+", BinaryOp::Add}, {"-", BinaryOp::Sub}},
      {{"*", BinaryOp::Mul},
       {"/", BinaryOp::Div},
       {"//", BinaryOp::FloorDiv},
       {"%", BinaryOp::Mod},
       {"@", BinaryOp::MatMul}}};
  if (level == static_cast<int>(levels.size()))
    return unary();
  ExprPtr left = binary(level + 1);
  for (int links = 0; peek().kind == TokenKind::Operator;) {
    auto op = levels[level].find(peek().text);
    if (op == levels[level].end())
      break;
    Pos pos = take().pos;
    countLink(links, pos);
    ExprPtr right = binary(level + 1);
    left = std::make_unique<BinaryExpr>(op->second, std::move(left), std::move(right), pos);
  }
  return left;
}

ExprPtr Parser::unary() {
  Nested nested(*this);
  Pos pos = peek().pos;
  if (accept("-"))
    return std::make_unique<UnaryExpr>(UnaryOp::Minus, unary(), pos);
  if (accept("+"))
    return std::make_unique<UnaryExpr>(UnaryOp::Plus, unary(), pos);
  if (accept("~"))
    return std::make_unique<UnaryExpr>(UnaryOp::Invert, unary(), pos);
  return power();
}

ExprPtr Parser::power() {
  ExprPtr base = postfix();
  Pos pos = peek().pos;
  if (!accept("**"))
    return base;
  return std::make_unique<BinaryExpr>(BinaryOp::Pow, std::move(base), unary(), pos);
}

ExprPtr Parser::postfix() {
  ExprPtr value = atom();
  for (int links = 0;;) {
    Pos pos = peek().pos;
    if (accept(".")) {
      auto attribute = std::make_unique<AttributeExpr>(peek().pos);
      attribute->name = expectName("an attribute's name after the dot");
      attribute->object = std::move(value);
      value = std::move(attribute);
    } else if (accept("[")) {
      auto element = std::make_unique<SubscriptExpr>(pos);
      element->index = subscript();
      expect("]", "after the index");
      element->object = std::move(value);
      value = std::move(element);
    } else if (isOperator("(")) {
      auto call = std::make_unique<CallExpr>(value->pos);
      take();
      callArguments(*call);
      call->callee = std::move(value);
      value = std::move(call);
    } else {
      return value;
    }
    countLink(links, pos);
  }
}

void Parser::callArguments(CallExpr &call) {
  bool keywordSeen = false;
  std::set<std::string> names;
  while (!isOperator(")")) {
    ArgumentExpr argument;
    argument.pos = peek().pos;
    if (accept("**")) {
      argument.star = ArgumentExpr::Star::Mapping;
      argument.value = expression();
      keywordSeen = true;
    } else if (accept("*")) {
      argument.star = ArgumentExpr::Star::Sequence;
      argument.value = expression();
    } else if (peek().kind == TokenKind::Name && isOperator("=", 1)) {
      argument.keyword = take().text;
      take();
      if (!names.insert(argument.keyword).second)
        fail(argument.pos, "argument \"" + argument.keyword + "\" is given twice");
      argument.value = expression();
      keywordSeen = true;
    } else {
      if (keywordSeen)
        fail(argument.pos, "a positional argument follows a keyword argument");
      argument.value = expression();
      if (isKeyword("for"))
        argument.value = comprehension(ComprehensionExpr::Result::Generator,
                                       std::move(argument.value), nullptr, argument.pos);
    }
    call.arguments.push_back(std::move(argument));
    if (!accept(","))
      break;
  }
  expect(")", "after the arguments");
}

ExprPtr Parser::subscript() { return expressionList(true); }

ExprPtr Parser::sliceOrExpression() {
  Pos pos = peek().pos;
  ExprPtr lower = isOperator(":") ? nullptr : starredOrExpression();
  if (!isOperator(":"))
    return lower;
  auto slice = std::make_unique<SliceExpr>(pos);
  slice->lower = std::move(lower);
  take();
  if (startsExpression())
    slice->upper = expression();
  if (accept(":") && startsExpression())
    slice->step = expression();
  return slice;
}

ExprPtr Parser::targetList() {
  // Not expressionList: `in` ends the targets.
  Pos pos = peek().pos;
  auto target = [&]() -> ExprPtr {
    if (isOperator("*")) {
      auto starred = std::make_unique<StarredExpr>(take().pos);
      starred->value = postfix();
      return starred;
    }
    return postfix();
  };
  ExprPtr first = target();
  if (isOperator(",")) {
    auto tuple = std::make_unique<SequenceExpr>(ExprKind::Tuple, pos);
    tuple->items.push_back(std::move(first));
    while (accept(",") && !isKeyword("in"))
      tuple->items.push_back(target());
    first = std::move(tuple);
  }
  checkTarget(*first);
  return first;
}

std::vector<ComprehensionExpr::Clause> Parser::comprehensionClauses() {
  std::vector<ComprehensionExpr::Clause> clauses;
  while (accept("for")) {
    ComprehensionExpr::Clause clause;
    clause.target = targetList();
    expect("in", "after the comprehension's names");
    clause.iterable = orExpression();
    while (accept("if"))
      clause.conditions.push_back(orExpression());
    clauses.push_back(std::move(clause));
    if (clauses.size() > 20)
      fail(peek().pos, "comprehension has more than 20 loops");
  }
  return clauses;
}

ExprPtr Parser::comprehension(ComprehensionExpr::Result result, ExprPtr element, ExprPtr mapped,
                              Pos pos) {
  if (element->kind == ExprKind::Starred)
    fail(element->pos, "a comprehension cannot unpack");
  auto expr = std::make_unique<ComprehensionExpr>(pos);
  expr->result = result;
  expr->element = std::move(element);
  expr->mappedValue = std::move(mapped);
  expr->clauses = comprehensionClauses();
  return expr;
}

ExprPtr Parser::lambda() {
  auto expr = std::make_unique<LambdaExpr>(take().pos);
  expr->code = std::make_shared<FunctionCode>();
  expr->code->name = "<lambda>";
  expr->code->parameters = parameters(":", false);
  expect(":", "after the lambda's parameters");
  expr->code->result = expression();
  return expr;
}

ExprPtr Parser::atom() {
  const Token &token = peek();
  switch (token.kind) {
  case TokenKind::Name:
    take();
    return std::make_unique<NameExpr>(token.text, token.pos);
  case TokenKind::Integer: {
    auto value = std::make_unique<ConstantExpr>(ExprKind::Int, token.pos);
    value->integer = take().integer;
    return value;
  }
  case TokenKind::Real: {
    auto value = std::make_unique<ConstantExpr>(ExprKind::Float, token.pos);
    value->real = take().real;
    return value;
  }
  case TokenKind::String:
  case TokenKind::FString:
    return strings();
  default:
    break;
  }
  Pos pos = token.pos;
  if (accept("None"))
    return constant(ExprKind::None, pos);
  if (accept("..."))
    return constant(ExprKind::Ellipsis, pos);
  if (isKeyword("True") || isKeyword("False")) {
    auto value = std::make_unique<ConstantExpr>(ExprKind::Bool, pos);
    value->integer = take().text == "True";
    return value;
  }
  if (isOperator("("))
    return parenthesized();
  if (isOperator("["))
    return listDisplay();
  if (isOperator("{"))
    return braceDisplay();
  refuseKeyword();
  unexpected("an expression");
}

ExprPtr Parser::parenthesized() {
  Nested nested(*this);
  Pos pos = take().pos;
  if (accept(")"))
    return std::make_unique<SequenceExpr>(ExprKind::Tuple, pos);
  refuseKeyword();
  ExprPtr value = expressionList();
  if (isKeyword("for"))
    value = comprehension(ComprehensionExpr::Result::Generator, std::move(value), nullptr, pos);
  if (value->kind == ExprKind::Starred)
    fail(value->pos, "a starred expression stands alone");
  expect(")", "after the expression");
  return value;
}

ExprPtr Parser::listDisplay() {
  Nested nested(*this);
  Pos pos = take().pos;
  auto list = std::make_unique<SequenceExpr>(ExprKind::List, pos);
  while (!isOperator("]")) {
    list->items.push_back(starredOrExpression());
    if (isKeyword("for") && list->items.size() == 1) {
      ExprPtr value =
          comprehension(ComprehensionExpr::Result::List, std::move(list->items[0]), nullptr, pos);
      expect("]", "after the comprehension");
      return value;
    }
    if (!accept(","))
      break;
  }
  expect("]", "after the list's items");
  return list;
}

ExprPtr Parser::braceDisplay() {
  Nested nested(*this);
  Pos pos = take().pos;
  auto dict = std::make_unique<DictExpr>(pos);
  auto set = std::make_unique<SequenceExpr>(ExprKind::Set, pos);
  while (!isOperator("}")) {
    if (accept("**")) {
      dict->items.emplace_back(nullptr, binary(0));
    } else {
      ExprPtr key = starredOrExpression();
      ExprPtr value;
      if (set->items.empty() && key->kind != ExprKind::Starred && accept(":"))
        value = expression();
      if (isKeyword("for") && dict->items.empty() && set->items.empty()) {
        auto result = value ? ComprehensionExpr::Result::Dict : ComprehensionExpr::Result::Set;
        ExprPtr all = comprehension(result, std::move(key), std::move(value), pos);
        expect("}", "after the comprehension");
        return all;
      }
      if (value)
        dict->items.emplace_back(std::move(key), std::move(value));
      else
        set->items.push_back(std::move(key));
    }
    if (!dict->items.empty() && !set->items.empty())
      fail(peek().pos, "expected \":\" and a value, as for the other keys");
    if (!accept(","))
      break;
  }
  expect("}", "after the items");
  if (set->items.empty())
    return dict;
  return set;
}

} // namespace keratin::dsl
