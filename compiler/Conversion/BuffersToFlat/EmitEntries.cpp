// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-emit-entries: the artifact's C functions (docs/abi.md) around the entries in flat form.
#include "compiler/Analysis/StateTable.h"
#include "compiler/Conversion/Passes.h"
#include "compiler/Support/EntryTable.h"
#include "dialect/IR/KeratinOps.h"
#include "keratin/abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <cstddef>

namespace keratin {
#define GEN_PASS_DEF_EMITENTRIESPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

class EntryBuilder : public ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  Type pointer() { return LLVM::LLVMPointerType::get(getContext()); }
  /// The type of a parameter that C spells so.
  Type typeOf(StringRef spelling) {
    if (spelling.ends_with("*"))
      return pointer();
    if (spelling == "float")
      return getF32Type();
    return spelling.contains("64") ? getI64Type() : getI32Type();
  }
  /// Creates MODEL_<entry>, and goes on in its body.
  func::FuncOp createEntry(StringRef model, const EntrySignature &entry) {
    SmallVector<Type> types;
    for (const EntryParameter &parameter : entry.parameters)
      types.push_back(typeOf(parameter.type));
    auto function = func::FuncOp::create(*this, (model + "_" + StringRef(entry.name)).str(),
                                         getFunctionType(types, getI32Type()));
    function->setAttr(signatureAttrName, getStringAttr(entry.name));
    setInsertionPointToStart(function.addEntryBlock());
    return function;
  }
  Value i32(int64_t value) { return arith::ConstantIntOp::create(*this, value, 32); }
  Value i64(uint64_t value) {
    return arith::ConstantIntOp::create(*this, getI64Type(), static_cast<int64_t>(value));
  }
  Value address(Value base, Type element, int64_t index) {
    if (index == 0)
      return base;
    return LLVM::GEPOp::create(*this, base.getType(), element, base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  }
  Value load(Type type, Value base, int64_t index = 0) {
    return LLVM::LoadOp::create(*this, type, address(base, type, index));
  }
  /// A field of a workspace's header, of 64 bits.
  Value field(Value workspace, size_t offset) {
    return address(workspace, getI8Type(), static_cast<int64_t>(offset));
  }
  Value isNull(Value pointerValue) {
    Value null = LLVM::ZeroOp::create(*this, pointer());
    return LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::eq, pointerValue, null);
  }
  Value either(Value a, Value b) { return a ? createOrFold<arith::OrIOp>(a, b) : b; }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(*this, predicate, a, b);
  }
  /// `condition ? a() : b()`
  Value choose(Value condition, function_ref<Value()> a, function_ref<Value()> b) {
    auto branch =
        scf::IfOp::create(*this, TypeRange{getI32Type()}, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(*this);
    setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(*this, a());
    setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(*this, b());
    return branch.getResult(0);
  }
};

class EntryWrapper {
public:
  EntryWrapper(EntryBuilder &b, func::FuncOp body, const EntrySignature &signature,
               StringRef prefix)
      : b(b), body(body), signature(signature), prefix(prefix) {}

  void emit() {
    auto function = b.createEntry(prefix, signature);
    for (auto [parameter, argument] :
         llvm::zip_equal(signature.parameters, function.getArguments()))
      arguments[parameter.name] = argument;
    body.setName((function.getName() + "_body").str());
    body.setPrivate();

    Value anyNull;
    for (const EntryParameter &parameter : signature.parameters)
      if (parameter.type.back() == '*' && isNeeded(parameter.name))
        anyNull = b.either(anyNull, b.isNull(arguments[parameter.name]));
    Value status = b.choose(
        anyNull, [&] { return b.i32(KRT_ERROR_NULL); },
        [&] {
          Value problem = checkCall();
          Value fine = b.compare(arith::CmpIPredicate::eq, problem, b.i32(KRT_OK));
          return b.choose(fine, [&] { return checkArraysAndRun(); }, [&] { return problem; });
        });
    func::ReturnOp::create(b, status);
  }

private:
  /// Whether a pointer must not be null. A model without weights has empty blocks of them.
  bool isNeeded(StringRef role) {
    if (role == "sample_weights")
      return false;
    bool holdsWeights = role == "params" || role == "gradients";
    return !holdsWeights || !body->getParentOfType<ModuleOp>().getOps<ParamOp>().empty();
  }

  StringRef roleOf(unsigned i) {
    return body.getArgAttrOfType<StringAttr>(i, roleAttrName).getValue();
  }

  int64_t attribute(StringRef name) { return body->getAttrOfType<IntegerAttr>(name).getInt(); }

  /// Workspace, rows and steps: the first problem's code, or 0.
  Value checkCall() {
    Value workspace = arguments["workspace"];
    Value magic = b.load(b.getI64Type(), b.field(workspace, offsetof(krt_workspace_header, magic)));
    Value bytes =
        b.load(b.getI64Type(), b.field(workspace, offsetof(krt_workspace_header, workspace_bytes)));
    Value badWorkspace = b.either(
        b.compare(arith::CmpIPredicate::ne, magic, b.i64(KRT_WORKSPACE_MAGIC)),
        b.compare(arith::CmpIPredicate::slt, bytes, b.i64(attribute(workspaceBytesAttrName))));
    Value problem = b.i32(KRT_OK);
    if (hasStates())
      problem = arith::SelectOp::create(b, b.isNull(states()), b.i32(KRT_ERROR_STATES), problem);
    auto outside = [&](StringRef role, int64_t most) {
      return b.either(b.compare(arith::CmpIPredicate::slt, arguments[role], b.i32(1)),
                      b.compare(arith::CmpIPredicate::sgt, arguments[role], b.i32(most)));
    };
    // In reverse, so that the first check has the last word.
    if (int64_t maxSteps = attribute(maxStepsAttrName))
      problem =
          arith::SelectOp::create(b, outside("steps", maxSteps), b.i32(KRT_ERROR_STEPS), problem);
    problem = arith::SelectOp::create(b, outside("rows", attribute(maxBatchAttrName)),
                                      b.i32(KRT_ERROR_ROWS), problem);
    return arith::SelectOp::create(b, badWorkspace, b.i32(KRT_ERROR_WORKSPACE), problem);
  }

  bool hasStates() {
    return llvm::any_of(llvm::seq(body.getNumArguments()),
                        [&](unsigned i) { return roleOf(i) == statesRole; });
  }
  /// The block that the workspace was given.
  Value states() {
    return b.load(b.pointer(),
                  b.field(arguments["workspace"], offsetof(krt_workspace_header, states)));
  }

  /// Loads the arrays' pointers in the order of the body's arguments, and calls it if none is
  /// missing.
  Value checkArraysAndRun() {
    SmallVector<Value> operands;
    llvm::StringMap<int64_t> next;
    Value anyNull;
    for (unsigned i = 0; i < body.getNumArguments(); ++i) {
      StringRef role = roleOf(i);
      if (role == "steps" && !arguments.contains("steps")) {
        operands.push_back(arith::ConstantIndexOp::create(b, 1));
      } else if (role == "rows" || role == "steps") {
        operands.push_back(arith::IndexCastOp::create(b, b.getIndexType(), arguments[role]));
      } else if (role == "iteration") {
        // Counted in the optimizer block; gradients are those of the first step.
        operands.push_back(signature.name == "train_step"
                               ? b.load(b.getI64Type(), arguments["optimizer"])
                               : b.i64(0));
      } else if (role == statesRole) {
        operands.push_back(states());
      } else if (role == "sample_weight") {
        auto [array, present] = loadSampleWeights(next[role]++);
        operands.push_back(array);
        operands.push_back(present);
      } else if (role == "present") {
        continue; // handed over with its array
      } else if (role == "input" || role == "target" || role == "output") {
        Value array = b.load(b.pointer(), arguments[(role + "s").str()], next[role]++);
        anyNull = b.either(anyNull, b.isNull(array));
        operands.push_back(array);
      } else {
        operands.push_back(arguments[role]);
      }
    }
    return b.choose(
        anyNull, [&] { return b.i32(KRT_ERROR_NULL); },
        [&] {
          LLVM::StoreOp::create(
              b, b.i64(~uint64_t{0}),
              b.field(arguments["workspace"], offsetof(krt_workspace_header, error_position)));
          Value mode = FlushDenormalsOp::create(b, b.getI32Type());
          Value status = func::CallOp::create(b, body, operands).getResult(0);
          RestoreFpModeOp::create(b, mode);
          if (signature.name == "train_step")
            countIteration(status);
          return status;
        });
  }

  /// The array of sample weights of an output and whether there is one.
  std::pair<Value, Value> loadSampleWeights(int64_t i) {
    Value none = b.isNull(arguments["sample_weights"]);
    auto branch = scf::IfOp::create(b, TypeRange{b.pointer()}, none, /*withElseRegion=*/true);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      scf::YieldOp::create(b, Value(LLVM::ZeroOp::create(b, b.pointer())));
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, b.load(b.pointer(), arguments["sample_weights"], i));
    }
    Value array = branch.getResult(0);
    Value null = LLVM::ZeroOp::create(b, b.pointer());
    return {array, LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::ne, array, null)};
  }

  void countIteration(Value status) {
    Value done = arith::ExtUIOp::create(b, b.getI64Type(),
                                        b.compare(arith::CmpIPredicate::eq, status, b.i32(KRT_OK)));
    Value before = b.load(b.getI64Type(), arguments["optimizer"]);
    LLVM::StoreOp::create(b, Value(arith::AddIOp::create(b, before, done)), arguments["optimizer"]);
  }

  EntryBuilder &b;
  func::FuncOp body;
  const EntrySignature &signature;
  StringRef prefix;
  llvm::StringMap<Value> arguments;
};

/// Whether a pointer is none to an aligned block.
Value isNoBlock(EntryBuilder &b, Value block) {
  Value number = LLVM::PtrToIntOp::create(b, b.getI64Type(), block);
  Value misalignment = arith::AndIOp::create(b, number, b.i64(KRT_ALIGNMENT - 1));
  return b.either(b.isNull(block), b.compare(arith::CmpIPredicate::ne, misalignment, b.i64(0)));
}

/// The entries set_states and reset_states of a model with so many bytes of states.
void emitStates(EntryBuilder &b, StringRef prefix, int64_t stateBytes) {
  auto set = b.createEntry(prefix, *findEntry("set_states"));
  Value workspace = set.getArgument(0), states = set.getArgument(1);
  Value status = b.choose(
      isNoBlock(b, workspace), [&] { return b.i32(KRT_ERROR_WORKSPACE); },
      [&] {
        Value magic =
            b.load(b.getI64Type(), b.field(workspace, offsetof(krt_workspace_header, magic)));
        Value fresh = b.compare(arith::CmpIPredicate::ne, magic, b.i64(KRT_WORKSPACE_MAGIC));
        return b.choose(
            fresh, [&] { return b.i32(KRT_ERROR_WORKSPACE); },
            [&] {
              return b.choose(
                  isNoBlock(b, states), [&] { return b.i32(KRT_ERROR_STATES); },
                  [&] {
                    LLVM::StoreOp::create(
                        b, states, b.field(workspace, offsetof(krt_workspace_header, states)));
                    return b.i32(KRT_OK);
                  });
            });
      });
  func::ReturnOp::create(b, status);

  b.setInsertionPointAfter(set);
  auto reset = b.createEntry(prefix, *findEntry("reset_states"));
  states = reset.getArgument(0);
  status = b.choose(
      isNoBlock(b, states), [&] { return b.i32(KRT_ERROR_STATES); },
      [&] {
        auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(b, value); };
        auto floats = static_cast<int64_t>(stateBytes / sizeof(float));
        auto loop = scf::ForOp::create(b, index(0), index(floats), index(1));
        {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(loop.getBody());
          Value zero = arith::ConstantFloatOp::create(b, b.getF32Type(), llvm::APFloat(0.0f));
          Value position = arith::IndexCastOp::create(b, b.getI64Type(), loop.getInductionVar());
          Value place = LLVM::GEPOp::create(b, states.getType(), b.getF32Type(), states,
                                            ArrayRef<LLVM::GEPArg>{position});
          LLVM::StoreOp::create(b, zero, place);
        }
        return b.i32(KRT_OK);
      });
  func::ReturnOp::create(b, status);
}

void emitInit(EntryBuilder &b, StringRef prefix) {
  auto function = b.createEntry(prefix, *findEntry("init"));
  Value workspace = function.getArgument(0), bytes = function.getArgument(1),
        context = function.getArgument(2);
  Value bad = b.either(isNoBlock(b, workspace), b.compare(arith::CmpIPredicate::slt, bytes,
                                                          b.i64(sizeof(krt_workspace_header))));
  Value status = b.choose(
      bad, [&] { return b.i32(KRT_ERROR_WORKSPACE); },
      [&] {
        auto put = [&](size_t offset, Value value) {
          LLVM::StoreOp::create(b, value, b.field(workspace, offset));
        };
        put(offsetof(krt_workspace_header, magic), b.i64(KRT_WORKSPACE_MAGIC));
        put(offsetof(krt_workspace_header, context), context);
        put(offsetof(krt_workspace_header, error_position), b.i64(~uint64_t{0}));
        put(offsetof(krt_workspace_header, workspace_bytes), bytes);
        put(offsetof(krt_workspace_header, states), LLVM::ZeroOp::create(b, b.pointer()));
        return b.i32(KRT_OK);
      });
  func::ReturnOp::create(b, status);
}

/// The entry `pack` or `unpack`.
void emitPacking(EntryBuilder &b, ModuleOp module, StringRef prefix, StringRef direction) {
  bool packs = direction == "pack";
  auto partsOf = [&](StringRef kind) {
    return llvm::to_vector(
        llvm::make_filter_range(module.getOps<func::FuncOp>(), [&](func::FuncOp function) {
          auto attr = function->getAttrOfType<StringAttr>(packingAttrName);
          return attr && attr.getValue() == kind;
        }));
  };
  SmallVector<func::FuncOp> parts = partsOf(direction), products;
  if (packs)
    products = partsOf("product");
  auto function = b.createEntry(prefix, *findEntry(direction));
  Value weights = function.getArgument(packs ? 0 : 1), params = function.getArgument(packs ? 1 : 0);
  if (parts.empty()) { // a model without weights: nothing to hand over, and no pointer needed
    func::ReturnOp::create(b, b.i32(KRT_OK));
    return;
  }
  Value null = b.either(b.isNull(weights), b.isNull(params));
  Value status = b.choose(
      null, [&] { return b.i32(KRT_ERROR_NULL); },
      [&] {
        SmallVector<Value> arrays;
        Value missing;
        for (size_t i = 0; i < parts.size(); ++i) {
          arrays.push_back(b.load(b.pointer(), weights, static_cast<int64_t>(i)));
          missing = b.either(missing, b.isNull(arrays.back()));
        }
        auto run = [&] {
          for (auto [part, array] : llvm::zip_equal(parts, arrays))
            func::CallOp::create(b, part, ValueRange{array, params});
          for (func::FuncOp product : products)
            func::CallOp::create(b, product, params);
          return b.i32(KRT_OK);
        };
        return missing ? b.choose(missing, [&] { return b.i32(KRT_ERROR_NULL); }, run) : run();
      });
  func::ReturnOp::create(b, status);
}

struct EmitEntriesPass : impl::EmitEntriesPassBase<EmitEntriesPass> {
  using EmitEntriesPassBase::EmitEntriesPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> bodies;
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      if (function->hasAttr(entryAttrName))
        bodies.push_back(function);

    auto start = [&](Location location) {
      EntryBuilder b(location, &getContext());
      b.setInsertionPointToEnd(module.getBody());
      return b;
    };
    // The model as a whole, as its entries name it.
    OriginAttr model = bodies.empty() ? OriginAttr() : originOf(bodies.front().getLoc());
    auto locate = [&](StringRef function) -> Location {
      if (!model)
        return module.getLoc();
      auto name = StringAttr::get(&getContext(), function);
      return withOrigin(module.getLoc(),
                        OriginAttr::get(&getContext(), model.getLayer(), name, false));
    };
    EntryBuilder init = start(locate("init"));
    emitInit(init, name);
    if (!bodies.empty() && module->hasAttr(statesAttrName))
      if (StateTable states(module,
                            bodies.front()->getAttrOfType<IntegerAttr>(maxBatchAttrName).getInt());
          states.totalBytes() > 0) {
        EntryBuilder b = start(locate("states"));
        emitStates(b, name, states.totalBytes());
      }
    for (StringRef direction : {"pack", "unpack"}) {
      EntryBuilder packing = start(locate(direction));
      emitPacking(packing, module, name, direction);
    }
    for (func::FuncOp body : bodies) {
      StringRef entry = body->getAttrOfType<StringAttr>(entryAttrName).getValue();
      const EntrySignature *signature = findEntry(entry);
      if (!signature || signature->presence != EntryPresence::OnRequest) {
        body.emitOpError("is marked as ") << entry << ", which is none of the entries with a body";
        return signalPassFailure();
      }
      EntryBuilder b = start(body.getLoc());
      EntryWrapper(b, body, *signature, name).emit();
    }
  }
};

} // namespace
} // namespace keratin
