// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs functions of the keratin dialect's tensor form in double precision: the oracle of passes, of
// compiled code and of finite differences.
#pragma once

#include "compiler/Reference/State.h"
#include "compiler/Reference/Values.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace keratin::reference {

/// Evaluates op by op with plain loops, and shares no code with the lowering. Takes any module in
/// tensor form: as built, after the graph passes, after `keratin-differentiate`. Errors of the
/// arrays handed in, of labels and indices, and ops without a tensor form (buffers,
/// keratin.minimize) are UserErrors at the op's location.
class Evaluator {
public:
  /// Parameters start without values; the module must outlive the evaluator and not change.
  explicit Evaluator(mlir::ModuleOp module) : module(module) {}

  /// The value of @name, in Keras's own shape and order.
  void setParam(const std::string &name, Tensor value);
  /// Names of the parameters that are weights, in the order of the module.
  std::vector<std::string> paramNames();

  /// Runs a function and returns its results. Parameters are read as they were at the beginning;
  /// updates, gradients and records go into `state` when all went well. The batch is the first
  /// dimension of the first argument tensor.
  std::vector<Argument> run(const std::string &function, const std::vector<Argument> &arguments);

  State state;

private:
  void evaluate(mlir::Operation *op, Values &values, State &next);
  /// The value of @name; that of a product is computed from its weights.
  Tensor paramValue(mlir::Location reader, mlir::StringRef name);

  mlir::ModuleOp module;
};

} // namespace keratin::reference
