// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates expressions and calls. Statements are in evaluator_statements.cpp.
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_api.h"

#include "compiler/Frontend/Dsl/format.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"
#include "compiler/Frontend/Dsl/operators.h"
#include "compiler/Frontend/Dsl/script_state.h"
#include "keratin/error.hpp"

#include <algorithm>
#include <stdexcept>

namespace keratin::dsl {

Value Interpreter::evaluate(const Expr &expr) {
  Value value = evaluateOrSkip(expr);
  if (value.get<Skipped>())
    throw StopEvaluation{};
  return value;
}

Value Interpreter::evaluateOrSkip(const Expr &expr) {
  Nested nested(*this, expr.pos);
  switch (expr.kind) {
  case ExprKind::None:
    return {};
  case ExprKind::Ellipsis:
    return Value::make<EllipsisObject>();
  case ExprKind::Bool:
    return Value::boolean(static_cast<const ConstantExpr &>(expr).integer != 0);
  case ExprKind::Int:
    return Value::integer(static_cast<const ConstantExpr &>(expr).integer);
  case ExprKind::Float:
    return Value::real(static_cast<const ConstantExpr &>(expr).real);
  case ExprKind::Str:
    return Value::str(static_cast<const ConstantExpr &>(expr).text);
  case ExprKind::FString:
    return evaluateFString(static_cast<const FStringExpr &>(expr));
  case ExprKind::Name:
    return evaluateName(static_cast<const NameExpr &>(expr));
  case ExprKind::Attribute: {
    auto &attribute = static_cast<const AttributeExpr &>(expr);
    return this->attribute(evaluate(*attribute.object), attribute.name, attribute.pos);
  }
  case ExprKind::Subscript: {
    auto &element = static_cast<const SubscriptExpr &>(expr);
    Value object = evaluate(*element.object);
    return subscript(object, evaluate(*element.index), element.pos);
  }
  case ExprKind::Slice: {
    auto &slice = static_cast<const SliceExpr &>(expr);
    auto part = [&](const ExprPtr &e) { return e ? evaluate(*e) : Value(); };
    return Value::make<Slice>(part(slice.lower), part(slice.upper), part(slice.step));
  }
  case ExprKind::Call:
    return evaluateCall(static_cast<const CallExpr &>(expr));
  case ExprKind::Unary: {
    auto &unary = static_cast<const UnaryExpr &>(expr);
    return unaryOperation(unary.op, evaluate(*unary.operand), unary.pos);
  }
  case ExprKind::Binary: {
    auto &binary = static_cast<const BinaryExpr &>(expr);
    Value left = evaluate(*binary.left);
    return binaryOperation(binary.op, left, evaluate(*binary.right), binary.pos);
  }
  case ExprKind::Compare:
    return evaluateCompare(static_cast<const CompareExpr &>(expr));
  case ExprKind::BoolOp: {
    auto &op = static_cast<const BoolOpExpr &>(expr);
    Value value;
    for (const ExprPtr &operand : op.operands) {
      value = evaluate(*operand);
      if (isTrue(value, operand->pos) != op.isAnd)
        break;
    }
    return value;
  }
  case ExprKind::Conditional: {
    auto &choice = static_cast<const ConditionalExpr &>(expr);
    return evaluate(isTrue(evaluate(*choice.condition), choice.condition->pos) ? *choice.then
                                                                               : *choice.otherwise);
  }
  case ExprKind::Lambda:
    return makeFunction(static_cast<const LambdaExpr &>(expr).code);
  case ExprKind::List:
    return Value::list(evaluateItems(static_cast<const SequenceExpr &>(expr).items));
  case ExprKind::Tuple:
    return Value::tuple(evaluateItems(static_cast<const SequenceExpr &>(expr).items));
  case ExprKind::Set: {
    auto set = std::make_shared<Set>();
    for (const Value &item : evaluateItems(static_cast<const SequenceExpr &>(expr).items))
      set->table.insert(item, {}, expr.pos);
    return Value::object(set);
  }
  case ExprKind::Dict: {
    auto dict = std::make_shared<Dict>();
    for (auto &[key, value] : static_cast<const DictExpr &>(expr).items) {
      if (key) {
        Value k = evaluate(*key);
        dict->table.insert(k, evaluate(*value), key->pos);
        continue;
      }
      Value merged = evaluate(*value);
      if (!merged.get<Dict>())
        fail(value->pos, "** needs a dict, got " + describeType(merged));
      for (auto &[k, v] : merged.get<Dict>()->table.items())
        dict->table.insert(k, v, value->pos);
    }
    return Value::object(dict);
  }
  case ExprKind::Comprehension:
    return evaluateComprehension(static_cast<const ComprehensionExpr &>(expr));
  case ExprKind::Starred:
    fail(expr.pos, "a starred expression stands alone");
  }
  throw std::logic_error("unknown expression");
}

Value Interpreter::evaluateName(const NameExpr &name) {
  for (const Scope *s = scope.get(); s; s = s->outer.get()) {
    if (auto found = s->names.find(name.name); found != s->names.end())
      return found->second;
    if (s->code && s->code->locals.count(name.name))
      fail(name.pos, "local variable \"" + name.name + "\" is used before it is assigned");
  }
  if (auto found = globals->names.find(name.name); found != globals->names.end())
    return found->second;
  if (auto found = builtins().find(name.name); found != builtins().end())
    return found->second;
  std::vector<std::string> known;
  for (auto &entry : globals->names)
    known.push_back(entry.first);
  fail(name.pos, "name \"" + name.name + "\" is not defined here", didYouMean(name.name, known));
}

Value Interpreter::evaluateCompare(const CompareExpr &expr) {
  Value left = evaluate(*expr.first), result;
  for (size_t i = 0; i < expr.rest.size(); ++i) {
    auto &link = expr.rest[i];
    Value right = evaluate(*link.operand);
    if (left.get<Tensor>() && link.op == CompareOp::NotEqual)
      result = compareNotEqual(*this, left, right, link.pos);
    else
      result = compareOperation(link.op, left, right, link.pos);
    if (i + 1 < expr.rest.size() && !isTrue(result, link.pos))
      break;
    left = std::move(right);
  }
  return result;
}

Value Interpreter::evaluateFString(const FStringExpr &expr) {
  return Value::str(fStringText(expr.parts, expr.pos));
}

std::string Interpreter::fStringText(const std::vector<FStringPart> &parts, Pos pos) {
  std::string text;
  for (const FStringPart &part : parts) {
    if (!part.value) {
      text += part.text;
      continue;
    }
    Value value = evaluate(*part.value);
    if (part.conversion)
      value = Value::str(part.conversion == 's' ? strOf(value, pos) : reprOf(value, pos));
    text += formatValue(value, fStringText(part.spec, pos), part.value->pos);
    checkSize(static_cast<int64_t>(text.size()), 1, pos);
  }
  return text;
}

std::vector<Value> Interpreter::evaluateItems(const ExprList &items) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const ExprPtr &item : items) {
    if (item->kind != ExprKind::Starred) {
      values.push_back(evaluate(*item));
      continue;
    }
    auto &starred = *static_cast<const StarredExpr &>(*item).value;
    for (Value &value : elements(evaluate(starred), starred.pos))
      values.push_back(std::move(value));
  }
  return values;
}

Value Interpreter::evaluateComprehension(const ComprehensionExpr &expr) {
  // The first iterable belongs to the surrounding scope, the rest to a scope of its own.
  auto first = iterate(evaluate(*expr.clauses[0].iterable), expr.clauses[0].iterable->pos);
  auto inner = std::make_shared<Scope>();
  inner->outer = scope == globals ? nullptr : scope;
  std::shared_ptr<Scope> outer = std::exchange(scope, inner);
  struct Restore {
    std::shared_ptr<Scope> &scope;
    std::shared_ptr<Scope> outer;
    ~Restore() { scope = std::move(outer); }
  } restore{scope, std::move(outer)};

  using Result = ComprehensionExpr::Result;
  if (expr.result == Result::Dict) {
    auto dict = std::make_shared<Dict>();
    runClauses(expr, 0, first, [&] {
      Value key = evaluate(*expr.element);
      dict->table.insert(key, evaluate(*expr.mappedValue), expr.element->pos);
    });
    return Value::object(dict);
  }
  if (expr.result == Result::Set) {
    auto set = std::make_shared<Set>();
    runClauses(expr, 0, first,
               [&] { set->table.insert(evaluate(*expr.element), {}, expr.element->pos); });
    return Value::object(set);
  }
  auto list = std::make_shared<List>();
  runClauses(expr, 0, first, [&] {
    list->items.push_back(evaluate(*expr.element));
    checkSize(static_cast<int64_t>(list->items.size()), sizeof(Value), expr.pos);
  });
  Value items = Value::object(list);
  // Here nothing can tell a generator from a list of its values, except that it is used up once.
  return expr.result == Result::List ? items : Value::object(iterate(items, expr.pos));
}

void Interpreter::runClauses(const ComprehensionExpr &expr, size_t index,
                             std::shared_ptr<Iterator> iterator,
                             const std::function<void()> &emit) {
  if (index == expr.clauses.size())
    return emit();
  auto &clause = expr.clauses[index];
  if (!iterator)
    iterator = iterate(evaluate(*clause.iterable), clause.iterable->pos);
  for (Value item; iterator->next(item);) {
    assign(*clause.target, item);
    bool holds = true;
    for (const ExprPtr &condition : clause.conditions)
      holds = holds && isTrue(evaluate(*condition), condition->pos);
    if (holds)
      runClauses(expr, index + 1, nullptr, emit);
  }
}

Value Interpreter::evaluateCall(const CallExpr &expr) {
  Value callee = evaluate(*expr.callee);
  CallArguments arguments;
  for (const ArgumentExpr &argument : expr.arguments) {
    Value value = evaluate(*argument.value);
    Pos pos = argument.keyword.empty() ? argument.value->pos : argument.pos;
    if (argument.star == ArgumentExpr::Star::Sequence) {
      for (Value &item : elements(value, pos))
        arguments.positional.push_back({std::move(item), pos});
    } else if (argument.star == ArgumentExpr::Star::Mapping) {
      if (!value.get<Dict>())
        fail(pos, "** needs a dict, got " + describeType(value));
      for (auto &[key, item] : value.get<Dict>()->table.items()) {
        const std::string &name = toStr(key, "a key after **", pos);
        for (auto &keyword : arguments.keywords)
          if (keyword.first == name)
            fail(pos, "argument \"" + name + "\" is given twice");
        arguments.keywords.emplace_back(name, Arg{item, pos});
      }
    } else if (argument.keyword.empty()) {
      arguments.positional.push_back({std::move(value), pos});
    } else {
      arguments.keywords.emplace_back(argument.keyword, Arg{std::move(value), pos});
    }
  }
  Pos pos = expr.callee->kind == ExprKind::Attribute ? expr.callee->pos : expr.pos;
  return call(callee, std::move(arguments), pos);
}

Value Interpreter::call(const Value &callee, CallArguments arguments, Pos pos) {
  Nested nested(*this, pos);
  if (auto function = callee.share<Function>())
    return callFunction(*function, std::move(arguments), pos);
  auto *method = callee.get<BoundMethod>();
  auto *native = method ? method->method.get() : callee.get<Native>();
  if (!native && !isKerasCallable(callee))
    fail(pos, describeType(callee) + " cannot be called");
  try {
    if (!native)
      return callKeras(*this, callee, std::move(arguments), pos);
    Call call(*this, native->name, native->signature, std::move(arguments),
              method ? method->self : Value(), pos);
    return native->function(call);
  } catch (UserError &error) { // of other parts: say where in the script it came up
    if (error.location.line == 0)
      fail(pos, (error.location.file.empty() ? "" : error.location.file + ": ") + error.message,
           error.hint);
    throw;
  } catch (const rt::Error &error) {
    fail(pos, error.located(), error.hint);
  }
}

Value Interpreter::makeFunction(std::shared_ptr<FunctionCode> code) {
  auto function = std::make_shared<Function>(code, scope == globals ? nullptr : scope);
  if (scope != globals)
    captured.push_back(scope);
  for (const Parameter &parameter : code->parameters)
    function->defaults.push_back(parameter.defaultValue ? evaluate(*parameter.defaultValue)
                                                        : Value());
  return Value::object(function);
}

Value Interpreter::callFunction(const Function &function, CallArguments arguments, Pos pos) {
  const FunctionCode &code = *function.code;
  auto local = std::make_shared<Scope>();
  local->outer = function.scope;
  local->code = &code;
  size_t next = 0;
  auto known = [&](const std::string &name) { return local->names.count(name) != 0; };
  auto rest = std::make_shared<Dict>();
  bool takesRest = false;
  for (const Parameter &parameter : code.parameters) {
    if (parameter.kind == Parameter::Kind::Normal && next < arguments.positional.size())
      local->names[parameter.name] = arguments.positional[next++].value;
    if (parameter.kind == Parameter::Kind::Rest) {
      std::vector<Value> values;
      for (; next < arguments.positional.size(); ++next)
        values.push_back(arguments.positional[next].value);
      local->names[parameter.name] = Value::tuple(std::move(values));
    }
    if (parameter.kind == Parameter::Kind::RestKeywords) {
      takesRest = true;
      local->names[parameter.name] = Value::object(rest);
    }
  }
  if (next < arguments.positional.size())
    fail(arguments.positional[next].pos, code.name + " takes " + std::to_string(next) +
                                             " positional arguments, got " +
                                             std::to_string(arguments.positional.size()));
  for (auto &[name, arg] : arguments.keywords) {
    std::vector<std::string> names = code.keywords();
    bool found = std::find(names.begin(), names.end(), name) != names.end();
    if (found && known(name))
      fail(arg.pos, code.name + ": argument \"" + name + "\" is given twice");
    if (found)
      local->names[name] = arg.value;
    else if (takesRest)
      rest->table.insert(Value::str(name), arg.value, arg.pos);
    else
      fail(arg.pos, code.name + " has no argument \"" + name + "\"", didYouMean(name, names));
  }
  for (size_t i = 0; i < code.parameters.size(); ++i) {
    const Parameter &parameter = code.parameters[i];
    if (known(parameter.name))
      continue;
    if (!parameter.defaultValue)
      fail(pos, code.name + " needs the argument \"" + parameter.name + "\"");
    local->names[parameter.name] = function.defaults[i];
  }
  std::shared_ptr<Scope> caller = std::exchange(scope, local);
  struct Restore {
    std::shared_ptr<Scope> &scope;
    std::shared_ptr<Scope> caller;
    ~Restore() { scope = std::move(caller); }
  } restore{scope, std::move(caller)};
  if (code.result)
    return evaluate(*code.result);
  return execute(code.body) == Flow::Return ? std::move(returned) : Value();
}

} // namespace keratin::dsl
