// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The expressions of the syntax tree: one struct a form, told apart by `kind`.
#pragma once

#include "compiler/Frontend/Dsl/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace keratin::dsl {

enum class ExprKind {
  None,
  Ellipsis,
  Bool,
  Int,
  Float,
  Str,
  FString,
  Name,
  Attribute,
  Subscript,
  Slice,
  Call,
  Unary,
  Binary,
  Compare,
  BoolOp,
  Conditional,
  Lambda,
  List,
  Tuple,
  Set,
  Dict,
  Comprehension,
  Starred
};

struct Expr {
  Expr(ExprKind kind, Pos pos) : kind(kind), pos(pos) {}
  virtual ~Expr() = default;
  ExprKind kind;
  Pos pos;
};
using ExprPtr = std::unique_ptr<Expr>;
using ExprList = std::vector<ExprPtr>;

struct Stmt;
using Block = std::vector<std::unique_ptr<Stmt>>;

/// None, Ellipsis, Bool, Int, Float, Str: the kind says which field counts.
struct ConstantExpr : Expr {
  using Expr::Expr;
  int64_t integer = 0;
  double real = 0;
  std::string text;
};

/// Literal text, or a value with its conversion and format.
struct FStringPart {
  std::string text;
  ExprPtr value;                 ///< null: literal text
  char conversion = 0;           ///< 'r', 's', 'a' or 0
  std::vector<FStringPart> spec; ///< of a value; may hold values itself
};
struct FStringExpr : Expr {
  explicit FStringExpr(Pos pos) : Expr(ExprKind::FString, pos) {}
  std::vector<FStringPart> parts;
};

struct NameExpr : Expr {
  NameExpr(std::string name, Pos pos) : Expr(ExprKind::Name, pos), name(std::move(name)) {}
  std::string name;
};

struct AttributeExpr : Expr {
  explicit AttributeExpr(Pos pos) : Expr(ExprKind::Attribute, pos) {}
  ExprPtr object;
  std::string name; ///< at `pos`
};

struct SubscriptExpr : Expr {
  explicit SubscriptExpr(Pos pos) : Expr(ExprKind::Subscript, pos) {}
  ExprPtr object, index;
};

struct SliceExpr : Expr {
  explicit SliceExpr(Pos pos) : Expr(ExprKind::Slice, pos) {}
  ExprPtr lower, upper, step; ///< each may be null
};

struct ArgumentExpr {
  enum class Star { None, Sequence, Mapping } star = Star::None;
  std::string keyword; ///< empty: positional
  ExprPtr value;
  Pos pos;
};
struct CallExpr : Expr {
  explicit CallExpr(Pos pos) : Expr(ExprKind::Call, pos) {}
  ExprPtr callee;
  std::vector<ArgumentExpr> arguments;
};

enum class UnaryOp { Not, Minus, Plus, Invert };
struct UnaryExpr : Expr {
  UnaryExpr(UnaryOp op, ExprPtr operand, Pos pos)
      : Expr(ExprKind::Unary, pos), op(op), operand(std::move(operand)) {}
  UnaryOp op;
  ExprPtr operand;
};

enum class BinaryOp {
  Add,
  Sub,
  Mul,
  Div,
  FloorDiv,
  Mod,
  Pow,
  MatMul,
  BitAnd,
  BitOr,
  BitXor,
  ShiftLeft,
  ShiftRight
};
struct BinaryExpr : Expr {
  BinaryExpr(BinaryOp op, ExprPtr left, ExprPtr right, Pos pos)
      : Expr(ExprKind::Binary, pos), op(op), left(std::move(left)), right(std::move(right)) {}
  BinaryOp op; ///< at `pos`
  ExprPtr left, right;
};

enum class CompareOp {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  NotIn,
  Is,
  IsNot
};
struct CompareExpr : Expr {
  explicit CompareExpr(Pos pos) : Expr(ExprKind::Compare, pos) {}
  ExprPtr first;
  struct Link {
    CompareOp op;
    ExprPtr operand;
    Pos pos;
  };
  std::vector<Link> rest;
};

struct BoolOpExpr : Expr {
  explicit BoolOpExpr(Pos pos) : Expr(ExprKind::BoolOp, pos) {}
  bool isAnd = false;
  ExprList operands;
};

struct ConditionalExpr : Expr {
  explicit ConditionalExpr(Pos pos) : Expr(ExprKind::Conditional, pos) {}
  ExprPtr condition, then, otherwise;
};

/// List, Tuple, Set: the kind says which.
struct SequenceExpr : Expr {
  using Expr::Expr;
  ExprList items;
};

struct DictExpr : Expr {
  explicit DictExpr(Pos pos) : Expr(ExprKind::Dict, pos) {}
  std::vector<std::pair<ExprPtr, ExprPtr>> items; ///< key null: `**value`
};

struct StarredExpr : Expr {
  explicit StarredExpr(Pos pos) : Expr(ExprKind::Starred, pos) {}
  ExprPtr value;
};

struct ComprehensionExpr : Expr {
  explicit ComprehensionExpr(Pos pos) : Expr(ExprKind::Comprehension, pos) {}
  enum class Result { List, Set, Dict, Generator } result = Result::List;
  ExprPtr element, mappedValue; ///< mappedValue of a dict only
  struct Clause {
    ExprPtr target, iterable;
    ExprList conditions;
  };
  std::vector<Clause> clauses;
};

struct Parameter {
  enum class Kind { Normal, KeywordOnly, Rest, RestKeywords } kind = Kind::Normal;
  std::string name;
  ExprPtr defaultValue;
  Pos pos;
};
/// What `def` and `lambda` have in common.
struct FunctionCode {
  std::string name; ///< "<lambda>"
  std::vector<Parameter> parameters;
  Block body;                   ///< of def
  ExprPtr result;               ///< of lambda
  std::set<std::string> locals; ///< names bound inside; filled in by the checker
  /// The names that a call may give as name=value.
  std::vector<std::string> keywords() const {
    std::vector<std::string> names;
    for (const Parameter &parameter : parameters)
      if (parameter.kind == Parameter::Kind::Normal ||
          parameter.kind == Parameter::Kind::KeywordOnly)
        names.push_back(parameter.name);
    return names;
  }
};
struct LambdaExpr : Expr {
  explicit LambdaExpr(Pos pos) : Expr(ExprKind::Lambda, pos) {}
  std::shared_ptr<FunctionCode> code;
};

} // namespace keratin::dsl
