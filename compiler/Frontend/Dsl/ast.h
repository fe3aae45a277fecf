// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The statements of the syntax tree, and the script as a whole.
#pragma once

#include "compiler/Frontend/Dsl/ast_expressions.h"

namespace keratin::dsl {

enum class StmtKind {
  Expression,
  Assign,
  AugmentedAssign,
  If,
  For,
  While,
  FunctionDef,
  Return,
  Break,
  Continue,
  Pass,
  Import,
  ImportFrom,
  Assert
};

struct Stmt {
  Stmt(StmtKind kind, Pos pos) : kind(kind), pos(pos) {}
  virtual ~Stmt() = default;
  StmtKind kind;
  Pos pos;
};

/// Expression, Return: `value` may be null in `return`.
struct ExpressionStmt : Stmt {
  using Stmt::Stmt;
  ExprPtr value;
};

struct AssignStmt : Stmt {
  explicit AssignStmt(Pos pos) : Stmt(StmtKind::Assign, pos) {}
  ExprList targets; ///< a = b = value
  ExprPtr value;    ///< null: a bare annotation
};

struct AugmentedAssignStmt : Stmt {
  explicit AugmentedAssignStmt(Pos pos) : Stmt(StmtKind::AugmentedAssign, pos) {}
  ExprPtr target, value;
  BinaryOp op = BinaryOp::Add;
};

struct IfStmt : Stmt {
  explicit IfStmt(Pos pos) : Stmt(StmtKind::If, pos) {}
  std::vector<std::pair<ExprPtr, Block>> branches; ///< condition null: else
};

struct ForStmt : Stmt {
  explicit ForStmt(Pos pos) : Stmt(StmtKind::For, pos) {}
  ExprPtr target, iterable;
  Block body, orElse;
};

struct WhileStmt : Stmt {
  explicit WhileStmt(Pos pos) : Stmt(StmtKind::While, pos) {}
  ExprPtr condition;
  Block body, orElse;
};

struct FunctionDefStmt : Stmt {
  explicit FunctionDefStmt(Pos pos) : Stmt(StmtKind::FunctionDef, pos) {}
  std::shared_ptr<FunctionCode> code;
};

struct AssertStmt : Stmt {
  explicit AssertStmt(Pos pos) : Stmt(StmtKind::Assert, pos) {}
  ExprPtr condition, message;
};

struct ImportedName {
  std::string name;  ///< "keras.layers", or a name in the module
  std::string alias; ///< empty: none
  Pos pos;
};
/// Import: `names` are modules. ImportFrom: `names` are of `module`; a lone "*" means all.
struct ImportStmt : Stmt {
  using Stmt::Stmt;
  std::string module;
  Pos modulePos;
  std::vector<ImportedName> names;
};

} // namespace keratin::dsl
