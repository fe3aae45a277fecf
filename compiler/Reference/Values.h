// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an op can see while a function is evaluated, and the errors it reports.
#pragma once

#include "compiler/Reference/Tensor.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <string>
#include <variant>

namespace keratin::reference {

/// A tensor, or a scalar: integers apart, because a seed takes all of 64 bits.
using Argument = std::variant<Tensor, int64_t, double>;

/// The values of one run of a function.
class Values {
public:
  /// `rows` and `steps`: the batch of this run, and the steps of arrays that leave them open.
  Values(int64_t rows, int64_t steps) : rows(rows), steps(steps) {}

  const Tensor &operator[](mlir::Value value) const { return std::get<Tensor>(get(value)); }
  /// Null for an operand that is not there.
  const Tensor *find(mlir::Value value) const { return value ? &(*this)[value] : nullptr; }
  double scalar(mlir::Value value) const { return std::get<double>(get(value)); }
  int64_t integer(mlir::Value value) const { return std::get<int64_t>(get(value)); }

  const Argument &get(mlir::Value value) const { return map.find(value)->second; }
  void set(mlir::Value value, Argument argument) { map[value] = std::move(argument); }

  const int64_t rows, steps;

private:
  llvm::DenseMap<mlir::Value, Argument> map;
};

/// Throws a UserError at the script or file position in `location`.
[[noreturn]] void fail(mlir::Location location, const std::string &message);

/// Throws unless the two shapes are the same; `what` names the value in the message.
void expectEqualShapes(mlir::Location location, llvm::ArrayRef<int64_t> expected,
                       llvm::ArrayRef<int64_t> got, const std::string &what);

/// Throws unless `argument` can stand for a value of `type`: a tensor of that rank and, where they
/// are static, of those dimensions; an integer for an integer; a double for a float.
void expectType(mlir::Location location, mlir::Type type, const Argument &argument,
                const std::string &what);

} // namespace keratin::reference
