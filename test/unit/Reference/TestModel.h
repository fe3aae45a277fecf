// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules made from text for the reference's tests, with the values that their parameters and
// arguments have.
#pragma once

#include "compiler/Reference/Evaluator.h"

#include "mlir/IR/OwningOpRef.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace keratin::reference::test {

using Shape = std::vector<int64_t>;

/// A context that knows the dialect and its gradient rules.
mlir::MLIRContext &context();
/// Parses and verifies; throws std::runtime_error with the diagnostics.
mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text);
/// Runs keratin-hoist-input-products and keratin-differentiate.
void differentiate(mlir::ModuleOp module);
/// The tensor among the results of a run.
const Tensor &tensor(const std::vector<Argument> &results, size_t index = 0);
/// Fails the test where an element is farther off than `tolerance`, absolute plus relative.
void expectClose(const Tensor &got, const Tensor &expected, double tolerance);

/// Numbers that are the same with every standard library.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  double uniform(double low, double high);
  int64_t integer(int64_t low, int64_t high); ///< both included
  bool coin() { return integer(0, 1) == 1; }
  Tensor tensor(const Shape &shape, double low = -1, double high = 1);
  Tensor integers(const Shape &shape, int64_t low, int64_t high);
  template <typename T> T pick(const std::vector<T> &from) {
    return from[static_cast<size_t>(integer(0, static_cast<int64_t>(from.size()) - 1))];
  }

private:
  std::mt19937_64 engine;
};

/// A value in the text; one without a name is an operand that is left out.
struct Operand {
  std::string name, type;
  explicit operator bool() const { return !name.empty(); }
};

/// "word(%operand)", or nothing without one.
std::string clause(const std::string &word, const Operand &operand);

/// The text of a module with one function, @entry.
class TestModel {
public:
  explicit TestModel(std::string element = "f64") : element(std::move(element)) {}

  /// A trainable parameter, read.
  Operand param(const Tensor &value);
  /// An argument of the function whose dimensions but the last are dynamic in the IR.
  Operand argument(const Tensor &value);
  /// The same of element type `type`, all dimensions dynamic: indices, labels, masks, weights.
  Operand argument(const Tensor &value, const std::string &type);
  Operand argument(int64_t value);
  Operand argument(double value);
  /// A value of any rank that depends on a trainable parameter alone: the rows of a table, each
  /// once.
  Operand source(const Tensor &value);
  /// Adds an op: `text` up to its operand types, `operands` in the order of the op's definition.
  Operand op(const std::string &text, const std::vector<Operand> &operands,
             const std::string &resultType);
  /// The same with several results.
  std::vector<Operand> ops(const std::string &text, const std::vector<Operand> &operands,
                           const std::vector<std::string> &resultTypes);
  /// Adds a line as it is.
  void line(const std::string &text) { body += "    " + text + "\n"; }
  /// The sum of squares of `value` less random numbers of `shape`: a loss with a different gradient
  /// at each element.
  Operand project(const Operand &value, const Shape &shape, Random &random);

  /// "tensor<?x?x3xf64>": `rank` dimensions, dynamic but the last.
  std::string type(size_t rank, int64_t last) const;
  /// The module, in which the function returns `results`.
  std::string text(const std::vector<Operand> &results) const;
  /// An evaluator with the parameters' values.
  Evaluator evaluator(mlir::ModuleOp module) const;

  std::vector<Argument> arguments;
  std::vector<Tensor> params; ///< of @p0, @p1, ...

private:
  Operand newArgument(const std::string &type, Argument value);
  Operand newValue(const std::string &type) { return {"%v" + std::to_string(count++), type}; }

  std::string element, declarations, signature, body;
  int count = 0;
};

/// Returns the results of `model`'s function with `results`.
std::vector<Argument> run(const TestModel &model, const std::vector<Operand> &results);

/// Differentiates `loss` and compares the gradient of each parameter with finite differences; fails
/// the test where one is off by more than 1e-6, relative to the largest.
void expectGradients(const TestModel &model, const Operand &loss);

} // namespace keratin::reference::test
