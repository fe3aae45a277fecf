// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-differentiate: the walk from a loss back to the parameters. Gradients of ops are in
// Rules/.
#include "compiler/Autodiff/Passes.h"
#include "dialect/IR/KeratinOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace keratin {

#define GEN_PASS_DEF_DIFFERENTIATEPASS
#include "compiler/Autodiff/Passes.h.inc"

namespace {

/// The location of what belongs to the backward pass of an op at `location`.
Location backwardLocation(Location location) {
  OriginAttr origin = originOf(location);
  if (!origin)
    return location;
  return withOrigin(location, OriginAttr::get(origin.getContext(), origin.getLayer(),
                                              origin.getEntry(), /*backward=*/true));
}

/// Accumulates gradients with `builder`. A value's gradient is complete once all its users have
/// been visited, which walking a block backwards sees to.
class Accumulator : public OperandGradients {
public:
  Accumulator(ImplicitLocOpBuilder &builder, const DenseSet<Value> &active)
      : builder(builder), active(active) {}

  bool isNeeded(Value operand) const override { return operand && active.contains(operand); }

  void add(Value operand, Value gradient) override {
    if (!isNeeded(operand))
      return;
    Value &sum = sums[operand];
    sum = sum ? AddOp::create(builder, sum, gradient, ValueRange(), ValueRange()).getResult(0)
              : gradient;
  }

  Value lookup(Value value) const override { return sums.lookup(value); }

private:
  ImplicitLocOpBuilder &builder;
  const DenseSet<Value> &active;
  DenseMap<Value, Value> sums;
};

/// The differentiation of one function with one keratin.minimize.
class Differentiation {
public:
  Differentiation(MinimizeOp minimize, ModuleOp module)
      : minimize(minimize), module(module), builder(minimize.getLoc(), minimize) {}

  /// Replaces keratin.minimize; the number of ops differentiated, or failure after a message.
  FailureOr<size_t> run() {
    IRRewriter rewriter(minimize.getContext());
    findActiveValues();
    SmallVector<Operation *> path = opsOnPath();
    for (Value loss : minimize.getLosses())
      if (active.contains(loss) && !isa<LossOp, TotalLossOp, PenaltyOp>(loss.getDefiningOp()))
        return minimize.emitOpError(
            "expects the results of keratin.loss, keratin.total_loss and keratin.penalty");
    for (Operation *&op : path) {
      auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
      if (!differentiable)
        return op->emitOpError("has no gradient");
      op = differentiable.recordTape(rewriter);
    }
    findActiveValues(); // ops have been replaced

    Accumulator gradients(builder, active);
    for (Operation *op : path) {
      // What only a mask is made of has no gradient, nor have the ops before it.
      if (!isa<LossOp, TotalLossOp, PenaltyOp>(op) &&
          llvm::none_of(op->getResults(), [&](Value v) { return gradients.lookup(v); }))
        continue;
      builder.setLoc(backwardLocation(op->getLoc()));
      Value gradient = gradients.lookup(op->getResult(0));
      if (failed(cast<DifferentiableOpInterface>(op).buildGradient(builder, gradient, gradients)))
        return failure();
    }
    finishParameters(gradients);
    minimize.erase();
    return path.size();
  }

private:
  /// Values that depend on a trainable parameter: those with a gradient.
  void findActiveValues() {
    active.clear();
    for (Operation &op : *minimize->getBlock()) {
      auto read = dyn_cast<ReadParamOp>(op);
      if (read ? module.lookupSymbol<ParamOp>(read.getParam()).getTrainable()
               : llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
        active.insert_range(op.getResults());
    }
  }

  /// The ops between parameters and losses, the last first.
  SmallVector<Operation *> opsOnPath() {
    DenseSet<Value> reached;
    reached.insert_range(minimize.getLosses());
    SmallVector<Operation *> path;
    for (Operation *op = minimize->getPrevNode(); op; op = op->getPrevNode()) {
      auto onPath = [&](Value v) { return active.contains(v) && reached.contains(v); };
      if (isa<ReadParamOp>(op) || llvm::none_of(op->getResults(), onPath))
        continue;
      path.push_back(op);
      reached.insert_range(op->getOperands());
    }
    return path;
  }

  /// Writes an update, or the gradient, of each trainable parameter that the loss depends on, at
  /// the end of the function.
  void finishParameters(const Accumulator &gradients) {
    llvm::MapVector<StringRef, Value> byParameter;
    llvm::StringMap<Location> locations;
    for (auto read : minimize->getBlock()->getOps<ReadParamOp>()) {
      Value gradient = gradients.lookup(read.getResult());
      if (!gradient)
        continue;
      builder.setLoc(backwardLocation(read.getLoc()));
      Value &sum = byParameter[read.getParam()];
      sum = sum ? AddOp::create(builder, sum, gradient, ValueRange(), ValueRange()).getResult(0)
                : gradient;
      locations.try_emplace(read.getParam(), builder.getLoc());
    }

    builder.setInsertionPoint(minimize->getBlock()->getTerminator());
    SmallVector<Value> all;
    // A parameter that the loss does not depend on stays as it is, as in Keras.
    for (auto param : module.getOps<ParamOp>())
      if (Value gradient = byParameter.lookup(param.getSymName()))
        all.push_back(gradient);
    Value globalNorm;
    builder.setLoc(backwardLocation(minimize.getLoc()));
    if (minimize.getGlobalClipNorm() && !all.empty())
      globalNorm = NormOp::create(builder, all, ValueRange(), ValueRange()).getResult(0);
    for (auto param : module.getOps<ParamOp>())
      if (Value gradient = byParameter.lookup(param.getSymName())) {
        builder.setLoc(locations.at(param.getSymName()));
        finishParameter(param, gradient, globalNorm);
      }
  }

  void finishParameter(ParamOp param, Value gradient, Value globalNorm) {
    auto symbol = FlatSymbolRefAttr::get(param);
    auto optimizer = minimize.getOptimizerAttr();
    if (!optimizer) {
      WriteGradientOp::create(builder, TypeRange(), gradient, symbol, ValueRange(), ValueRange());
      return;
    }
    Value norm = globalNorm;
    if (minimize.getClipNorm())
      norm = NormOp::create(builder, gradient, ValueRange(), ValueRange()).getResult(0);
    FloatAttr clipNorm = globalNorm ? minimize.getGlobalClipNormAttr() : minimize.getClipNormAttr();
    UpdateOp::create(builder, TypeRange(), gradient, minimize.getLearningRate(),
                     minimize.getIteration(), norm, symbol, optimizer, clipNorm,
                     minimize.getClipValueAttr(), minimize.getWeightDecayAttr(), ValueRange(),
                     ValueRange());
    if (Attribute constraint = param.getConstraintAttr())
      ConstrainOp::create(builder, TypeRange(), symbol, constraint, ValueRange(), ValueRange());
  }

  MinimizeOp minimize;
  ModuleOp module;
  ImplicitLocOpBuilder builder;
  DenseSet<Value> active;
};

struct DifferentiatePass : impl::DifferentiatePassBase<DifferentiatePass> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      SmallVector<MinimizeOp> minimizes;
      func.walk([&](MinimizeOp op) { minimizes.push_back(op); });
      if (minimizes.empty())
        continue;
      if (minimizes.size() > 1) {
        minimizes[1].emitOpError("expects to be the only one of its function");
        return signalPassFailure();
      }
      FailureOr<size_t> count = Differentiation(minimizes.front(), getOperation()).run();
      if (failed(count))
        return signalPassFailure();
      numOpsDifferentiated += *count;
    }
  }
};

} // namespace
} // namespace keratin
