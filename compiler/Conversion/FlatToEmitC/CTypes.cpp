// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C++ types of flat values, and the typedefs, macros and functions that the printed text needs
// for them.
#include "compiler/Conversion/FlatToEmitC/CTypes.h"

#include "compiler/Conversion/FlatToEmitC/Helpers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace keratin {

CTypes::CTypes(ModuleOp flat) : context(flat.getContext()) {
  for (auto function : flat.getOps<func::FuncOp>())
    functions[function.getName()] = function;
}

static StringRef valueTypeName(char kind, unsigned bits) {
  if (kind == 'f')
    return bits == 64 ? "double" : "float";
  if (kind == 'u')
    return bits == 64 ? "uint64_t" : bits == 8 ? "uint8_t" : "uint32_t";
  return bits == 64 ? "int64_t" : "int32_t";
}

static char kindOf(Type element) {
  return isa<FloatType>(element)                               ? 'f'
         : element.isUnsignedInteger() || element.isInteger(8) ? 'u'
                                                               : 'i';
}

std::string CTypes::vectorName(char kind, int64_t lanes, unsigned bits) {
  std::string name = (Twine(kind) + Twine(bits) + "x" + Twine(lanes)).str();
  typedefs.try_emplace(name, ("typedef " + valueTypeName(kind, bits) + " " + name +
                              " __attribute__((vector_size(" + Twine(lanes * bits / 8) + ")));")
                                 .str());
  return name;
}

Type CTypes::integerVector(int64_t lanes, unsigned bits) {
  return emitc::OpaqueType::get(context, vectorName('i', lanes, bits));
}

Type CTypes::of(Type type) {
  if (isa<IndexType>(type))
    return emitc::OpaqueType::get(context, "ptrdiff_t");
  if (type.isInteger(1))
    return type;
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return emitc::OpaqueType::get(context, memoryName(type));
  Type element = vector.getElementType();
  if (element.isInteger(1))
    return emitc::OpaqueType::get(context, "auto");
  return emitc::OpaqueType::get(context, vectorName(kindOf(element), vector.getNumElements(),
                                                    element.getIntOrFloatBitWidth()));
}

Type CTypes::of(Value value) {
  if (isa<LLVM::LLVMPointerType>(value.getType()))
    return pointerTo(pointeeOf(value));
  return of(value.getType());
}

Type CTypes::unsignedOf(Type flatType) {
  if (isa<IndexType>(flatType))
    return emitc::OpaqueType::get(context, "size_t");
  if (auto vector = dyn_cast<VectorType>(flatType))
    return emitc::OpaqueType::get(
        context, vectorName('u', vector.getNumElements(), vector.getElementTypeBitWidth()));
  return flatType.isInteger(1) ? flatType : of(unsignedScalar(flatType.getIntOrFloatBitWidth()));
}

Type CTypes::unsignedScalar(unsigned bits) {
  return IntegerType::get(context, bits, IntegerType::Unsigned);
}

std::string CTypes::memoryName(Type type, int64_t alignment) {
  if (isa<LLVM::LLVMPointerType>(type)) {
    typedefs.try_emplace("pointer", "typedef void *pointer __attribute__((may_alias));");
    return "pointer";
  }
  if (type.isInteger(1)) // a byte
    type = IntegerType::get(context, 8);
  auto vector = dyn_cast<VectorType>(type);
  Type element = vector ? vector.getElementType() : type;
  char kind = kindOf(element);
  unsigned bits = element.getIntOrFloatBitWidth();
  if (!vector) {
    // Not i32, which the printer may call the counter of a loop.
    std::string name = (Twine(kind == 'i' ? 's' : kind) + Twine(bits)).str();
    typedefs.try_emplace(
        name, ("typedef " + valueTypeName(kind, bits) + " " + name + " __attribute__((may_alias));")
                  .str());
    return name;
  }
  int64_t bytes = vector.getNumElements() * bits / 8;
  bool aligned = alignment == 0 || alignment >= bytes;
  std::string name = vectorName(kind, vector.getNumElements(), bits) + (aligned ? "_a" : "_u");
  std::string alignedTo = aligned ? "" : (", aligned(" + Twine(bits / 8) + ")").str();
  typedefs.try_emplace(name, ("typedef " + valueTypeName(kind, bits) + " " + name +
                              " __attribute__((vector_size(" + Twine(bytes) + "), may_alias" +
                              alignedTo + "));")
                                 .str());
  return name;
}

Type CTypes::pointerTo(StringRef pointee) {
  return emitc::PointerType::get(emitc::OpaqueType::get(context, pointee));
}

StringRef CTypes::pointeeName(Type pointer) {
  StringRef text;
  if (auto type = dyn_cast<emitc::PointerType>(pointer))
    text = cast<emitc::OpaqueType>(type.getPointee()).getValue();
  else
    text = cast<emitc::OpaqueType>(pointer).getValue().split(" *__restrict").first;
  text.consume_front("const ");
  return text;
}

static Type scalarOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getElementType() : type;
}

std::string CTypes::pointeeOf(Value pointer) {
  auto [known, isNew] = pointees.try_emplace(pointer, "");
  if (!isNew)
    return known->second.empty() ? "u8"
                                 : known->second; // empty: being found out, further up the stack
  auto settle = [&](std::string name) {
    pointees[pointer] = name;
    return name;
  };
  if (auto gep = pointer.getDefiningOp<LLVM::GEPOp>(); gep && !gep.getElemType().isInteger(8))
    return settle(memoryName(gep.getElemType()));

  // Where the value goes on under another name.
  SmallVector<Value> aliases;
  for (OpOperand &use : pointer.getUses()) {
    Operation *user = use.getOwner();
    unsigned number = use.getOperandNumber();
    if (auto gep = dyn_cast<LLVM::GEPOp>(user); gep && !gep.getElemType().isInteger(8))
      return settle(memoryName(gep.getElemType()));
    if (auto load = dyn_cast<LLVM::LoadOp>(user))
      return settle(memoryName(scalarOf(load.getType())));
    if (auto store = dyn_cast<LLVM::StoreOp>(user); store && store.getAddr() == pointer)
      return settle(memoryName(scalarOf(store.getValue().getType())));
    if (auto call = dyn_cast<func::CallOp>(user)) {
      if (func::FuncOp callee = function(call.getCallee()))
        aliases.push_back(callee.getArgument(number));
    } else if (auto loop = dyn_cast<scf::ForOp>(user)) {
      aliases.push_back(loop.getRegionIterArg(number - loop.getNumControlOperands()));
    } else if (isa<scf::YieldOp>(user)) {
      aliases.push_back(user->getParentOp()->getResult(number));
    } else if (isa<arith::SelectOp>(user)) {
      aliases.push_back(user->getResult(0));
    }
  }
  for (Value alias : aliases)
    if (std::string name = pointeeOf(alias); name != "u8")
      return settle(name);
  return settle(memoryName(IntegerType::get(context, 8)));
}

void CTypes::requireHelper(StringRef name) {
  if (!helpers.try_emplace(name.str(), helperText(name)).second)
    return;
  StringRef vector = name;
  if (!vector.consume_front("SQRT_"))
    return;
  requireHelper("square_root");
  unsigned bits = vector.starts_with("f64") ? 64 : 32;
  int64_t lanes = 0;
  vector.split('x').second.getAsInteger(10, lanes);
  if (lanes * bits / 8 > 16)
    requireHelper("SQRT_" + vectorName('f', lanes / 2, bits));
}

std::string CTypes::declarations() const {
  std::string text;
  for (const auto &[name, declaration] : typedefs)
    text += declaration + "\n";
  if (!helpers.empty())
    text += "\n";
  for (const auto &[name, definition] : helpers)
    text += definition + "\n";
  return text;
}

} // namespace keratin
