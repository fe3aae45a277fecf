// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks calls before they run: number and names of arguments; constructors of Keras with literal
// arguments entirely.
#include "compiler/Frontend/Dsl/checker_scope.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"

#include <algorithm>

namespace keratin::dsl {

namespace {

bool hasStar(const CallExpr &call) {
  return std::any_of(call.arguments.begin(), call.arguments.end(),
                     [](const ArgumentExpr &a) { return a.star != ArgumentExpr::Star::None; });
}

size_t countPositional(const CallExpr &call) {
  return static_cast<size_t>(
      std::count_if(call.arguments.begin(), call.arguments.end(), [](const ArgumentExpr &a) {
        return a.keyword.empty() && a.star == ArgumentExpr::Star::None;
      }));
}

Pos positionOf(const CallExpr &call, size_t positional) {
  return call.arguments[positional].value->pos;
}

Pos callPos(const CallExpr &call) {
  return call.callee->kind == ExprKind::Attribute ? call.callee->pos : call.pos;
}

bool isNothing(const Expr &expr) {
  return expr.kind == ExprKind::None ||
         (expr.kind == ExprKind::List && static_cast<const SequenceExpr &>(expr).items.empty());
}

/// Whether a value is certainly something: only names and calls may turn out as None.
bool isLiteral(const Expr &expr) {
  return expr.kind != ExprKind::Name && expr.kind != ExprKind::Call &&
         expr.kind != ExprKind::Attribute && expr.kind != ExprKind::Subscript &&
         expr.kind != ExprKind::Conditional && expr.kind != ExprKind::BoolOp;
}

} // namespace

Known Checker::checkCall(const CallExpr &call) {
  Known callee = check(*call.callee);
  for (const ArgumentExpr &argument : call.arguments)
    check(*argument.value);
  if (auto *native = callee.value.get<Native>()) {
    checkNativeCall(*native, call);
    if (native->name == "compile" && native->checkKeyword)
      checkCompile(call);
    return Known::ofType(native->result);
  }
  if (callee.value.get<KerasClass>())
    return checkKerasCall(callee.value, call);
  if (callee.function) {
    checkFunctionCall(*callee.function, call);
    return Known::ofType(callee.type);
  }
  return {};
}

void Checker::checkNativeCall(const Native &native, const CallExpr &call) {
  const Signature &signature = native.signature;
  size_t positional = countPositional(call), most = signature.maxPositional();
  bool star = hasStar(call);
  if (!star && !signature.rest && positional > most)
    fail(positionOf(call, most), native.name + " takes at most " + std::to_string(most) +
                                     " positional arguments, got " + std::to_string(positional));
  std::vector<bool> given(signature.parameters.size());
  auto give = [&](size_t i, const Expr &value) {
    given[i] = true;
    if (signature.parameters[i].unsupported && isLiteral(value) && !isNothing(value))
      fail(value.pos, native.name + ": argument \"" + signature.parameters[i].names[0] +
                          "\" is not supported");
  };
  size_t next = 0;
  for (const ArgumentExpr &argument : call.arguments) {
    if (argument.star != ArgumentExpr::Star::None)
      continue;
    if (argument.keyword.empty()) {
      if (next < most && !star)
        give(next, *argument.value);
      ++next;
      continue;
    }
    int i = signature.find(native.name, argument.keyword, argument.pos);
    if (i < 0 && native.checkKeyword)
      native.checkKeyword(argument.keyword, argument.pos);
    if (i < 0)
      continue;
    if (given[i])
      fail(argument.pos, native.name + ": argument \"" + argument.keyword + "\" is given twice");
    give(static_cast<size_t>(i), *argument.value);
  }
  for (size_t i = 0; i < given.size() && !star; ++i)
    if (signature.parameters[i].required && !given[i])
      fail(callPos(call),
           native.name + " needs the argument \"" + signature.parameters[i].names[0] + "\"");
}

void Checker::checkFunctionCall(const FunctionCode &code, const CallExpr &call) {
  size_t most = 0, needed = 0;
  bool rest = false, restKeywords = false;
  for (const Parameter &parameter : code.parameters) {
    rest |= parameter.kind == Parameter::Kind::Rest;
    restKeywords |= parameter.kind == Parameter::Kind::RestKeywords;
    if (parameter.kind == Parameter::Kind::Normal) {
      ++most;
      needed += !parameter.defaultValue;
    }
  }
  if (hasStar(call))
    return;
  std::vector<std::string> names = code.keywords();
  size_t positional = countPositional(call), keywords = call.arguments.size() - positional;
  if (!rest && positional > most)
    fail(positionOf(call, most), code.name + " takes at most " + std::to_string(most) +
                                     " positional arguments, got " + std::to_string(positional));
  for (const ArgumentExpr &argument : call.arguments)
    if (!argument.keyword.empty() && !restKeywords &&
        std::find(names.begin(), names.end(), argument.keyword) == names.end())
      fail(argument.pos, code.name + " has no argument \"" + argument.keyword + "\"",
           didYouMean(argument.keyword, names));
  if (positional + keywords < needed)
    fail(callPos(call), code.name + " needs " + std::to_string(needed) + " arguments, got " +
                            std::to_string(positional + keywords));
}

std::optional<Json> Checker::constant(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::None:
    return Json();
  case ExprKind::Bool:
    return Json(static_cast<const ConstantExpr &>(expr).integer != 0);
  case ExprKind::Int:
    return Json(static_cast<const ConstantExpr &>(expr).integer);
  case ExprKind::Float:
    return Json(static_cast<const ConstantExpr &>(expr).real);
  case ExprKind::Str:
    return Json(static_cast<const ConstantExpr &>(expr).text);
  case ExprKind::List:
  case ExprKind::Tuple: {
    Json list = Json::array();
    for (const ExprPtr &item : static_cast<const SequenceExpr &>(expr).items) {
      auto value = constant(*item);
      if (!value)
        return {};
      list.push_back(std::move(*value));
    }
    return list;
  }
  default:
    return {};
  }
}

Known Checker::checkKerasCall(const Value &callee, const CallExpr &call) {
  auto *type = callee.get<KerasClass>();
  const ClassSchema &schema = *findClass(type->classKind, type->name);
  size_t positional = countPositional(call);
  if (!hasStar(call) && positional > schema.positional)
    fail(positionOf(call, schema.positional),
         type->name + " takes at most " + std::to_string(schema.positional) +
             " positional arguments, got " + std::to_string(positional));
  Arguments arguments;
  bool constants = !hasStar(call);
  for (const ArgumentExpr &argument : call.arguments) {
    if (argument.star != ArgumentExpr::Star::None)
      continue;
    auto value = constant(*argument.value);
    constants = constants && value;
    keratin::Argument plain;
    plain.name = argument.keyword;
    plain.value = value.value_or(Json());
    Pos pos = argument.keyword.empty() ? argument.value->pos : argument.pos;
    plain.location = {"", pos.line, pos.column};
    arguments.push_back(std::move(plain));
  }
  Pos pos = callPos(call);
  if (constants) { // made for trial: this finds all that can be wrong with it
    AutoNames names;
    SourceLocation location{"", pos.line, pos.column};
    if (type->classKind == ClassKind::Layer)
      makeLayer(type->name, arguments, location, names);
    else
      makeObject(type->classKind, type->name, arguments, location);
  } else {
    std::vector<std::string> known;
    for (const keratin::Parameter &parameter : schema.parameters)
      known.push_back(parameter.name);
    for (const keratin::Argument &argument : arguments)
      if (!argument.name.empty() &&
          std::find(known.begin(), known.end(), argument.name) == known.end() &&
          !findOldSpelling(type->name, argument.name))
        fail({argument.location.line, argument.location.column},
             type->name + " has no argument \"" + argument.name + "\"",
             didYouMean(argument.name, known));
  }
  if (type->classKind != ClassKind::Layer)
    return {};
  return Known::ofType(type->name == "Input" ? "KerasTensor" : "Layer");
}

void Checker::checkCompile(const CallExpr &call) {
  static const char *positions[] = {"optimizer", "loss", "loss_weights", "metrics",
                                    "weighted_metrics"};
  size_t next = 0;
  for (const ArgumentExpr &argument : call.arguments) {
    if (argument.star != ArgumentExpr::Star::None)
      return;
    std::string name = argument.keyword.empty() && next < std::size(positions) ? positions[next++]
                                                                               : argument.keyword;
    auto resolve = [&](ClassKind kind, const Expr &expr) {
      if (expr.kind != ExprKind::Str)
        return;
      const std::string &text = static_cast<const ConstantExpr &>(expr).text;
      bool byShape = kind == ClassKind::Metric && (text == "accuracy" || text == "acc" ||
                                                   text == "crossentropy" || text == "ce");
      if (!byShape)
        resolveIdentifier(kind, text, {"", expr.pos.line, expr.pos.column});
    };
    if (name == "optimizer")
      resolve(ClassKind::Optimizer, *argument.value);
    if (name == "loss")
      resolve(ClassKind::Loss, *argument.value);
    bool metrics = name == "metrics" || name == "weighted_metrics";
    if (metrics && argument.value->kind == ExprKind::List)
      for (const ExprPtr &item : static_cast<const SequenceExpr &>(*argument.value).items)
        resolve(ClassKind::Metric, *item);
  }
}

} // namespace keratin::dsl
