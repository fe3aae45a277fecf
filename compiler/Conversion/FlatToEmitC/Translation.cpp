// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values, literals and functions of the translation from the flat form to EmitC.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

#include "compiler/Conversion/FlatToEmitC/Helpers.h"
#include "compiler/Support/EntryTable.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/IR/Iterators.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace keratin {

Translation::Translation(ModuleOp module)
    : context(module.getContext()), builder(context), loc(module.getLoc()), types(module),
      module(module) {
  addArithmeticTranslators(table);
  addControlFlowTranslators(table);
  addMemoryTranslators(table);
  addVectorTranslators(table);
}

//===- Values
//-----------------------------------------------------------------------------------------------------===//

Value Translation::literal(Twine text, Type type) {
  return emitc::LiteralOp::create(builder, loc, type, builder.getStringAttr(text));
}

static bool isConstant(Value flat, Attribute &value) {
  return matchPattern(flat, m_Constant(&value));
}

Value Translation::getElement(Value flat) {
  auto vector = dyn_cast<VectorType>(flat.getType());
  if (!vector)
    return {};
  Attribute constant;
  if (isConstant(flat, constant))
    return literal(literalText(constant), types.of(vector.getElementType()));
  if (auto broadcast = flat.getDefiningOp<vector::BroadcastOp>())
    if (!isa<VectorType>(broadcast.getSourceType()))
      return get(broadcast.getSource());
  return {};
}

Value Translation::get(Value flat) {
  if (Value known = values.lookup(flat))
    return known;
  if (Value element = getElement(flat)) {
    Type type = types.of(flat.getType());
    StringRef typeName = ::cast<emitc::OpaqueType>(type).getValue();
    Attribute constant;
    if (isConstant(flat, constant) && isa<SplatElementsAttr>(constant) &&
        (matchPattern(flat, m_Zero()) || matchPattern(flat, m_PosZeroFloat())))
      return literal(typeName + "{}", type);
    types.requireHelper("SPLAT");
    return callPure("SPLAT", type, element, {text(typeName), operandNumber(0)});
  }
  if (flat.getDefiningOp<LLVM::ZeroOp>())
    return literal("nullptr", types.of(flat));
  Attribute constant;
  if (isConstant(flat, constant))
    return literal(literalText(constant), types.of(flat.getType()));
  llvm_unreachable("a flat value is used before it is translated");
}

std::pair<Value, Value> Translation::getPair(Value lhs, Value rhs) {
  Value left = getElement(lhs), right = getElement(rhs);
  if (left && !right)
    return {left, get(rhs)};
  if (right && !left)
    return {get(lhs), right};
  return {get(lhs), get(rhs)};
}

static bool isUnsigned(Type type) {
  auto opaque = dyn_cast<emitc::OpaqueType>(type);
  return opaque && (opaque.getValue() == "u32" || opaque.getValue() == "u64");
}

static bool isVector(Type type) {
  auto opaque = dyn_cast<emitc::OpaqueType>(type);
  return opaque && opaque.getValue().contains('x');
}

/// s32 and u32, u32x8 and i32x8, ptrdiff_t and size_t, …
static bool haveSameBits(Type a, Type b) {
  auto first = dyn_cast<emitc::OpaqueType>(a), second = dyn_cast<emitc::OpaqueType>(b);
  if (!first || !second)
    return false;
  StringRef x = first.getValue(), y = second.getValue();
  auto isInteger = [](StringRef name) { // a letter, then the bits
    return name.size() > 1 && StringRef("siu").contains(name[0]) && llvm::isDigit(name[1]);
  };
  if (isInteger(x) && isInteger(y))
    return x.drop_front() == y.drop_front();
  return (x == "size_t" && y == "ptrdiff_t") || (x == "ptrdiff_t" && y == "size_t");
}

Value Translation::cast(Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (auto known = value.getDefiningOp<emitc::LiteralOp>(); known && isUnsigned(type)) {
    unsigned bits = type == types.of(types.unsignedScalar(64)) ? 64 : 32;
    int64_t parsed;
    if (!StringRef(known.getValue()).rtrim("l").getAsInteger(10, parsed))
      return literal(literalText(builder.getIntegerAttr(builder.getIntegerType(bits),
                                                        APInt(bits, parsed, true, true)),
                                 /*isUnsigned=*/true),
                     type);
  }
  // There and back between a signed and an unsigned type.
  if (auto previous = value.getDefiningOp<emitc::CastOp>();
      previous && previous.getSource().getType() == type && haveSameBits(value.getType(), type))
    return previous.getSource();
  // Between vectors, a cast keeps the bits.
  if (auto previous = value.getDefiningOp<emitc::CastOp>();
      previous && isVector(type) && isVector(value.getType()) &&
      isVector(previous.getSource().getType()))
    return cast(previous.getSource(), type);
  return emitc::CastOp::create(builder, loc, type, value);
}

Value Translation::callPure(StringRef name, Type result, ValueRange operands,
                            ArrayRef<Attribute> args, StringRef effect) {
  auto call = emitc::CallOpaqueOp::create(builder, loc, result, name, operands,
                                          args.empty() ? ArrayAttr() : builder.getArrayAttr(args));
  call->setAttr(effect, builder.getUnitAttr());
  return call.getResult(0);
}

Value Translation::variable(Type type, Value init) {
  auto known = init ? init.getDefiningOp<emitc::LiteralOp>() : emitc::LiteralOp();
  Attribute start = text(known ? known.getValue() : StringRef());
  Value lvalue = emitc::VariableOp::create(builder, loc, emitc::LValueType::get(type), start);
  if (init && !known)
    emitc::AssignOp::create(builder, loc, lvalue, cast(init, type));
  return lvalue;
}

Value Translation::load(Value lvalue) {
  return emitc::LoadOp::create(builder, loc,
                               ::cast<emitc::LValueType>(lvalue.getType()).getValueType(), lvalue);
}

//===- Functions
//--------------------------------------------------------------------------------------------------===//

/// The EmitC type of a parameter that the ABI writes as `spelling`.
static Type abiType(CTypes &types, StringRef spelling, Type flat) {
  if (spelling.consume_back("*"))
    return types.pointerTo(spelling.trim());
  return types.of(spelling.starts_with("uint") ? types.unsignedScalar(flat.getIntOrFloatBitWidth())
                                               : flat);
}

static bool fits(StringRef spelling, Type flat) {
  if (spelling.ends_with("*"))
    return isa<LLVM::LLVMPointerType>(flat);
  return spelling == "float" ? flat.isF32() : flat.isInteger(spelling.contains("64") ? 64 : 32);
}

/// The entry that a function is; null for those that only the artifact itself calls.
static const EntrySignature *entryOf(func::FuncOp function) {
  auto signature = function->getAttrOfType<StringAttr>(signatureAttrName);
  return signature ? findEntry(signature.getValue()) : nullptr;
}

FailureOr<SmallVector<Translation::Parameter>> Translation::parametersOf(func::FuncOp function) {
  SmallVector<Parameter> parameters;
  if (const EntrySignature *entry = entryOf(function)) {
    const std::vector<EntryParameter> &expected = entry->parameters;
    bool matches = expected.size() == function.getNumArguments() &&
                   llvm::all_of_zip(expected, function.getArgumentTypes(),
                                    [](const EntryParameter &parameter, Type type) {
                                      return fits(parameter.type, type);
                                    });
    if (!matches)
      return function.emitOpError("expects the parameters that the ABI gives to the entry ")
             << StringRef(entry->name);
    for (const auto &[parameter, type] : llvm::zip(expected, function.getArgumentTypes()))
      parameters.push_back({abiType(types, parameter.type, type), std::string(parameter.name)});
    return parameters;
  }
  for (BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    Type type = types.of(Value(argument));
    if (isa<LLVM::LLVMPointerType>(argument.getType())) {
      bool isConst = !!function.getArgAttr(number, LLVM::LLVMDialect::getReadonlyAttrName());
      std::string pointee = (isConst ? "const " : "") + types.pointeeOf(argument);
      if (function.getArgAttr(number, LLVM::LLVMDialect::getNoAliasAttrName()))
        type = emitc::OpaqueType::get(context, pointee + " *__restrict");
      else
        type = types.pointerTo(pointee);
    }
    std::string name;
    if (auto given = dyn_cast<NameLoc>(argument.getLoc()))
      name = identifier(given.getName());
    parameters.push_back({type, name});
  }
  return parameters;
}

LogicalResult Translation::translateFunction(func::FuncOp function) {
  loc = function.getLoc();
  values.clear();
  currentOrigin.clear();
  auto parameters = parametersOf(function);
  if (failed(parameters))
    return failure();
  SmallVector<Type> inputs, results;
  for (const Parameter &parameter : *parameters)
    inputs.push_back(parameter.type);
  for (Type type : function.getResultTypes())
    results.push_back(types.of(type));

  builder.setInsertionPoint(function);
  emitc::VerbatimOp::create(builder, loc, builder.getStringAttr(""));
  auto result = emitc::FuncOp::create(builder, loc, identifier(function.getName()),
                                      builder.getFunctionType(inputs, results));
  result.setSpecifiersAttr(
      builder.getStrArrayAttr({function.isPrivate() ? "static" : "extern \"C\""}));
  if (function.isPrivate())
    SymbolTable::setSymbolVisibility(result, SymbolTable::Visibility::Private);
  Block *body = result.addEntryBlock();
  builder.setInsertionPointToStart(body);
  for (auto [argument, cArgument, parameter] :
       llvm::zip(function.getArguments(), body->getArguments(), *parameters)) {
    if (!parameter.name.empty())
      emitc::VerbatimOp::create(builder, loc, "//@name {} " + parameter.name,
                                ValueRange{cArgument});
    if (argument.use_empty())
      emitc::VerbatimOp::create(builder, loc, "(void){};", ValueRange{cArgument});
    else
      set(argument, isa<LLVM::LLVMPointerType>(argument.getType())
                        ? Value(cArgument)
                        : cast(cArgument, types.of(argument.getType())));
  }
  return translateBlock(function.getBody().front());
}

void Translation::commentOrigin(Operation *op) {
  OriginAttr origin = originOf(op->getLoc());
  if (!origin || op->hasTrait<OpTrait::IsTerminator>())
    return;
  std::string line;
  op->getLoc()->walk([&](Location inner) {
    auto position = dyn_cast<FileLineColLoc>(inner);
    if (!position)
      return WalkResult::advance();
    line = (", " + position.getFilename().getValue() + ":" + Twine(position.getLine())).str();
    return WalkResult::interrupt();
  });
  std::string text =
      (origin.getLayer().getValue() + (origin.getBackward() ? " (backward)" : " (forward)") + line)
          .str();
  if (text == currentOrigin)
    return;
  currentOrigin = text;
  emitc::VerbatimOp::create(builder, loc, builder.getStringAttr("// " + text));
}

LogicalResult Translation::translateOp(Operation *op) {
  auto translator = table.find(op->getName().getStringRef());
  if (translator == table.end())
    return op->emitOpError("is not part of the flat form");
  loc = op->getLoc();
  // These come into being where they are used.
  if (!isa<arith::ConstantOp, LLVM::ZeroOp, vector::BroadcastOp>(op))
    commentOrigin(op);
  return translator->second(*this, op);
}

LogicalResult Translation::translateBlock(Block &block) {
  for (Operation &op : block)
    if (!isa<scf::YieldOp>(op) && failed(translateOp(&op)))
      return failure();
  return success();
}

/// Unused variables would be warned of.
static void eraseDeadOps(func::FuncOp function) {
  bool changed = true;
  while (std::exchange(changed, false))
    function.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
      if (isOpTriviallyDead(op)) {
        changed = true;
        op->erase();
      }
    });
}

LogicalResult Translation::run() {
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  for (func::FuncOp function : functions) {
    if (function.isExternal())
      return function.emitOpError("has no body, which standalone C++ needs");
    eraseDeadOps(function);
  }
  for (func::FuncOp function : functions)
    if (failed(translateFunction(function)))
      return failure();
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    if (!isa<emitc::EmitCDialect>(op.getDialect()))
      op.erase();

  loc = module.getLoc();
  builder.setInsertionPointToStart(module.getBody());
  emitc::VerbatimOp::create(builder, loc, builder.getStringAttr(prologueText));
  emitc::VerbatimOp::create(builder, loc, builder.getStringAttr(types.declarations()));
  // Private functions that are called before they are defined.
  llvm::StringSet<> defined, declared;
  for (auto function : module.getOps<emitc::FuncOp>()) {
    function.walk([&](emitc::CallOpaqueOp call) {
      StringRef callee = call.getCallee();
      if (module.lookupSymbol(callee) && !defined.contains(callee) &&
          callee != function.getName() && declared.insert(callee).second)
        emitc::DeclareFuncOp::create(builder, loc, callee);
    });
    defined.insert(function.getName());
  }
  builder.setInsertionPointToEnd(module.getBody());
  emitc::VerbatimOp::create(builder, loc, builder.getStringAttr(epilogueText));
  return success();
}

} // namespace keratin
