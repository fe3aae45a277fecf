// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs statements. Expressions are in evaluator_expressions.cpp.
#include "compiler/Frontend/Dsl/evaluator.h"

#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/ndarray.h"
#include "compiler/Frontend/Dsl/operators.h"
#include "compiler/Frontend/Dsl/script_state.h"

namespace keratin::dsl {

namespace {
constexpr int maxDepth = 1200;
}

Interpreter::Interpreter(ScriptState &state)
    : state(state), globals(std::make_shared<Scope>()), scope(globals) {}

Interpreter::~Interpreter() {
  // Functions hold the scope that holds them: let go of the names so that both end.
  for (auto &weak : captured)
    if (auto held = weak.lock())
      held->names.clear();
  globals->names.clear();
}

Interpreter::Nested::Nested(Interpreter &interpreter, Pos pos) : interpreter(interpreter) {
  if (++interpreter.depth > maxDepth) {
    --interpreter.depth;
    fail(pos, "functions call each other too deep", "is the recursion endless?");
  }
}

void Interpreter::run(const Block &script) { execute(script); }

Interpreter::Flow Interpreter::execute(const Block &block) {
  for (const auto &stmt : block)
    if (Flow flow = execute(*stmt); flow != Flow::Next)
      return flow;
  return Flow::Next;
}

Interpreter::Flow Interpreter::execute(const Stmt &stmt) {
  Nested nested(*this, stmt.pos);
  switch (stmt.kind) {
  case StmtKind::Expression:
    evaluateOrSkip(*static_cast<const ExpressionStmt &>(stmt).value);
    break;
  case StmtKind::Assign: {
    auto &assignment = static_cast<const AssignStmt &>(stmt);
    if (!assignment.value)
      break;
    Value value = evaluateOrSkip(*assignment.value);
    for (const ExprPtr &target : assignment.targets)
      assign(*target, value);
    break;
  }
  case StmtKind::AugmentedAssign:
    executeAugmented(static_cast<const AugmentedAssignStmt &>(stmt));
    break;
  case StmtKind::If:
    for (auto &[condition, block] : static_cast<const IfStmt &>(stmt).branches)
      if (!condition || isTrue(evaluate(*condition), condition->pos))
        return execute(block);
    break;
  case StmtKind::For:
    return executeFor(static_cast<const ForStmt &>(stmt));
  case StmtKind::While:
    return executeWhile(static_cast<const WhileStmt &>(stmt));
  case StmtKind::FunctionDef: {
    auto &code = static_cast<const FunctionDefStmt &>(stmt).code;
    bind(code->name, makeFunction(code));
    break;
  }
  case StmtKind::Return: {
    auto &value = static_cast<const ExpressionStmt &>(stmt).value;
    returned = value ? evaluateOrSkip(*value) : Value();
    return Flow::Return;
  }
  case StmtKind::Break:
    return Flow::Break;
  case StmtKind::Continue:
    return Flow::Continue;
  case StmtKind::Pass:
    break;
  case StmtKind::Import:
  case StmtKind::ImportFrom:
    executeImport(static_cast<const ImportStmt &>(stmt));
    break;
  case StmtKind::Assert: {
    auto &check = static_cast<const AssertStmt &>(stmt);
    if (!isTrue(evaluate(*check.condition), check.pos))
      fail(check.pos, "assertion failed" +
                          (check.message ? ": " + strOf(evaluate(*check.message), check.pos) : ""));
    break;
  }
  }
  return Flow::Next;
}

template <typename Next>
Interpreter::Flow Interpreter::executeLoop(Next next, const Block &body, const Block &orElse) {
  while (next()) {
    Flow flow = execute(body);
    if (flow == Flow::Break)
      return Flow::Next;
    if (flow == Flow::Return)
      return flow;
  }
  return execute(orElse);
}

Interpreter::Flow Interpreter::executeFor(const ForStmt &loop) {
  auto iterator = iterate(evaluate(*loop.iterable), loop.iterable->pos);
  auto next = [&] {
    Value item;
    bool more = iterator->next(item);
    if (more)
      assign(*loop.target, item);
    return more;
  };
  return executeLoop(next, loop.body, loop.orElse);
}

Interpreter::Flow Interpreter::executeWhile(const WhileStmt &loop) {
  auto next = [&] { return isTrue(evaluate(*loop.condition), loop.condition->pos); };
  return executeLoop(next, loop.body, loop.orElse);
}

void Interpreter::executeImport(const ImportStmt &import) {
  if (import.kind == StmtKind::Import) {
    for (const ImportedName &entry : import.names) {
      std::string first = entry.name.substr(0, entry.name.find('.'));
      Value module = findModule(entry.name, entry.pos);
      state.noteImport(entry.name);
      if (entry.alias.empty()) // "import a.b" binds a
        bind(first, findModule(first, entry.pos));
      else
        bind(entry.alias, module);
    }
    return;
  }
  if (import.module == "__future__")
    return;
  Value module = findModule(import.module, import.modulePos);
  state.noteImport(import.module);
  for (const ImportedName &entry : import.names) {
    if (entry.name == "*") {
      for (auto &[name, value] : module.get<Module>()->members)
        bind(name, value);
      continue;
    }
    bind(entry.alias.empty() ? entry.name : entry.alias,
         member(*module.get<Module>(), entry.name, entry.pos));
  }
}

void Interpreter::executeAugmented(const AugmentedAssignStmt &stmt) {
  auto combine = [&](const Value &old) {
    Value operand = evaluate(*stmt.value);
    // Lists and arrays change in place, so that other names for them see it.
    if (auto *list = old.get<List>(); list && stmt.op == BinaryOp::Add) {
      std::vector<Value> more = elements(operand, stmt.value->pos);
      checkSize(static_cast<int64_t>(list->items.size() + more.size()), sizeof(Value), stmt.pos);
      list->items.insert(list->items.end(), more.begin(), more.end());
      return old;
    }
    if (auto array = old.share<NdArray>(); array && !array->isScalar) {
      Value result = binaryOperation(stmt.op, old, operand, stmt.pos);
      auto *changed = result.get<NdArray>();
      if (changed->shape != array->shape)
        fail(stmt.pos, "the result has shape " + shapeText(changed->shape) +
                           ", which does not fit into the array of " + shapeText(array->shape));
      if (isReal(changed->dtype) && !isReal(array->dtype))
        fail(stmt.pos,
             std::string("the result is ") + rt::name(changed->dtype) + ", which an array of " +
                 rt::name(array->dtype) + " cannot hold",
             "make the array a float one with astype");
      assignIndexed(array, Value::make<EllipsisObject>(), result, stmt.pos);
      return old;
    }
    return binaryOperation(stmt.op, old, operand, stmt.pos);
  };
  switch (stmt.target->kind) {
  case ExprKind::Name: {
    auto &name = static_cast<const NameExpr &>(*stmt.target);
    bind(name.name, combine(evaluateName(name)));
    break;
  }
  case ExprKind::Subscript: {
    auto &target = static_cast<const SubscriptExpr &>(*stmt.target);
    Value object = evaluate(*target.object), index = evaluate(*target.index);
    assignSubscript(object, index, combine(subscript(object, index, target.pos)), target.pos);
    break;
  }
  default:
    fail(stmt.target->pos, "attributes cannot be assigned to with an operator");
  }
}

void Interpreter::assign(const Expr &target, Value value) {
  switch (target.kind) {
  case ExprKind::Name:
    bind(static_cast<const NameExpr &>(target).name, std::move(value));
    break;
  case ExprKind::Subscript: {
    auto &element = static_cast<const SubscriptExpr &>(target);
    Value object = evaluate(*element.object);
    assignSubscript(object, evaluate(*element.index), std::move(value), element.pos);
    break;
  }
  case ExprKind::List:
  case ExprKind::Tuple:
    unpack(static_cast<const SequenceExpr &>(target), value);
    break;
  case ExprKind::Attribute: {
    auto &attribute = static_cast<const AttributeExpr &>(target);
    setAttribute(evaluate(*attribute.object), attribute.name, value, attribute.pos);
    break;
  }
  default:
    fail(target.pos, "cannot assign to this expression");
  }
}

void Interpreter::unpack(const SequenceExpr &targets, const Value &value) {
  std::vector<Value> items = elements(value, targets.pos);
  size_t wanted = targets.items.size(), starredAt = wanted;
  for (size_t i = 0; i < wanted; ++i)
    if (targets.items[i]->kind == ExprKind::Starred)
      starredAt = i;
  bool starred = starredAt < wanted;
  if (starred ? items.size() + 1 < wanted : items.size() != wanted)
    fail(targets.pos,
         "cannot unpack " + std::to_string(items.size()) + " values into " +
             (starred ? "at least " + std::to_string(wanted - 1) : std::to_string(wanted)) +
             " names");
  size_t rest = items.size() + 1 - wanted;
  for (size_t i = 0, from = 0; i < wanted; ++i) {
    if (i != starredAt) {
      assign(*targets.items[i], items[from++]);
      continue;
    }
    auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
    assign(*static_cast<const StarredExpr &>(*targets.items[i]).value,
           Value::list({begin, begin + static_cast<std::ptrdiff_t>(rest)}));
    from += rest;
  }
}

} // namespace keratin::dsl
