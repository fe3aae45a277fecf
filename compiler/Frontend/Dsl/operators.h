// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Python's operators on values.
#pragma once

#include "compiler/Frontend/Dsl/ast.h"
#include "compiler/Frontend/Dsl/value.h"

namespace keratin::dsl {

Value binaryOperation(BinaryOp op, const Value &left, const Value &right, Pos pos);
Value unaryOperation(UnaryOp op, const Value &operand, Pos pos);
/// One link of a comparison. Arrays give arrays.
Value compareOperation(CompareOp op, const Value &left, const Value &right, Pos pos);

/// Python's < of two values, for sorting, min and max.
bool lessThan(const Value &left, const Value &right, Pos pos, int depth = 0);
bool contains(const Value &container, const Value &item, Pos pos);

/// object[index] for every type but arrays of numbers, which ndarray.h has.
Value subscript(const Value &object, const Value &index, Pos pos);
void assignSubscript(const Value &object, const Value &index, Value value, Pos pos);

} // namespace keratin::dsl
