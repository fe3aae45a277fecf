// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the statements of a script in order and keeps what is known of each name. Expressions are
// in checker_expressions.cpp.
#include "compiler/Frontend/Dsl/checker_scope.h"

#include "compiler/Frontend/Dsl/bindings.h"
#include "compiler/Frontend/Dsl/modules.h"

namespace keratin::dsl {

void Checker::run(const Block &script) {
  CheckScope global;
  collectBindings(script, global.bindings);
  for (auto &entry : predefined)
    global.known[entry.first] = Known::ofType("str");
  scopes.push_back(&global);
  check(script);
  scopes.pop_back();
}

void Checker::check(const Block &block) {
  for (const auto &stmt : block)
    check(*stmt);
}

/// A part that may run never, once or often: what it changes is certain only if it changes nothing.
void Checker::checkUncertain(const Block &block, bool repeated) {
  CheckScope &scope = *scopes.back();
  Bindings bound;
  collectBindings(block, bound);
  auto before = scope.known;
  if (repeated)
    for (auto &entry : bound)
      scope.known[entry.first] = Known();
  check(block);
  for (auto &entry : bound) {
    auto old = before.find(entry.first);
    bool same = old == before.end() || old->second.sameAs(scope.known[entry.first]);
    if (!same)
      scope.known[entry.first] = Known();
  }
}

void Checker::check(const Stmt &stmt) {
  switch (stmt.kind) {
  case StmtKind::Expression:
    check(*static_cast<const ExpressionStmt &>(stmt).value);
    break;
  case StmtKind::Return: {
    auto &value = static_cast<const ExpressionStmt &>(stmt).value;
    Known known = value ? check(*value) : Known::ofType("NoneType");
    CheckScope &scope = *scopes.back();
    scope.result = scope.returns++ == 0 || scope.result.sameAs(known) ? known : Known();
    break;
  }
  case StmtKind::Assign: {
    auto &assignment = static_cast<const AssignStmt &>(stmt);
    if (!assignment.value)
      break;
    Known known = check(*assignment.value);
    for (const ExprPtr &target : assignment.targets)
      bind(*target, known);
    break;
  }
  case StmtKind::AugmentedAssign: {
    auto &assignment = static_cast<const AugmentedAssignStmt &>(stmt);
    check(*assignment.target);
    check(*assignment.value);
    bind(*assignment.target, Known());
    break;
  }
  case StmtKind::If:
    for (auto &[condition, block] : static_cast<const IfStmt &>(stmt).branches) {
      if (condition)
        check(*condition);
      checkUncertain(block, false);
    }
    break;
  case StmtKind::For: {
    auto &loop = static_cast<const ForStmt &>(stmt);
    check(*loop.iterable);
    bind(*loop.target, Known());
    checkUncertain(loop.body, true);
    checkUncertain(loop.orElse, false);
    break;
  }
  case StmtKind::While: {
    auto &loop = static_cast<const WhileStmt &>(stmt);
    // The condition sees what the body binds, too, except in the first round.
    check(*loop.condition);
    checkUncertain(loop.body, true);
    checkUncertain(loop.orElse, false);
    break;
  }
  case StmtKind::FunctionDef: {
    auto &code = static_cast<const FunctionDefStmt &>(stmt).code;
    // Known by name inside itself, as yet without a result.
    bindName(code->name, Known::ofFunction(code.get(), ""));
    std::string result = checkFunction(*code);
    bindName(code->name, Known::ofFunction(code.get(), result));
    break;
  }
  case StmtKind::Import:
  case StmtKind::ImportFrom:
    checkImport(static_cast<const ImportStmt &>(stmt));
    break;
  case StmtKind::Assert: {
    auto &assertion = static_cast<const AssertStmt &>(stmt);
    check(*assertion.condition);
    if (assertion.message)
      check(*assertion.message);
    break;
  }
  case StmtKind::Break:
  case StmtKind::Continue:
  case StmtKind::Pass:
    break;
  }
}

void Checker::checkImport(const ImportStmt &import) {
  if (import.kind == StmtKind::Import) {
    for (const ImportedName &entry : import.names) {
      Value module = findModule(entry.name, entry.pos);
      std::string first = entry.name.substr(0, entry.name.find('.'));
      bindName(entry.alias.empty() ? first : entry.alias,
               Known::ofValue(entry.alias.empty() ? findModule(first, entry.pos) : module));
    }
    return;
  }
  if (import.module == "__future__")
    return;
  Value module = findModule(import.module, import.modulePos);
  for (const ImportedName &entry : import.names) {
    if (entry.name == "*") {
      for (auto &[name, value] : module.get<Module>()->members)
        bindName(name, Known::ofValue(value));
      continue;
    }
    bindName(entry.alias.empty() ? entry.name : entry.alias,
             memberOf(*module.get<Module>(), entry.name, entry.pos));
  }
}

std::string Checker::checkFunction(FunctionCode &code) {
  for (const Parameter &parameter : code.parameters)
    if (parameter.defaultValue)
      check(*parameter.defaultValue);
  CheckScope inner;
  inner.function = true;
  collectBindings(code.body, inner.bindings);
  for (const Parameter &parameter : code.parameters) {
    ++inner.bindings[parameter.name];
    inner.known[parameter.name] = Known();
  }
  for (auto &entry : inner.bindings)
    code.locals.insert(entry.first);
  scopes.push_back(&inner);
  check(code.body);
  Known result = code.result ? check(*code.result) : inner.result;
  scopes.pop_back();
  if (code.result)
    return result.type;
  // A function that may also end without return gives None sometimes: a value is certain only if it
  // ends in one.
  bool endsInReturn = !code.body.empty() && code.body.back()->kind == StmtKind::Return;
  return inner.returns == 0 ? "NoneType" : endsInReturn ? result.type : "";
}

void Checker::bindName(const std::string &name, Known known) {
  scopes.back()->known[name] = std::move(known);
}

void Checker::bind(const Expr &target, const Known &known) {
  switch (target.kind) {
  case ExprKind::Name:
    bindName(static_cast<const NameExpr &>(target).name, known);
    break;
  case ExprKind::Starred:
    bind(*static_cast<const StarredExpr &>(target).value, Known());
    break;
  case ExprKind::List:
  case ExprKind::Tuple:
    for (const ExprPtr &item : static_cast<const SequenceExpr &>(target).items)
      bind(*item, Known());
    break;
  case ExprKind::Attribute:
    check(*static_cast<const AttributeExpr &>(target).object);
    break;
  default:
    check(target);
    break;
  }
}

void checkScript(const Block &script, const std::map<std::string, std::string> &predefined) {
  Checker(predefined).run(script);
}

} // namespace keratin::dsl
