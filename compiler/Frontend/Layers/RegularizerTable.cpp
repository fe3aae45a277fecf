// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of regularizers and constraints, as in Keras 3.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

static ClassSchema schema(ClassKind kind, const char *name, std::vector<Parameter> parameters) {
  ClassSchema result{kind, name, std::move(parameters)};
  result.positional = result.parameters.size();
  return result;
}

const std::vector<ClassSchema> &regularizers() {
  constexpr ClassKind kind = ClassKind::Regularizer;
  static const std::vector<ClassSchema> table = {
      // Keras keeps this one in float32.
      schema(kind, "L1", {{"l1", P::Single, 0.01}}), schema(kind, "L2", {{"l2", P::Float, 0.01}}),
      schema(kind, "L1L2", {{"l1", P::Float, 0.0}, {"l2", P::Float, 0.0}})};
  return table;
}

const std::vector<ClassSchema> &constraints() {
  constexpr ClassKind kind = ClassKind::Constraint;
  const Parameter axis = {"axis", P::Ints, 0};
  static const std::vector<ClassSchema> table = {
      schema(kind, "MaxNorm", {{"max_value", P::Float, 2}, axis}), schema(kind, "UnitNorm", {axis}),
      schema(kind, "NonNeg", {}),
      schema(kind, "MinMaxNorm",
             {{"min_value", P::Float, 0.0},
              {"max_value", P::Float, 1.0},
              {"rate", P::Float, 1.0},
              axis})};
  return table;
}

} // namespace keratin::tables
