// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regularizers and constraints: Keras's objects as ops and attributes.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

using namespace mlir;

namespace keratin {

Value emitPenalty(EntryBuilder &builder, const Json &regularizer, Value value, bool perRow,
                  const SourceLocation &location) {
  if (!isa<FloatType>(cast<ShapedType>(value.getType()).getElementType()))
    throw UserError(location, "a regularizer needs numbers, not indices");
  const Json &config = regularizer.at("config");
  auto factor = [&](const char *key) { return APFloat(config.value(key, 0.0)); };
  return PenaltyOp::create(builder, value, factor("l1"), factor("l2"), perRow, ValueRange(),
                           ValueRange())
      .getResult(0);
}

Attribute constraintOf(const Json &constraint, int64_t rank, const SourceLocation &location,
                       MLIRContext &context) {
  if (constraint.is_null())
    return {};
  const std::string kind = constraint.at("class_name");
  if (kind == "NonNeg")
    return NonNegAttr::get(&context);
  if (rank > 2)
    throw UserError(location, kind + " of a weight with " + std::to_string(rank) +
                                  " dimensions is not supported");
  const Json &config = constraint.at("config");
  bool overRows = false, overColumns = false;
  const Json &axis = config.at("axis");
  for (const Json &entry : axis.is_array() ? axis : Json::array({axis})) {
    int64_t number = entry.get<int64_t>() + (entry.get<int64_t>() < 0 ? rank : 0);
    if (number < 0 || number >= rank)
      throw UserError(location, kind + " has axis " + entry.dump() + " for a weight with " +
                                    std::to_string(rank) +
                                    (rank == 1 ? " dimension" : " dimensions"));
    (number == rank - 1 ? overColumns : overRows) = true;
  }
  Builder builder(&context);
  auto number = [&](const char *key, double otherwise) {
    return builder.getF64FloatAttr(config.value(key, otherwise));
  };
  bool unit = kind == "UnitNorm";
  return NormConstraintAttr::get(&context, number("min_value", unit ? 1 : 0),
                                 number("max_value", 1), number("rate", 1), overRows, overColumns);
}

} // namespace keratin
