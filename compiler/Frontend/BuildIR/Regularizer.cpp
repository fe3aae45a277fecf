// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regularizers and constraints: Keras's objects as ops and attributes.
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

#include <algorithm>

using namespace mlir;

namespace keratin {

void emitPenalty(EntryBuilder &builder, const Json &regularizer, Value value, bool perRow,
                 const SourceLocation &location) {
  if (regularizer.is_null() || isInference(builder.entry))
    return;
  if (!isa<FloatType>(cast<ShapedType>(value.getType()).getElementType()))
    throw UserError(location, "a regularizer needs numbers, not indices");
  const Json &config = regularizer.at("config");
  auto factor = [&](const char *key) { return APFloat(config.value(key, 0.0)); };
  auto penalty = PenaltyOp::create(builder, value, factor("l1"), factor("l2"), perRow, ValueRange(),
                                   ValueRange());
  builder.penalties.push_back(penalty.getResult(0));
}

void emitActivityPenalties(EntryBuilder &builder, const LayerSpec &layer, ValueRange outputs) {
  Json regularizer = layer.config.value("activity_regularizer", Json());
  if (layer.className == "ActivityRegularization") // its config has the factors
    regularizer = {{"class_name", "L1L2"}, {"config", layer.config}};
  for (Value output : outputs)
    emitPenalty(builder, regularizer, output, /*perRow=*/true, layer.location);
}

Attribute constraintOf(const Json &constraint, int64_t rank, const SourceLocation &location,
                       MLIRContext &context) {
  if (constraint.is_null())
    return {};
  const std::string kind = constraint.at("class_name");
  if (kind == "NonNeg")
    return NonNegAttr::get(&context);
  const Json &config = constraint.at("config");
  const Json &axis = config.at("axis");
  const Json axes = axis.is_number() ? Json::array({axis}) : axis;
  std::vector<bool> over(rank, axes.is_null()); // the axes over which a norm is taken
  for (const Json &entry : axes) {
    int64_t number = entry.get<int64_t>() + (entry.get<int64_t>() < 0 ? rank : 0);
    if (number < 0 || number >= rank)
      throw UserError(location, kind + " has axis " + entry.dump() + " for a weight with " +
                                    std::to_string(rank) +
                                    (rank == 1 ? " dimension" : " dimensions"));
    over[number] = true;
  }
  // As a matrix, a weight has all axes but the last as its rows.
  bool overColumns = over.back(), overRows = rank > 1 && over.front();
  if (std::count(over.begin(), over.end() - 1, overRows) != rank - 1)
    throw UserError(location,
                    kind + " of a weight with " + std::to_string(rank) + " dimensions over axes " +
                        axis.dump() + " is not supported",
                    "name all of the axes before the last, or none of them");
  Builder builder(&context);
  auto number = [&](const char *key, double otherwise) {
    return builder.getF64FloatAttr(config.value(key, otherwise));
  };
  bool unit = kind == "UnitNorm";
  return NormConstraintAttr::get(&context, number("min_value", unit ? 1 : 0),
                                 number("max_value", 1), number("rate", 1), overRows, overColumns);
}

} // namespace keratin
