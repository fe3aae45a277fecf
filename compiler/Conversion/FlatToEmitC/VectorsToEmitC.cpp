// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What vectors have and scalars have not, and selects.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

using namespace mlir;

namespace keratin {

static FailureOr<int64_t> constantPosition(Operation *op, ArrayRef<int64_t> position) {
  if (position.size() != 1 || ShapedType::isDynamic(position[0]))
    return op->emitOpError("expects one constant position in the flat form");
  return position[0];
}

static Value lane(Translation &t, Value vector, Type element, int64_t position) {
  return emitc::SubscriptOp::create(
      t.builder, t.loc, emitc::LValueType::get(element), vector,
      ValueRange{t.literal(std::to_string(position), t.types.of(IndexType::get(t.context)))});
}

static LogicalResult translateExtract(Translation &t, Operation *op) {
  auto extract = cast<vector::ExtractOp>(op);
  auto position = constantPosition(op, extract.getStaticPosition());
  if (failed(position))
    return failure();
  if (Value element = t.getElement(extract.getSource()))
    t.set(extract.getResult(), element);
  else
    t.set(extract.getResult(),
          t.load(lane(t, t.get(extract.getSource()), t.types.of(extract.getType()), *position)));
  return success();
}

static LogicalResult translateInsert(Translation &t, Operation *op) {
  auto insert = cast<vector::InsertOp>(op);
  auto position = constantPosition(op, insert.getStaticPosition());
  if (failed(position))
    return failure();
  Type type = t.types.of(insert.getType());
  Value copy =
      emitc::VariableOp::create(t.builder, t.loc, emitc::LValueType::get(type), t.text(""));
  emitc::AssignOp::create(t.builder, t.loc, copy, t.get(insert.getDest()));
  Value element = t.get(insert.getValueToStore());
  emitc::VerbatimOp::create(t.builder, t.loc, "{}[" + std::to_string(*position) + "] = {};",
                            ValueRange{copy, element});
  t.set(insert.getResult(), t.load(copy));
  return success();
}

static LogicalResult translateShuffle(Translation &t, Operation *op) {
  auto shuffle = cast<vector::ShuffleOp>(op);
  SmallVector<Attribute> args{t.operandNumber(0), t.operandNumber(1)};
  for (int64_t position : shuffle.getMask())
    args.push_back(t.text(std::to_string(position)));
  t.set(shuffle.getResult(), t.callPure("__builtin_shufflevector", t.types.of(shuffle.getType()),
                                        {t.get(shuffle.getV1()), t.get(shuffle.getV2())}, args));
  return success();
}

/// The width in bits of the lanes of a mask, which are as wide as the numbers that were compared; 0
/// if unknown.
static unsigned maskBits(Value mask) {
  Operation *op = mask.getDefiningOp();
  if (isa_and_nonnull<arith::CmpFOp, arith::CmpIOp>(op))
    return cast<VectorType>(op->getOperand(0).getType()).getElementTypeBitWidth();
  if (isa_and_nonnull<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return std::max(maskBits(op->getOperand(0)), maskBits(op->getOperand(1)));
  return 0;
}

static LogicalResult translateSelect(Translation &t, Operation *op) {
  auto select = cast<arith::SelectOp>(op);
  Type type = t.types.of(select.getResult());
  Value condition = t.get(select.getCondition());
  if (!isa<VectorType>(select.getCondition().getType())) {
    Value yes = t.cast(t.get(select.getTrueValue()), type),
          no = t.cast(t.get(select.getFalseValue()), type);
    t.set(select.getResult(),
          emitc::ConditionalOp::create(t.builder, t.loc, type, condition, yes, no));
    return success();
  }
  auto vector = cast<VectorType>(select.getType());
  unsigned bits = vector.getElementTypeBitWidth();
  if (unsigned wide = maskBits(select.getCondition()); wide == 0)
    return select.emitOpError("expects a mask made by comparisons in the flat form");
  else if (wide != bits) {
    Type lanes = t.types.integerVector(vector.getNumElements(), bits);
    condition = t.callPure("__builtin_convertvector", lanes, condition,
                           {t.operandNumber(0), t.text(cast<emitc::OpaqueType>(lanes).getValue())});
  }
  t.types.requireHelper("SELECT");
  t.set(select.getResult(),
        t.callPure("SELECT", type,
                   {condition, t.get(select.getTrueValue()), t.get(select.getFalseValue())}));
  return success();
}

void addVectorTranslators(TranslatorTable &table) {
  table["vector.broadcast"] = [](Translation &, Operation *) { return success(); };
  table["vector.extract"] = translateExtract;
  table["vector.insert"] = translateInsert;
  table["vector.shuffle"] = translateShuffle;
  table["arith.select"] = translateSelect;
}

} // namespace keratin
