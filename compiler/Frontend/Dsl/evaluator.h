// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a checked syntax tree: names, statements, expressions, calls.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"
#include "compiler/Frontend/Dsl/native.h"
#include "compiler/Frontend/Dsl/value.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace keratin::dsl {

struct ScriptState;

/// Names of a function's call, or of the script itself.
struct Scope {
  std::unordered_map<std::string, Value> names;
  std::shared_ptr<Scope> outer; ///< where the function was defined; null: the script
  const FunctionCode *code = nullptr;
};

/// A function or lambda of the script.
struct Function : Container {
  static constexpr ObjectKind objectKind = ObjectKind::Function;
  Function(std::shared_ptr<FunctionCode> code, std::shared_ptr<Scope> scope)
      : Container(objectKind), code(std::move(code)), scope(std::move(scope)) {}
  std::shared_ptr<FunctionCode> code;
  std::shared_ptr<Scope> scope;
  std::vector<Value> defaults; ///< one a parameter, None where there is none
};

/// sys.exit(n), exit(n): not an error.
struct ScriptExit {
  int code;
};

class Interpreter {
public:
  explicit Interpreter(ScriptState &state);
  ~Interpreter();
  Interpreter(const Interpreter &) = delete;

  void run(const Block &script);

  Value call(const Value &callee, CallArguments arguments, Pos pos);
  Value member(const Module &module, const std::string &name, Pos pos);
  Value attribute(const Value &object, const std::string &name, Pos pos);
  /// iter(value). Throws for what has no elements.
  std::shared_ptr<Iterator> iterate(const Value &value, Pos pos);
  /// All elements, at most as many as memory allows.
  std::vector<Value> elements(const Value &value, Pos pos);

  ScriptState &state;
  std::shared_ptr<Scope> globals;

private:
  enum class Flow { Next, Break, Continue, Return };

  // evaluator_statements.cpp
  Flow execute(const Block &block);
  Flow execute(const Stmt &stmt);
  /// `body` for as long as next() is true; `orElse` unless it breaks.
  template <typename Next> Flow executeLoop(Next next, const Block &body, const Block &orElse);
  Flow executeFor(const ForStmt &loop);
  Flow executeWhile(const WhileStmt &loop);
  void executeImport(const ImportStmt &import);
  void executeAugmented(const AugmentedAssignStmt &stmt);
  void assign(const Expr &target, Value value);
  void unpack(const SequenceExpr &targets, const Value &value);
  void bind(const std::string &name, Value value) { scope->names[name] = std::move(value); }

  // evaluator_expressions.cpp
  Value evaluate(const Expr &expr);
  /// As evaluate, but gives the stand-in of a skipped fit, evaluate or predict, which evaluate ends
  /// at.
  Value evaluateOrSkip(const Expr &expr);
  Value evaluateName(const NameExpr &name);
  Value evaluateCompare(const CompareExpr &expr);
  Value evaluateFString(const FStringExpr &expr);
  std::string fStringText(const std::vector<FStringPart> &parts, Pos pos);
  Value evaluateComprehension(const ComprehensionExpr &expr);
  void runClauses(const ComprehensionExpr &expr, size_t clause, std::shared_ptr<Iterator> first,
                  const std::function<void()> &emit);
  Value evaluateCall(const CallExpr &expr);
  std::vector<Value> evaluateItems(const ExprList &items);
  Value makeFunction(std::shared_ptr<FunctionCode> code);
  Value callFunction(const Function &function, CallArguments arguments, Pos pos);

  /// Counts what is under way, so that endless recursion ends in an error.
  struct Nested {
    Nested(Interpreter &interpreter, Pos pos);
    ~Nested() { --interpreter.depth; }
    Interpreter &interpreter;
  };

  std::shared_ptr<Scope> scope;
  std::vector<std::weak_ptr<Scope>>
      captured; ///< scopes that functions hold on to, emptied at the end
  Value returned;
  int depth = 0;
};

/// Sorts as Python's sorted does; `key` None: by the values themselves.
void sortValues(Interpreter &interpreter, std::vector<Value> &items, const Value &key, bool reverse,
                Pos pos);

} // namespace keratin::dsl
