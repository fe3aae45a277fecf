// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic, comparisons and conversions, of scalars and of vectors: C++ writes both alike.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

using namespace mlir;

namespace keratin {

static Type elementOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getElementType() : type;
}

/// `value`, a vector or one element of `flat`, as unsigned.
static Value toUnsigned(Translation &t, Value value, Type flat) {
  bool isElement = isa<VectorType>(flat) && value.getType() == t.types.of(elementOf(flat));
  return t.cast(value, t.types.unsignedOf(isElement ? elementOf(flat) : flat));
}

template <typename COp> static Value binary(Translation &t, Type type, Value lhs, Value rhs) {
  return COp::create(t.builder, t.loc, type, lhs, rhs);
}

template <typename COp> static LogicalResult translateBinary(Translation &t, Operation *op) {
  auto [lhs, rhs] = t.getPair(op->getOperand(0), op->getOperand(1));
  t.set(op->getResult(0), binary<COp>(t, t.types.of(op->getResult(0).getType()), lhs, rhs));
  return success();
}

/// Through unsigned numbers, for which C++ defines what overflow, division and right shift do as
/// the flat form does.
template <typename COp> static LogicalResult translateUnsigned(Translation &t, Operation *op) {
  Type flat = op->getResult(0).getType();
  auto [lhs, rhs] = t.getPair(op->getOperand(0), op->getOperand(1));
  Value result =
      binary<COp>(t, t.types.unsignedOf(flat), toUnsigned(t, lhs, flat), toUnsigned(t, rhs, flat));
  t.set(op->getResult(0), t.cast(result, t.types.of(flat)));
  return success();
}

/// Signed overflow is undefined in C++; indices never overflow.
template <typename COp> static LogicalResult translateWrapping(Translation &t, Operation *op) {
  auto flags = cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  if (isa<IndexType>(op->getResult(0).getType()) || flags.hasNoSignedWrap())
    return translateBinary<COp>(t, op);
  return translateUnsigned<COp>(t, op);
}

template <typename BitwiseOp, typename LogicalOp>
static LogicalResult translateBitwise(Translation &t, Operation *op) {
  Type flat = op->getResult(0).getType();
  if (!flat.isInteger(1)) {
    // Bit patterns read better in hexadecimal, which unsigned literals are printed in.
    if (isa<IndexType>(flat) || elementOf(flat).isInteger(1))
      return translateBinary<BitwiseOp>(t, op);
    return translateUnsigned<BitwiseOp>(t, op);
  }
  t.set(op->getResult(0), LogicalOp::create(t.builder, t.loc, flat, t.get(op->getOperand(0)),
                                            t.get(op->getOperand(1))));
  return success();
}

static Value compare(Translation &t, Type type, emitc::CmpPredicate predicate, Value lhs,
                     Value rhs) {
  return emitc::CmpOp::create(t.builder, t.loc, type, predicate, lhs, rhs);
}

static LogicalResult translateXor(Translation &t, Operation *op) {
  Type flat = op->getResult(0).getType();
  if (!flat.isInteger(1))
    return translateBitwise<emitc::BitwiseXorOp, emitc::LogicalOrOp>(t, op);
  t.set(op->getResult(0), compare(t, flat, emitc::CmpPredicate::ne, t.get(op->getOperand(0)),
                                  t.get(op->getOperand(1))));
  return success();
}

static LogicalResult translateNegation(Translation &t, Operation *op) {
  Value flat = op->getResult(0);
  t.set(flat, emitc::UnaryMinusOp::create(t.builder, t.loc, t.types.of(flat.getType()),
                                          t.get(op->getOperand(0))));
  return success();
}

/// a*b + c, which the compiler contracts where the target can.
static LogicalResult translateFma(Translation &t, Operation *op) {
  Type type = t.types.of(op->getResult(0).getType());
  auto [lhs, rhs] = t.getPair(op->getOperand(0), op->getOperand(1));
  Value product = binary<emitc::MulOp>(t, type, lhs, rhs);
  Value addend = t.getElement(op->getOperand(2));
  t.set(op->getResult(0),
        binary<emitc::AddOp>(t, type, product, addend ? addend : t.get(op->getOperand(2))));
  return success();
}

//===- Comparisons
//------------------------------------------------------------------------------------------------===//

static LogicalResult translateCmpI(Translation &t, Operation *op) {
  using P = arith::CmpIPredicate;
  using C = emitc::CmpPredicate;
  auto cmp = cast<arith::CmpIOp>(op);
  Type flat = cmp.getLhs().getType(), type = t.types.of(cmp.getType());
  auto [lhs, rhs] = t.getPair(cmp.getLhs(), cmp.getRhs());
  P predicate = cmp.getPredicate();
  bool isUnsigned = predicate >= P::ult && !elementOf(flat).isInteger(1);
  if (isUnsigned) {
    lhs = toUnsigned(t, lhs, flat);
    rhs = toUnsigned(t, rhs, flat);
  }
  auto kind = [&] {
    switch (predicate) {
    case P::eq:
      return C::eq;
    case P::ne:
      return C::ne;
    case P::slt:
    case P::ult:
      return C::lt;
    case P::sle:
    case P::ule:
      return C::le;
    case P::sgt:
    case P::ugt:
      return C::gt;
    case P::sge:
    case P::uge:
      return C::ge;
    }
    llvm_unreachable("no such predicate");
  }();
  t.set(cmp.getResult(), compare(t, type, kind, lhs, rhs));
  return success();
}

static LogicalResult translateCmpF(Translation &t, Operation *op) {
  using P = arith::CmpFPredicate;
  using C = emitc::CmpPredicate;
  auto cmp = cast<arith::CmpFOp>(op);
  bool isVector = isa<VectorType>(cmp.getType());
  Type type = t.types.of(cmp.getType());
  auto [lhs, rhs] = t.getPair(cmp.getLhs(), cmp.getRhs());
  auto is = [&, l = lhs, r = rhs](C kind) { return compare(t, type, kind, l, r); };
  auto isNot = [&](Value value) -> Value {
    if (isVector)
      return emitc::BitwiseNotOp::create(t.builder, t.loc, type, value);
    return emitc::LogicalNotOp::create(t.builder, t.loc, type, value);
  };
  auto either = [&](Value a, Value b) -> Value {
    if (isVector)
      return binary<emitc::BitwiseOrOp>(t, type, a, b);
    return emitc::LogicalOrOp::create(t.builder, t.loc, type, a, b);
  };
  auto unordered = [&, l = lhs, r = rhs]() -> Value {
    Value left = compare(t, type, C::ne, l, l);
    return l == r ? left : either(left, compare(t, type, C::ne, r, r));
  };
  auto result = [&]() -> Value {
    switch (cmp.getPredicate()) {
    case P::OEQ:
      return is(C::eq);
    case P::OGT:
      return is(C::gt);
    case P::OGE:
      return is(C::ge);
    case P::OLT:
      return is(C::lt);
    case P::OLE:
      return is(C::le);
    case P::UNE:
      return is(C::ne);
    case P::ONE:
      return either(is(C::lt), is(C::gt));
    case P::UEQ:
      return isNot(either(is(C::lt), is(C::gt)));
    case P::UGT:
      return isNot(is(C::le));
    case P::UGE:
      return isNot(is(C::lt));
    case P::ULT:
      return isNot(is(C::ge));
    case P::ULE:
      return isNot(is(C::gt));
    case P::UNO:
      return unordered();
    case P::ORD:
      return isNot(unordered());
    case P::AlwaysFalse:
    case P::AlwaysTrue:
      return {};
    }
    llvm_unreachable("no such predicate");
  }();
  if (!result)
    return cmp.emitOpError("with a constant result is not part of the flat form");
  t.set(cmp.getResult(), result);
  return success();
}

//===- Conversions
//------------------------------------------------------------------------------------------------===//

/// A number of the same meaning in another type.
static Value convert(Translation &t, Value value, Type type) {
  auto name = dyn_cast<emitc::OpaqueType>(type);
  if (!name || !name.getValue().contains('x')) // no vector
    return t.cast(value, type);
  return t.callPure("__builtin_convertvector", type, value,
                    {t.operandNumber(0), t.text(name.getValue())});
}

static LogicalResult translateConversion(Translation &t, Operation *op) {
  t.set(op->getResult(0),
        convert(t, t.get(op->getOperand(0)), t.types.of(op->getResult(0).getType())));
  return success();
}

/// extui, uitofp, index_castui
static LogicalResult translateFromUnsigned(Translation &t, Operation *op) {
  Type from = op->getOperand(0).getType();
  Value value = t.cast(t.get(op->getOperand(0)), t.types.unsignedOf(from));
  t.set(op->getResult(0), convert(t, value, t.types.of(op->getResult(0).getType())));
  return success();
}

/// extsi, sitofp: a true i1 is minus one.
static LogicalResult translateFromSigned(Translation &t, Operation *op) {
  if (!op->getOperand(0).getType().isInteger(1))
    return translateConversion(t, op);
  Type type = t.types.of(op->getResult(0).getType());
  t.set(op->getResult(0), emitc::UnaryMinusOp::create(t.builder, t.loc, type,
                                                      t.cast(t.get(op->getOperand(0)), type)));
  return success();
}

static LogicalResult translateTruncation(Translation &t, Operation *op) {
  Type type = op->getResult(0).getType();
  if (!type.isInteger(1))
    return translateConversion(t, op);
  Type from = t.types.of(op->getOperand(0).getType());
  Value bit = binary<emitc::BitwiseAndOp>(t, from, t.get(op->getOperand(0)), t.literal("1", from));
  t.set(op->getResult(0), compare(t, type, emitc::CmpPredicate::ne, bit, t.literal("0", from)));
  return success();
}

static LogicalResult translateBitcast(Translation &t, Operation *op) {
  Type type = op->getResult(0).getType(), cType = t.types.of(type);
  Value value = t.get(op->getOperand(0));
  if (isa<VectorType>(type)) {
    t.set(op->getResult(0), t.cast(value, cType));
    return success();
  }
  StringRef name = cast<emitc::OpaqueType>(cType).getValue();
  t.set(op->getResult(0),
        t.callPure("__builtin_bit_cast", cType, value, {t.text(name), t.operandNumber(0)}));
  return success();
}

//===- Functions
//--------------------------------------------------------------------------------------------------===//

static LogicalResult translateSqrt(Translation &t, Operation *op) {
  Type flat = op->getResult(0).getType(), type = t.types.of(flat);
  std::string name = "square_root";
  if (isa<VectorType>(flat))
    name = ("SQRT_" + cast<emitc::OpaqueType>(type).getValue()).str();
  t.types.requireHelper(name);
  t.set(op->getResult(0), t.callPure(name, type, t.get(op->getOperand(0))));
  return success();
}

static LogicalResult translateAbs(Translation &t, Operation *op) {
  Type flat = op->getResult(0).getType(), type = t.types.of(flat), element = elementOf(flat);
  Value value = t.get(op->getOperand(0));
  auto vector = dyn_cast<VectorType>(flat);
  if (!vector) {
    t.set(op->getResult(0),
          t.callPure(element.isF64() ? "__builtin_fabs" : "__builtin_fabsf", type, value));
    return success();
  }
  Type bits = t.types.integerVector(vector.getNumElements(), element.getIntOrFloatBitWidth());
  Value mask = element.isF64() ? t.literal("0x7fffffffffffffff", t.types.of(t.builder.getI64Type()))
                               : t.literal("0x7fffffff", t.types.of(t.builder.getI32Type()));
  t.set(op->getResult(0),
        t.cast(binary<emitc::BitwiseAndOp>(t, bits, t.cast(value, bits), mask), type));
  return success();
}

void addArithmeticTranslators(TranslatorTable &table) {
  table["arith.constant"] = [](Translation &, Operation *) { return success(); };
  table["arith.addi"] = translateWrapping<emitc::AddOp>;
  table["arith.subi"] = translateWrapping<emitc::SubOp>;
  table["arith.muli"] = translateWrapping<emitc::MulOp>;
  table["arith.divui"] = translateUnsigned<emitc::DivOp>;
  table["arith.remui"] = translateUnsigned<emitc::RemOp>;
  table["arith.shli"] = translateUnsigned<emitc::BitwiseLeftShiftOp>;
  table["arith.shrui"] = translateUnsigned<emitc::BitwiseRightShiftOp>;
  table["arith.shrsi"] = translateBinary<emitc::BitwiseRightShiftOp>;
  table["arith.andi"] = translateBitwise<emitc::BitwiseAndOp, emitc::LogicalAndOp>;
  table["arith.ori"] = translateBitwise<emitc::BitwiseOrOp, emitc::LogicalOrOp>;
  table["arith.xori"] = translateXor;
  table["arith.addf"] = translateBinary<emitc::AddOp>;
  table["arith.subf"] = translateBinary<emitc::SubOp>;
  table["arith.mulf"] = translateBinary<emitc::MulOp>;
  table["arith.divf"] = translateBinary<emitc::DivOp>;
  table["arith.negf"] = translateNegation;
  table["math.fma"] = table["vector.fma"] = translateFma;
  table["arith.cmpi"] = translateCmpI;
  table["arith.cmpf"] = translateCmpF;
  table["arith.fptosi"] = table["arith.index_cast"] = translateConversion;
  table["arith.sitofp"] = table["arith.extsi"] = translateFromSigned;
  table["arith.uitofp"] = table["arith.extui"] = table["arith.index_castui"] =
      translateFromUnsigned;
  table["arith.trunci"] = translateTruncation;
  table["arith.bitcast"] = translateBitcast;
  table["math.sqrt"] = translateSqrt;
  table["math.absf"] = translateAbs;
}

} // namespace keratin
