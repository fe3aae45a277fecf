// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pointers, loads and stores.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

using namespace mlir;

namespace keratin {

/// `pointer` as a pointer to the memory type `pointee`.
static Value pointTo(Translation &t, Value pointer, StringRef pointee) {
  return CTypes::pointeeName(pointer.getType()) == pointee
             ? pointer
             : t.cast(pointer, t.types.pointerTo(pointee));
}

static bool isScalarAccess(Type type) { return !isa<VectorType>(type); }

/// Whether `user` reads or writes one element of gep's type at gep's address, which is then written
/// base[index].
static bool isElementAccess(LLVM::GEPOp gep, Operation *user) {
  if (auto load = dyn_cast<LLVM::LoadOp>(user))
    return isScalarAccess(load.getType()) && load.getType() == gep.getElemType();
  if (auto store = dyn_cast<LLVM::StoreOp>(user))
    return store.getAddr() == gep.getResult() && isScalarAccess(store.getValue().getType()) &&
           store.getValue().getType() == gep.getElemType();
  return false;
}

static Value indexOf(Translation &t, LLVM::GEPOp gep) {
  Type type = t.types.of(IndexType::get(t.context));
  LLVM::GEPIndicesAdaptor<ValueRange> indices = gep.getIndices();
  if (auto constant = dyn_cast<IntegerAttr>(indices[0]))
    return t.literal(std::to_string(constant.getInt()), type);
  Value index = cast<Value>(indices[0]);
  // An index that was made an i64 only to be used here.
  if (auto toInteger = index.getDefiningOp<arith::IndexCastOp>();
      toInteger && isa<IndexType>(toInteger.getIn().getType()))
    return t.get(toInteger.getIn());
  return t.get(index);
}

static LogicalResult translateGep(Translation &t, Operation *op) {
  auto gep = cast<LLVM::GEPOp>(op);
  if (gep.getIndices().size() != 1)
    return gep.emitOpError("expects one index in the flat form, got ") << gep.getIndices().size();
  // Written at its uses.
  if (llvm::all_of(gep->getUsers(), [&](Operation *user) { return isElementAccess(gep, user); }))
    return success();
  std::string element = t.types.memoryName(gep.getElemType());
  Value base = pointTo(t, t.get(gep.getBase()), element);
  Value sum =
      emitc::AddOp::create(t.builder, t.loc, t.types.pointerTo(element), base, indexOf(t, gep));
  t.set(gep, t.cast(sum, t.types.of(gep.getResult())));
  return success();
}

/// `base[index]` for a scalar of `type` at `address`.
static Value elementAt(Translation &t, Value address, Type type) {
  Value base, index;
  std::string memory = t.types.memoryName(type);
  auto gep = address.getDefiningOp<LLVM::GEPOp>();
  if (gep && gep.getElemType() == type) {
    base = t.get(gep.getBase());
    index = indexOf(t, gep);
  } else {
    base = t.get(address);
    index = t.literal("0", t.types.of(IndexType::get(t.context)));
  }
  Type element = emitc::OpaqueType::get(t.context, memory);
  return emitc::SubscriptOp::create(t.builder, t.loc, emitc::LValueType::get(element),
                                    pointTo(t, base, memory), ValueRange{index});
}

static LogicalResult translateLoad(Translation &t, Operation *op) {
  auto load = cast<LLVM::LoadOp>(op);
  Type flat = load.getType();
  if (isScalarAccess(flat)) {
    Value value = t.load(elementAt(t, load.getAddr(), flat));
    if (flat.isInteger(1))
      value = emitc::CmpOp::create(t.builder, t.loc, flat, emitc::CmpPredicate::ne, value,
                                   t.literal("0", value.getType()));
    t.set(load, t.cast(value, t.types.of(load.getResult())));
    return success();
  }
  std::string memory = t.types.memoryName(flat, load.getAlignment().value_or(0));
  t.types.requireHelper("LOAD");
  t.set(load, t.callPure("LOAD", t.types.of(flat), t.get(load.getAddr()),
                         {t.text(memory), t.operandNumber(0)}, readsAttrName));
  return success();
}

static LogicalResult translateStore(Translation &t, Operation *op) {
  auto store = cast<LLVM::StoreOp>(op);
  Type flat = store.getValue().getType();
  if (isScalarAccess(flat)) {
    Value place = elementAt(t, store.getAddr(), flat);
    emitc::AssignOp::create(
        t.builder, t.loc, place,
        t.cast(t.get(store.getValue()), cast<emitc::LValueType>(place.getType()).getValueType()));
    return success();
  }
  std::string memory = t.types.memoryName(flat, store.getAlignment().value_or(0));
  t.types.requireHelper("STORE");
  Value address = t.get(store.getAddr()), value = t.get(store.getValue());
  emitc::VerbatimOp::create(t.builder, t.loc, "STORE(" + memory + ", {}, {});",
                            ValueRange{address, value});
  return success();
}

static LogicalResult translateICmp(Translation &t, Operation *op) {
  auto cmp = cast<LLVM::ICmpOp>(op);
  if (!isa<LLVM::LLVMPointerType>(cmp.getLhs().getType()) ||
      cmp.getPredicate() > LLVM::ICmpPredicate::ne)
    return cmp.emitOpError("is part of the flat form only as eq or ne of pointers");
  Value lhs = t.get(cmp.getLhs()), rhs = t.get(cmp.getRhs());
  if (!cmp.getRhs().getDefiningOp<LLVM::ZeroOp>())
    rhs = pointTo(t, rhs, CTypes::pointeeName(lhs.getType()));
  auto predicate = cmp.getPredicate() == LLVM::ICmpPredicate::eq ? emitc::CmpPredicate::eq
                                                                 : emitc::CmpPredicate::ne;
  t.set(cmp, emitc::CmpOp::create(t.builder, t.loc, t.builder.getI1Type(), predicate, lhs, rhs));
  return success();
}

static LogicalResult translatePrefetch(Translation &t, Operation *op) {
  auto prefetch = cast<LLVM::Prefetch>(op);
  auto text = ("__builtin_prefetch({}, " + Twine(prefetch.getRw()) + ", " +
               Twine(prefetch.getHint()) + ");")
                  .str();
  emitc::VerbatimOp::create(t.builder, t.loc, text, ValueRange{t.get(prefetch.getAddr())});
  return success();
}

void addMemoryTranslators(TranslatorTable &table) {
  table["llvm.getelementptr"] = translateGep;
  table["llvm.load"] = translateLoad;
  table["llvm.store"] = translateStore;
  table["llvm.mlir.zero"] = [](Translation &, Operation *) { return success(); };
  table["llvm.icmp"] = translateICmp;
  table["llvm.intr.prefetch"] = translatePrefetch;
}

} // namespace keratin
