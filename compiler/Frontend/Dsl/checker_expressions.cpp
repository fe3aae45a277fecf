// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks expressions before they run: names, attributes. Calls are in checker_calls.cpp.
#include "compiler/Frontend/Dsl/checker_scope.h"
#include "compiler/Frontend/Dsl/modules.h"

namespace keratin::dsl {

Known Checker::check(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::None:
    return Known::ofType("NoneType");
  case ExprKind::Bool:
    return Known::ofType("bool");
  case ExprKind::Int:
    return Known::ofType("int");
  case ExprKind::Float:
    return Known::ofType("float");
  case ExprKind::Str:
    return Known::ofType("str");
  case ExprKind::Ellipsis:
    return {};
  case ExprKind::FString:
    checkFString(static_cast<const FStringExpr &>(expr).parts);
    return Known::ofType("str");
  case ExprKind::Name:
    return checkName(static_cast<const NameExpr &>(expr));
  case ExprKind::Attribute:
    return checkAttribute(static_cast<const AttributeExpr &>(expr));
  case ExprKind::Subscript: {
    auto &element = static_cast<const SubscriptExpr &>(expr);
    check(*element.object);
    check(*element.index);
    return {};
  }
  case ExprKind::Slice: {
    auto &slice = static_cast<const SliceExpr &>(expr);
    for (const ExprPtr *part : {&slice.lower, &slice.upper, &slice.step})
      if (*part)
        check(**part);
    return {};
  }
  case ExprKind::Call:
    return checkCall(static_cast<const CallExpr &>(expr));
  case ExprKind::Unary:
    check(*static_cast<const UnaryExpr &>(expr).operand);
    return {};
  case ExprKind::Binary: {
    auto &binary = static_cast<const BinaryExpr &>(expr);
    Known left = check(*binary.left);
    check(*binary.right);
    return binary.op == BinaryOp::Mod && left.type == "str" ? left : Known();
  }
  case ExprKind::Compare: {
    auto &comparison = static_cast<const CompareExpr &>(expr);
    check(*comparison.first);
    for (auto &link : comparison.rest)
      check(*link.operand);
    return {};
  }
  case ExprKind::BoolOp:
    checkAll(static_cast<const BoolOpExpr &>(expr).operands);
    return {};
  case ExprKind::Conditional: {
    auto &choice = static_cast<const ConditionalExpr &>(expr);
    check(*choice.condition);
    Known then = check(*choice.then), otherwise = check(*choice.otherwise);
    return then.sameAs(otherwise) ? then : Known();
  }
  case ExprKind::Lambda: {
    auto &code = static_cast<const LambdaExpr &>(expr).code;
    return Known::ofFunction(code.get(), checkFunction(*code));
  }
  case ExprKind::List:
    checkAll(static_cast<const SequenceExpr &>(expr).items);
    return Known::ofType("list");
  case ExprKind::Tuple:
    checkAll(static_cast<const SequenceExpr &>(expr).items);
    return Known::ofType("tuple");
  case ExprKind::Set:
    checkAll(static_cast<const SequenceExpr &>(expr).items);
    return Known::ofType("set");
  case ExprKind::Dict:
    for (auto &[key, value] : static_cast<const DictExpr &>(expr).items) {
      if (key)
        check(*key);
      check(*value);
    }
    return Known::ofType("dict");
  case ExprKind::Comprehension:
    return checkComprehension(static_cast<const ComprehensionExpr &>(expr));
  case ExprKind::Starred:
    check(*static_cast<const StarredExpr &>(expr).value);
    return {};
  }
  return {};
}

void Checker::checkAll(const ExprList &list) {
  for (const ExprPtr &item : list)
    check(*item);
}

void Checker::checkFString(const std::vector<FStringPart> &parts) {
  for (const FStringPart &part : parts)
    if (part.value) {
      check(*part.value);
      checkFString(part.spec);
    }
}

Known Checker::checkName(const NameExpr &name) {
  for (size_t i = scopes.size(); i-- > 0;) {
    CheckScope &scope = *scopes[i];
    auto bound = scope.bindings.find(name.name);
    auto known = scope.known.find(name.name);
    if (known != scope.known.end()) {
      // A function may be called after the surrounding names have changed.
      bool certain = i + 1 == scopes.size() || bound == scope.bindings.end() || bound->second <= 1;
      return certain ? known->second : Known();
    }
    if (bound == scope.bindings.end())
      continue;
    // Bound somewhere, but not yet. In an own scope that is an error, seen from a function it need
    // not be.
    if (i + 1 == scopes.size())
      fail(name.pos, "\"" + name.name + "\" is used before it is assigned");
    return {};
  }
  if (auto builtin = builtins().find(name.name); builtin != builtins().end())
    return builtin->second.asStr() ? Known::ofType("str") : Known::ofValue(builtin->second);
  std::vector<std::string> candidates;
  for (CheckScope *scope : scopes) {
    for (auto &entry : scope->bindings)
      candidates.push_back(entry.first);
    for (auto &entry : scope->known)
      candidates.push_back(entry.first);
  }
  for (auto &entry : builtins())
    candidates.push_back(entry.first);
  static const std::map<std::string, const char *> unsupported = {
      {"input", "give values on the command line: sys.argv"},
      {"isinstance", ""},
      {"type", ""},
      {"getattr", ""},
      {"setattr", ""},
      {"hasattr", ""},
      {"iter", ""},
      {"next", ""},
      {"super", ""},
      {"object", ""},
      {"bytes", ""},
      {"complex", ""},
      {"eval", ""},
      {"exec", ""},
      {"xrange", "use range"},
      {"raw_input", ""},
      {"unicode", "use str"},
      {"id", ""},
      {"hash", ""},
      {"vars", ""},
      {"globals", ""},
      {"locals", ""}};
  if (auto found = unsupported.find(name.name); found != unsupported.end())
    fail(name.pos, name.name + " is not supported", found->second);
  fail(name.pos, "name \"" + name.name + "\" is not defined", didYouMean(name.name, candidates));
}

Known Checker::memberOf(const Module &module, const std::string &name, Pos pos) {
  if (module.dynamic.count(name))
    return {};
  const Value &value = module.get(name, pos);
  bool constant = value.isNone() || value.asReal() || value.asStr();
  return constant ? Known() : Known::ofValue(value);
}

Known Checker::checkAttribute(const AttributeExpr &expr) {
  Known object = check(*expr.object);
  if (auto *module = object.value.get<Module>())
    return memberOf(*module, expr.name, expr.pos);
  if (object.function || object.type.empty())
    return {};
  const TypeTable *table = typeTable(object.type);
  if (table) {
    if (auto method = table->methods.find(expr.name); method != table->methods.end())
      return Known::ofValue(Value::object(method->second));
    if (auto property = table->properties.find(expr.name); property != table->properties.end())
      return Known::ofType(property->second.result);
  }
  failAttribute(object.type, table, expr.name, expr.pos);
}

Known Checker::checkComprehension(const ComprehensionExpr &expr) {
  check(*expr.clauses[0].iterable);
  CheckScope inner;
  inner.function = true;
  scopes.push_back(&inner);
  for (size_t i = 0; i < expr.clauses.size(); ++i) {
    auto &clause = expr.clauses[i];
    if (i > 0)
      check(*clause.iterable);
    collectTargets(*clause.target, inner.bindings);
    bind(*clause.target, Known());
    checkAll(clause.conditions);
  }
  check(*expr.element);
  if (expr.mappedValue)
    check(*expr.mappedValue);
  scopes.pop_back();
  using Result = ComprehensionExpr::Result;
  return Known::ofType(expr.result == Result::List   ? "list"
                       : expr.result == Result::Set  ? "set"
                       : expr.result == Result::Dict ? "dict"
                                                     : "");
}

} // namespace keratin::dsl
