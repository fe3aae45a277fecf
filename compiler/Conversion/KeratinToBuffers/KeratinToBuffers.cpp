// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// convert-keratin-to-buffers: from tensors to buffers of the compiled maxima, one entry at a time.
#include "compiler/Analysis/StateTable.h"
#include "compiler/Conversion/KeratinToBuffers/BufferTypes.h"
#include "compiler/Conversion/Passes.h"
#include "keratin/abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace keratin {
#define GEN_PASS_DEF_KERATINTOBUFFERSPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// Rewrites one entry. The ops of a tensor function stand in one block, so that the end of a
/// value's life is its last user in that block.
class EntryConverter {
public:
  EntryConverter(func::FuncOp entry, const ParamTable &params, const StateTable &states,
                 const BufferConfig &config)
      : entry(entry), params(params), states(states), config(config), builder(entry.getContext()) {}

  LogicalResult run() {
    createFunction();
    if (failed(importArguments()))
      return failure();
    for (Operation &op : entry.front().without_terminator())
      if (failed(convert(&op)))
        return failure();
    exportResults();
    entry.erase();
    return success();
  }

  unsigned numBuffers = 0;
  unsigned numReused = 0;

private:
  StringRef role(unsigned argument) {
    auto attr = entry.getArgAttrOfType<StringAttr>(argument, roleAttrName);
    return attr ? attr.getValue() : "input";
  }

  bool isState(unsigned argument) { return role(argument) == stateRole; }

  /// Of the module's entries some may have states and others none.
  bool hasStates() {
    return llvm::any_of(llvm::seq(entry.getNumArguments()), [&](unsigned i) { return isState(i); });
  }

  /// workspace, params, [optimizer | gradients], [states], [learning rate], [seed], [iteration],
  /// rows, steps, inputs…, targets…, sample weights and whether they are present…, [metrics],
  /// outputs…
  void createFunction() {
    MLIRContext *context = entry.getContext();
    SmallVector<Type> types;
    SmallVector<StringRef> names;
    auto add = [&](Type type, StringRef name) {
      types.push_back(type);
      names.push_back(name);
      return static_cast<unsigned>(types.size() - 1);
    };
    auto flat = [](Type tensor) {
      return MemRefType::get(ShapedType::kDynamic, cast<ShapedType>(tensor).getElementType());
    };
    Type block = MemRefType::get(ShapedType::kDynamic, builder.getI8Type());
    StringRef kind = entry->getAttrOfType<StringAttr>(entryAttrName).getValue();
    workspaceIndex = add(block, "workspace");
    paramsIndex = add(block, "params");
    if (kind == "train_step")
      stateIndex = add(block, "optimizer");
    if (kind == "gradients")
      stateIndex = add(block, "gradients");
    if (hasStates())
      statesIndex = add(block, statesRole);
    SmallVector<std::pair<unsigned, unsigned>> arguments; // of the old function, of the new one
    SmallVector<std::pair<unsigned, unsigned>> present;
    for (StringRef scalar : {"learning_rate", "seed", "iteration"})
      for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes()))
        if (role(i) == scalar)
          arguments.emplace_back(i, add(type, scalar));
    rowsIndex = add(builder.getIndexType(), "rows");
    stepsIndex = add(builder.getIndexType(), "steps");
    for (StringRef array : {"input", "target", "sample_weight"})
      for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes()))
        if (role(i) == array) {
          arguments.emplace_back(i, add(flat(type), array));
          if (array == "sample_weight")
            present.emplace_back(i, add(builder.getI1Type(), "present"));
        }
    if (kind != "predict" && kind != "step")
      metricsIndex = add(MemRefType::get(ShapedType::kDynamic, builder.getF32Type()), "metrics");
    for (auto [i, type] : llvm::enumerate(entry.getResultTypes()))
      if (!entry.getResultAttr(i, roleAttrName))
        outputIndices.push_back(add(flat(type), "output"));

    builder.setInsertionPoint(entry);
    target = func::FuncOp::create(builder, entry.getLoc(), entry.getName(),
                                  FunctionType::get(context, types, builder.getI32Type()));
    target->setAttr(entryAttrName, builder.getStringAttr(kind));
    target->setAttr(maxBatchAttrName, builder.getI64IntegerAttr(config.maxBatch));
    target->setAttr(maxStepsAttrName,
                    builder.getI64IntegerAttr(hasDynamicSteps() ? config.maxSteps : 0));
    for (auto [i, name] : llvm::enumerate(names)) {
      target.setArgAttr(i, roleAttrName, builder.getStringAttr(name));
      if (auto array = dyn_cast<MemRefType>(types[i]))
        target.setArgAttr(i, elementAttrName, TypeAttr::get(array.getElementType()));
    }
    target.addEntryBlock();
    builder.setInsertionPointToStart(&target.front());
    for (auto [from, to] : arguments)
      callerArrays[from] = target.getArgument(to);
    for (auto [from, to] : present)
      presence[from] = target.getArgument(to);
    for (BlockArgument argument : entry.getArguments())
      if (unsigned i = argument.getArgNumber(); isState(i))
        callerArrays[i] = stateArray(
            argument.getLoc(), entry.getArgAttrOfType<StringAttr>(i, argNameAttrName).getValue());
  }

  /// A state in the caller's block.
  Value stateArray(Location loc, StringRef name) {
    const StateTable::Entry &state = states.lookup(name);
    return BufferOp::create(builder, loc,
                            MemRefType::get({config.maxBatch * state.units}, builder.getF32Type()),
                            target.getArgument(statesIndex), state.offset);
  }

  bool hasDynamicSteps() {
    return llvm::any_of(entry.getArgumentTypes(), [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return tensor && tensor.getRank() > 1 && tensor.isDynamicDim(1);
    });
  }

  Value allocate(Location loc, MemRefType type) {
    ++numBuffers;
    return memref::AllocOp::create(builder, loc, type, builder.getI64IntegerAttr(blockAlignment));
  }

  /// rows, and steps where the tensor leaves them open.
  SmallVector<Value> boundaryExtents(RankedTensorType type) {
    SmallVector<Value> extents{target.getArgument(rowsIndex)};
    if (type.getRank() > 1 && type.isDynamicDim(1))
      extents.push_back(target.getArgument(stepsIndex));
    return extents;
  }

  /// Copies and checks all arrays; what follows runs only if every check passed.
  LogicalResult importArguments() {
    Value status;
    Location loc = entry.getLoc();
    for (BlockArgument argument : entry.getArguments()) {
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      if (!type) {
        mapping.map(argument, callerArrays[argument.getArgNumber()]);
        continue;
      }
      Value buffer = allocate(argument.getLoc(), bufferTypeFor(type, config));
      mapping.map(argument, buffer);
      auto import = ImportOp::create(
          builder, argument.getLoc(), builder.getI32Type(), callerArrays[argument.getArgNumber()],
          buffer, target.getArgument(workspaceIndex), presence.lookup(argument.getArgNumber()),
          boundaryExtents(type));
      setLimit(import, argument);
      if (import.getLimit() == 0)
        continue;
      if (!status) {
        status = import.getStatus();
        continue;
      }
      Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
      Value fine = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, status, zero);
      status = arith::SelectOp::create(builder, loc, fine, import.getStatus(), status);
    }
    if (!status) {
      Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
      func::ReturnOp::create(builder, loc, zero);
      builder.setInsertionPoint(zero.getDefiningOp());
      return success();
    }
    Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
    Value fine = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, status, zero);
    auto body = scf::IfOp::create(builder, loc, TypeRange(), fine, /*withElseRegion=*/false);
    func::ReturnOp::create(builder, loc, status);
    builder.setInsertionPoint(body.thenBlock()->getTerminator());
    return success();
  }

  /// Vocabulary of indices and number of classes of labels, from the ops that read them. Where
  /// tables of several sizes are read, the smallest limits the indices, and none may count from the
  /// end: there is more than one.
  void setLimit(ImportOp import, BlockArgument argument) {
    for (Operation *user : argument.getUsers()) {
      if (auto embedding = dyn_cast<EmbeddingOp>(user)) {
        int64_t size = cast<ShapedType>(embedding.getTable().getType()).getDimSize(0);
        int64_t least = import.getLimit();
        import.setWrap(least == 0 || (import.getWrap() && least == size));
        import.setLimit(least == 0 ? size : std::min(least, size));
        import.setError(KRT_ERROR_INDEX);
      } else if (auto loss = dyn_cast<LossOp>(user);
                 loss && argument == loss.getTarget() &&
                 loss.getKind() == LossKind::sparse_categorical_crossentropy) {
        import.setLimit(cast<ShapedType>(loss.getPrediction().getType()).getShape().back());
        import.setError(KRT_ERROR_LABEL);
      }
    }
  }

  /// The buffer of a parameter in one of the caller's blocks.
  Value paramBuffer(Location loc, unsigned block, ParamOp param, int64_t offset) {
    return BufferOp::create(builder, loc, param.getWorkingType(), target.getArgument(block),
                            offset);
  }

  SmallVector<Value> extentsOf(Operation *op, ValueRange operands) {
    SmallVector<Value> extents{target.getArgument(rowsIndex)};
    // Arrays of several shapes: the op knows which of their dimensions are open.
    if (isa<WindowOp, WindowGradOp, ContractOp>(op)) {
      extents.push_back(target.getArgument(stepsIndex));
      return extents;
    }
    // Values of the whole batch are all of their panels.
    if (isa<ActivationOp, ActivationGradOp, CombineOp>(op) &&
        !cast<RankedTensorType>(op->getOperand(0).getType()).isDynamicDim(0)) {
      auto panels = cast<MemRefType>(operands[0].getType());
      for (int dim : {0, 1})
        extents.push_back(
            arith::ConstantIndexOp::create(builder, op->getLoc(), panels.getDimSize(dim)));
      extents.erase(extents.begin());
      return extents;
    }
    for (Type type : llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                              SmallVector<Type>(op->getResultTypes()))) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || !(tensor.getRank() >= 3 ||
                       (tensor.getRank() == 2 && isa<IntegerType>(tensor.getElementType()))))
        continue;
      extents.push_back(tensor.isDynamicDim(1) ? Value(target.getArgument(stepsIndex))
                                               : Value(arith::ConstantIndexOp::create(
                                                     builder, op->getLoc(), tensor.getDimSize(1))));
      break;
    }
    return extents;
  }

  /// The buffer that a result may take over, if its owner is read no more.
  Value reusedBuffer(ComputeOpInterface op, unsigned result, MemRefType type) {
    OpOperand *operand = op.getReusableOperand(result);
    if (!operand)
      return {};
    Operation *owner = operand->get().getDefiningOp();
    Value buffer = mapping.lookup(operand->get());
    bool dies = owner && llvm::all_of(operand->get().getUsers(), [&](Operation *user) {
                  return user == op.getOperation() || user->isBeforeInBlock(op);
                });
    if (!dies || buffer.getType() != type || isa<BufferOp>(buffer.getDefiningOp()))
      return {};
    ++numReused;
    return buffer;
  }

  LogicalResult convert(Operation *op) {
    Location loc = op->getLoc();
    if (auto read = dyn_cast<ReadParamOp>(op)) {
      const ParamTable::Entry &param = params.lookup(read.getParam());
      mapping.map(read.getResult(), paramBuffer(loc, paramsIndex, param.op, param.offset));
      return success();
    }
    auto compute = dyn_cast<ComputeOpInterface>(op);
    if (!compute)
      return op->emitOpError("has no buffer form; differentiate the entry first");

    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(mapping.lookup(operand));
    SmallVector<Value> outs;
    for (OpResult result : op->getResults()) {
      MemRefType type = resultBufferType(op, result.getResultNumber(), operands, params, config);
      Value buffer = reusedBuffer(compute, result.getResultNumber(), type);
      if (!buffer)
        buffer = allocate(loc, type);
      mapping.map(result, buffer);
      outs.push_back(buffer);
    }
    addCallersBuffers(op, outs);
    for (MemRefType type : scratchTypes(op, operands, config))
      outs.push_back(allocate(loc, type));

    return createBufferForm(op, operands, outs);
  }

  /// What ops without results write: accumulators, gradients, the parameter and its slots.
  void addCallersBuffers(Operation *op, SmallVectorImpl<Value> &outs) {
    Location loc = op->getLoc();
    if (isa<RecordOp>(op))
      outs.push_back(target.getArgument(metricsIndex));
    if (auto write = dyn_cast<WriteGradientOp>(op)) {
      const ParamTable::Entry &param = params.lookup(write.getParam());
      outs.push_back(paramBuffer(loc, stateIndex, param.op, param.offset));
    }
    StringRef changed; // in place, apart from updates
    if (auto move = dyn_cast<MoveAverageOp>(op))
      changed = move.getParam();
    else if (auto constrain = dyn_cast<ConstrainOp>(op))
      changed = constrain.getParam();
    if (!changed.empty()) {
      const ParamTable::Entry &param = params.lookup(changed);
      outs.push_back(paramBuffer(loc, paramsIndex, param.op, param.offset));
    }
    if (auto update = dyn_cast<UpdateOp>(op)) {
      const ParamTable::Entry &param = params.lookup(update.getParam());
      outs.push_back(paramBuffer(loc, paramsIndex, param.op, param.offset));
      for (size_t slot = 0; slot < update.getOptimizer().getSlotNames().size(); ++slot)
        outs.push_back(paramBuffer(loc, stateIndex, param.op, params.slotOffset(param, slot)));
    }
  }

  /// The same op with buffers for operands, outs for results.
  LogicalResult createBufferForm(Operation *op, ValueRange operands, ValueRange outs) {
    // Properties (and with them the segments of the operands) come along; then outs and extents are
    // set.
    Operation *created = Operation::create(op->getLoc(), op->getName(), TypeRange(), operands,
                                           op->getDiscardableAttrDictionary(),
                                           op->getPropertiesStorage(), BlockRange(), 0);
    SmallVector<Value> extents = extentsOf(op, operands);
    builder.insert(created);
    auto compute = cast<ComputeOpInterface>(created);
    compute.getOutsMutable().assign(outs);
    compute.getExtentsMutable().assign(extents);
    return success();
  }

  void exportResults() {
    auto terminator = cast<func::ReturnOp>(entry.front().getTerminator());
    for (auto [i, value] : llvm::enumerate(terminator.getOperands())) {
      bool isOutput = i < outputIndices.size();
      Value array =
          isOutput
              ? Value(target.getArgument(outputIndices[i]))
              : stateArray(value.getLoc(),
                           entry.getResultAttrOfType<StringAttr>(i, argNameAttrName).getValue());
      ExportOp::create(builder, value.getLoc(), mapping.lookup(value), array,
                       boundaryExtents(cast<RankedTensorType>(value.getType())));
    }
  }

  func::FuncOp entry, target;
  const ParamTable &params;
  const StateTable &states;
  const BufferConfig &config;
  OpBuilder builder;
  IRMapping mapping;
  llvm::DenseMap<unsigned, Value> callerArrays, presence;
  unsigned workspaceIndex = 0, paramsIndex = 0, stateIndex = 0, statesIndex = 0, rowsIndex = 0,
           stepsIndex = 0, metricsIndex = 0;
  SmallVector<unsigned> outputIndices;
};

struct KeratinToBuffersPass : impl::KeratinToBuffersPassBase<KeratinToBuffersPass> {
  using KeratinToBuffersPassBase::KeratinToBuffersPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto machine = module->getAttrOfType<MachineAttr>(machineAttrName);
    if (!machine) {
      module.emitError("expects parameters with layouts: run keratin-assign-layouts first");
      return signalPassFailure();
    }
    ParamTable params(module);
    StateTable states(module, maxBatch);
    BufferConfig config{maxBatch, maxSteps, machine.getLanes()};
    for (func::FuncOp entry : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (!entry->hasAttr(entryAttrName))
        continue;
      EntryConverter converter(entry, params, states, config);
      if (failed(converter.run()))
        return signalPassFailure();
      numBuffers += converter.numBuffers;
      numReused += converter.numReused;
    }
  }
};

} // namespace
} // namespace keratin
