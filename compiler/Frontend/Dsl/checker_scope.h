// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The checker's state, shared by its parts for statements and for expressions.
#pragma once

#include "compiler/Frontend/Dsl/bindings.h"
#include "compiler/Frontend/Dsl/checker.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/ModelSpec.h"

#include <optional>
#include <vector>

namespace keratin::dsl {

/// What is certain of an expression before anything runs: its value (modules, functions, classes),
/// or its type, or nothing.
struct Known {
  Value value;                            ///< None: not known
  std::string type;                       ///< "": not known
  const FunctionCode *function = nullptr; ///< of the script; `type` is then that of its result

  static Known ofType(std::string type) { return {{}, std::move(type), nullptr}; }
  static Known ofValue(Value value) { return {std::move(value), "", nullptr}; }
  static Known ofFunction(const FunctionCode *code, std::string result) {
    return {{}, std::move(result), code};
  }
  bool sameAs(const Known &other) const {
    return value.same(other.value) && type == other.type && function == other.function;
  }
};

struct CheckScope {
  Bindings bindings;                  ///< names that the scope binds anywhere
  std::map<std::string, Known> known; ///< names bound so far
  bool function = false;              ///< a function's, lambda's or comprehension's
  Known result;                       ///< of a function's returns so far
  int returns = 0;
};

class Checker {
public:
  explicit Checker(const std::map<std::string, std::string> &predefined) : predefined(predefined) {}
  void run(const Block &script);

private:
  // checker.cpp
  void check(const Block &block);
  void check(const Stmt &stmt);
  void checkUncertain(const Block &block, bool repeated);
  void checkImport(const ImportStmt &import);
  std::string checkFunction(FunctionCode &code);
  void bind(const Expr &target, const Known &known);
  void bindName(const std::string &name, Known known);

  // checker_expressions.cpp
  Known check(const Expr &expr);
  void checkAll(const ExprList &list);
  Known checkName(const NameExpr &name);
  Known checkAttribute(const AttributeExpr &expr);
  Known checkComprehension(const ComprehensionExpr &expr);
  void checkFString(const std::vector<FStringPart> &parts);
  Known memberOf(const Module &module, const std::string &name, Pos pos);

  // checker_calls.cpp
  Known checkCall(const CallExpr &call);
  void checkNativeCall(const Native &native, const CallExpr &call);
  void checkFunctionCall(const FunctionCode &code, const CallExpr &call);
  Known checkKerasCall(const Value &callee, const CallExpr &call);
  void checkCompile(const CallExpr &call);
  /// The value of a literal as an argument of Keras, Keras's own objects of literals included.
  std::optional<Json> constant(const Expr &expr);

  const std::map<std::string, std::string> &predefined;
  std::vector<CheckScope *> scopes; ///< innermost last
};

} // namespace keratin::dsl
