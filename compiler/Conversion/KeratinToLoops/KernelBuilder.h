// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops, index arithmetic and vector access in the words that kernels are written in.
#pragma once

#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace keratin {

using mlir::ArrayRef;
using mlir::function_ref;
using mlir::SmallVector;
using mlir::Type;
using mlir::Value;
using mlir::ValueRange;

/// Builds the loops of one op. A vector is one register of `lanes` elements; with one lane it is a
/// scalar, and everything here works on scalars alike.
///
/// Buffers are padded to whole vectors (see bufferTypeFor), so loops over features never have a
/// tail. What stands in the padding of weights and gradients is zero; elsewhere it is finite and
/// never read as a value.
class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  KernelBuilder(mlir::OpBuilder &builder, mlir::Location location, MachineAttr machine,
                mlir::FloatType element)
      : ImplicitLocOpBuilder(location, builder), machine(machine), element(element) {}

  const MachineAttr machine;
  const mlir::FloatType element;
  int64_t lanes() const { return machine.getLanes(); }

  /// The type of a vector register (or scalar, with one lane).
  Type vectorType() const { return vectorOf(element); }
  /// `type` in every lane.
  Type vectorOf(Type type) const;

  //===--- constants and index arithmetic (folded) ---===//
  Value index(int64_t value) { return mlir::arith::ConstantIndexOp::create(*this, value); }
  Value i32(int64_t value) { return mlir::arith::ConstantIntOp::create(*this, value, 32); }
  Value i64(int64_t value) { return mlir::arith::ConstantIntOp::create(*this, value, 64); }
  /// A floating-point constant of `like`'s type, scalar or vector.
  Value constant(double value, Type like);
  Value scalar(double value) { return constant(value, element); }
  Value vector(double value) { return constant(value, vectorType()); }
  Value plus(Value a, Value b) { return createOrFold<mlir::arith::AddIOp>(a, b); }
  Value plus(Value a, int64_t b) { return b == 0 ? a : plus(a, index(b)); }
  Value minus(Value a, Value b) { return createOrFold<mlir::arith::SubIOp>(a, b); }
  Value times(Value a, Value b) { return createOrFold<mlir::arith::MulIOp>(a, b); }
  Value times(Value a, int64_t b) { return times(a, index(b)); }
  Value equal(Value a, Value b) {
    return create_<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::eq, a, b);
  }
  Value less(Value a, Value b) {
    return create_<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ult, a, b);
  }
  Value min(Value a, Value b) { return select(less(a, b), a, b); }

  //===--- floating point, scalars and vectors alike ---===//
  Value add(Value a, Value b) { return create_<mlir::arith::AddFOp>(a, b); }
  Value sub(Value a, Value b) { return create_<mlir::arith::SubFOp>(a, b); }
  Value mul(Value a, Value b) { return create_<mlir::arith::MulFOp>(a, b); }
  Value div(Value a, Value b) { return create_<mlir::arith::DivFOp>(a, b); }
  Value neg(Value a) { return create_<mlir::arith::NegFOp>(a); }
  Value add(Value a, double b) { return add(a, constant(b, a.getType())); }
  Value mul(Value a, double b) { return mul(a, constant(b, a.getType())); }
  Value sqrt(Value a);
  Value abs(Value a);
  /// a*b + c, fused where the machine has it.
  Value fma(Value a, Value b, Value c);
  Value select(Value condition, Value a, Value b) {
    return createOrFold<mlir::arith::SelectOp>(condition, a, b);
  }
  Value compare(mlir::arith::CmpFPredicate predicate, Value a, Value b) {
    return create_<mlir::arith::CmpFOp>(predicate, a, b);
  }
  /// The larger of a and b; NaN in `a` passes through.
  Value maximum(Value a, Value b) {
    return select(compare(mlir::arith::CmpFPredicate::OLT, a, b), b, a);
  }
  Value minimum(Value a, Value b) {
    return select(compare(mlir::arith::CmpFPredicate::OGT, a, b), b, a);
  }
  Value splat(Value scalar);
  /// The sum of a vector's elements.
  Value sumLanes(Value vector);
  /// An index as a floating-point scalar.
  Value toFloat(Value index);

  //===--- memory ---===//
  /// A vector at `indices` (of its first element).
  Value load(Value buffer, ValueRange indices);
  void store(Value value, Value buffer, ValueRange indices);
  Value loadScalar(Value buffer, ValueRange indices);
  void storeScalar(Value value, Value buffer, ValueRange indices);

  //===--- control ---===//
  void loop(Value begin, Value end, int64_t step, function_ref<void(Value)> body);
  void loop(Value end, function_ref<void(Value)> body) { loop(index(0), end, 1, body); }
  /// A loop that carries values.
  SmallVector<Value> loop(Value begin, Value end, int64_t step, ValueRange init,
                          function_ref<SmallVector<Value>(Value, ValueRange)> body);
  void when(Value condition, function_ref<void()> body);
  SmallVector<Value> ifElse(Value condition, mlir::TypeRange types,
                            function_ref<SmallVector<Value>()> then,
                            function_ref<SmallVector<Value>()> otherwise);

  //===--- traversal ---===//
  /// Every row and step of a buffer of `rows` (and `steps`, null without), steps outermost; `body`
  /// gets the leading indices [row] or [row, step].
  void forEachRow(Value rows, Value steps, function_ref<void(ArrayRef<Value>)> body);
  /// The same of a buffer of any rank; `body` gets all indices but that of the feature.
  void forEachRow(mlir::MemRefType type, Value rows, Value steps,
                  function_ref<void(ArrayRef<Value>)> body);
  /// The same as loops that carry values.
  SmallVector<Value> foldRows(mlir::MemRefType type, Value rows, Value steps, ValueRange init,
                              function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body);
  /// Every vector of features of every row; `body` gets all indices.
  void forEachVector(mlir::MemRefType type, Value rows, Value steps,
                     function_ref<void(ArrayRef<Value>)> body);
  /// Every vector of a dense buffer, padding included; `body` gets all indices.
  void forEachDenseVector(mlir::MemRefType type, function_ref<void(ArrayRef<Value>)> body);
  /// A sum over a dense buffer of `term` of each of its vectors, whose padding is zero.
  Value sumDense(Value buffer, function_ref<Value(Value)> term);
  /// Sets a whole dense buffer, or rows and steps of a padded one, to a value.
  void fill(Value buffer, Value rows, Value steps, double value);

private:
  template <typename Op, typename... Args> Value create_(Args &&...args) {
    return Op::create(*this, std::forward<Args>(args)...).getResult();
  }
};

/// [a..., b]
inline SmallVector<Value> append(ArrayRef<Value> indices, Value last) {
  SmallVector<Value> result(indices);
  result.push_back(last);
  return result;
}

inline mlir::MemRefType bufferType(Value buffer) {
  return llvm::cast<mlir::MemRefType>(buffer.getType());
}

} // namespace keratin
