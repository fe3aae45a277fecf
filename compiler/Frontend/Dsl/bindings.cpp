// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which names statements bind.
#include "compiler/Frontend/Dsl/bindings.h"

#include "compiler/Frontend/Dsl/modules.h"

namespace keratin::dsl {

void collectTargets(const Expr &target, Bindings &bindings) {
  switch (target.kind) {
  case ExprKind::Name:
    ++bindings[static_cast<const NameExpr &>(target).name];
    break;
  case ExprKind::Starred:
    collectTargets(*static_cast<const StarredExpr &>(target).value, bindings);
    break;
  case ExprKind::List:
  case ExprKind::Tuple:
    for (const ExprPtr &item : static_cast<const SequenceExpr &>(target).items)
      collectTargets(*item, bindings);
    break;
  default:
    break; // an element or attribute binds no name
  }
}

namespace {

void collectImports(const ImportStmt &import, Bindings &bindings) {
  for (const ImportedName &entry : import.names) {
    if (entry.name == "*" && import.kind == StmtKind::ImportFrom) {
      for (auto &member : findModule(import.module, import.modulePos).get<Module>()->members)
        ++bindings[member.first];
      continue;
    }
    std::string first = entry.name.substr(0, entry.name.find('.'));
    ++bindings[entry.alias.empty() ? first : entry.alias];
  }
}

void collectStatement(const Stmt &stmt, Bindings &bindings) {
  switch (stmt.kind) {
  case StmtKind::Assign:
    for (const ExprPtr &target : static_cast<const AssignStmt &>(stmt).targets)
      collectTargets(*target, bindings);
    break;
  case StmtKind::AugmentedAssign:
    collectTargets(*static_cast<const AugmentedAssignStmt &>(stmt).target, bindings);
    break;
  case StmtKind::For: {
    auto &loop = static_cast<const ForStmt &>(stmt);
    collectTargets(*loop.target, bindings);
    collectBindings(loop.body, bindings);
    collectBindings(loop.orElse, bindings);
    break;
  }
  case StmtKind::While: {
    auto &loop = static_cast<const WhileStmt &>(stmt);
    collectBindings(loop.body, bindings);
    collectBindings(loop.orElse, bindings);
    break;
  }
  case StmtKind::If:
    for (auto &branch : static_cast<const IfStmt &>(stmt).branches)
      collectBindings(branch.second, bindings);
    break;
  case StmtKind::FunctionDef:
    ++bindings[static_cast<const FunctionDefStmt &>(stmt).code->name];
    break;
  case StmtKind::Import:
  case StmtKind::ImportFrom:
    collectImports(static_cast<const ImportStmt &>(stmt), bindings);
    break;
  default:
    break;
  }
}

} // namespace

void collectBindings(const Block &block, Bindings &bindings) {
  for (const auto &stmt : block)
    collectStatement(*stmt, bindings);
}

} // namespace keratin::dsl
