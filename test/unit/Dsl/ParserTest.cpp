// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of syntax trees: precedence, chains, targets, calls, f-strings.
#include "compiler/Frontend/Dsl/parser.h"

#include <gtest/gtest.h>

namespace keratin::dsl {
namespace {

template <typename T> const T &as(const Expr &expr) { return static_cast<const T &>(expr); }

/// The expression in prefix form, far enough to see how it was grouped.
std::string grouped(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Int:
    return std::to_string(as<ConstantExpr>(expr).integer);
  case ExprKind::Name:
    return as<NameExpr>(expr).name;
  case ExprKind::Binary: {
    constexpr const char *ops[] = {"+", "-", "*", "/", "//", "%", "**",
                                   "@", "&", "|", "^", "<<", ">>"};
    auto &binary = as<BinaryExpr>(expr);
    return std::string("(") + ops[static_cast<int>(binary.op)] + " " + grouped(*binary.left) + " " +
           grouped(*binary.right) + ")";
  }
  case ExprKind::Unary: {
    constexpr const char *ops[] = {"not", "-", "+", "~"};
    auto &unary = as<UnaryExpr>(expr);
    return std::string("(") + ops[static_cast<int>(unary.op)] + " " + grouped(*unary.operand) + ")";
  }
  case ExprKind::Compare: {
    std::string text = "(cmp " + grouped(*as<CompareExpr>(expr).first);
    for (auto &link : as<CompareExpr>(expr).rest)
      text += " " + grouped(*link.operand);
    return text + ")";
  }
  case ExprKind::BoolOp: {
    std::string text = as<BoolOpExpr>(expr).isAnd ? "(and" : "(or";
    for (auto &operand : as<BoolOpExpr>(expr).operands)
      text += " " + grouped(*operand);
    return text + ")";
  }
  case ExprKind::Tuple: {
    std::string text = "(tuple";
    for (auto &item : as<SequenceExpr>(expr).items)
      text += " " + grouped(*item);
    return text + ")";
  }
  case ExprKind::Call:
    return "(call " + grouped(*as<CallExpr>(expr).callee) + ")";
  case ExprKind::Attribute:
    return "(. " + grouped(*as<AttributeExpr>(expr).object) + " " + as<AttributeExpr>(expr).name +
           ")";
  case ExprKind::Conditional:
    return "(if)";
  default:
    return "?";
  }
}

std::string grouped(std::string_view source) {
  Block script = parseScript(source);
  return grouped(*static_cast<ExpressionStmt &>(*script.at(0)).value);
}

TEST(Parser, groups_as_python_does) {
  EXPECT_EQ(grouped("1 + 2 * 3"), "(+ 1 (* 2 3))");
  EXPECT_EQ(grouped("1 - 2 - 3"), "(- (- 1 2) 3)");
  EXPECT_EQ(grouped("2 ** 3 ** 2"), "(** 2 (** 3 2))");
  EXPECT_EQ(grouped("-2 ** 2"), "(- (** 2 2))");
  EXPECT_EQ(grouped("2 ** -1"), "(** 2 (- 1))");
  EXPECT_EQ(grouped("not a == b"), "(not (cmp a b))");
  EXPECT_EQ(grouped("a or b and not c"), "(or a (and b (not c)))");
  EXPECT_EQ(grouped("a < b < c"), "(cmp a b c)");
  EXPECT_EQ(grouped("a not in b is not c"), "(cmp a b c)");
  EXPECT_EQ(grouped("1 | 2 & 3 << 1"), "(| 1 (& 2 (<< 3 1)))");
  EXPECT_EQ(grouped("a.b(c).d"), "(. (call (. a b)) d)");
  EXPECT_EQ(grouped("(1,)"), "(tuple 1)");
  EXPECT_EQ(grouped("1, 2"), "(tuple 1 2)");
  EXPECT_EQ(grouped("a if b else c"), "(if)");
}

TEST(Parser, keeps_positions) {
  Block script = parseScript("x = 1\nmodel.add(\n    layer)\n");
  auto &call = as<CallExpr>(*static_cast<ExpressionStmt &>(*script.at(1)).value);
  EXPECT_EQ(call.callee->pos.line, 2);
  EXPECT_EQ(call.callee->pos.column, 7);
  EXPECT_EQ(call.arguments.at(0).value->pos.line, 3);
  EXPECT_EQ(call.arguments.at(0).value->pos.column, 5);
}

TEST(Parser, positions_inside_f_strings_are_those_of_the_script) {
  Block script = parseScript("f'ab{value:>{width}}'");
  auto &text = as<FStringExpr>(*static_cast<ExpressionStmt &>(*script.at(0)).value);
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(text.parts[1].value->pos.column, 6);
  EXPECT_EQ(text.parts[1].spec.at(1).value->pos.column, 14);
}

TEST(Parser, ends_hostile_nesting_in_an_error) {
  auto repeated = [](const std::string &text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
      all += text;
    return all;
  };
  for (const char *open : {"(", "[", "{", "-", "not ", "lambda: ", "f(", "a[", "x if y else ",
                           "2 ** ", "1 + ", "a.", "{1: ", "(lambda: ", "*", "~"})
    EXPECT_THROW(parseScript(repeated(open, 100000)), UserError) << open;
  std::string block;
  for (int i = 0; i < 3000; ++i)
    block += std::string(static_cast<size_t>(i), ' ') + "if 1:\n";
  EXPECT_THROW(parseScript(block), UserError);
}

} // namespace
} // namespace keratin::dsl
