// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops, branches, calls, returns, and the floating-point mode.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

/// Values that a loop carries become variables, assigned at the end of the body.
static LogicalResult translateFor(Translation &t, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<Value> variables(loop.getNumRegionIterArgs());
  for (auto [number, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    // What is neither read in the body nor after the loop needs no variable.
    if (argument.use_empty() && loop.getResult(number).use_empty())
      continue;
    variables[number] = t.variable(t.types.of(argument), t.get(loop.getInitArgs()[number]));
  }
  Value lower = t.get(loop.getLowerBound()), upper = t.get(loop.getUpperBound()),
        step = t.get(loop.getStep());
  auto result = emitc::ForOp::create(t.builder, t.loc, lower, upper, step);
  t.set(loop.getInductionVar(), result.getInductionVar());
  {
    OpBuilder::InsertionGuard guard(t.builder);
    t.builder.setInsertionPoint(result.getBody()->getTerminator());
    for (auto [argument, variable] : llvm::zip(loop.getRegionIterArgs(), variables))
      if (!argument.use_empty())
        t.set(argument, t.load(variable));
    if (failed(t.translateBlock(*loop.getBody())))
      return failure();
    // All values first: one may be another's variable before its assignment.
    SmallVector<Value> yielded;
    for (auto [value, variable] : llvm::zip(loop.getYieldedValues(), variables))
      yielded.push_back(
          variable
              ? t.cast(t.get(value), cast<emitc::LValueType>(variable.getType()).getValueType())
              : Value());
    for (auto [value, variable] : llvm::zip(yielded, variables))
      if (variable)
        emitc::AssignOp::create(t.builder, t.loc, variable, value);
  }
  for (auto [loopResult, variable] : llvm::zip(loop.getResults(), variables))
    if (!loopResult.use_empty())
      t.set(loopResult, t.load(variable));
  return success();
}

static LogicalResult translateBranch(Translation &t, Block *from, Region &to,
                                     ArrayRef<Value> variables) {
  OpBuilder::InsertionGuard guard(t.builder);
  t.builder.setInsertionPoint(to.front().getTerminator());
  if (failed(t.translateBlock(*from)))
    return failure();
  for (auto [value, variable] : llvm::zip(from->getTerminator()->getOperands(), variables))
    if (variable)
      emitc::AssignOp::create(
          t.builder, t.loc, variable,
          t.cast(t.get(value), cast<emitc::LValueType>(variable.getType()).getValueType()));
  return success();
}

static LogicalResult translateIf(Translation &t, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  SmallVector<Value> variables;
  for (Value result : branch.getResults())
    variables.push_back(result.use_empty() ? Value() : t.variable(t.types.of(result), {}));
  bool hasElse = branch.elseBlock() && !llvm::hasSingleElement(*branch.elseBlock());
  hasElse |= llvm::any_of(variables, [](Value variable) { return variable != nullptr; });
  function_ref<void(OpBuilder &, Location)> terminated = emitc::buildTerminatedBody;
  auto result = emitc::IfOp::create(t.builder, t.loc, t.get(branch.getCondition()), terminated,
                                    hasElse ? terminated : nullptr);
  if (failed(translateBranch(t, branch.thenBlock(), result.getThenRegion(), variables)))
    return failure();
  if (hasElse && failed(translateBranch(t, branch.elseBlock(), result.getElseRegion(), variables)))
    return failure();
  for (auto [value, variable] : llvm::zip(branch.getResults(), variables))
    if (variable)
      t.set(value, t.load(variable));
  return success();
}

static LogicalResult translateCall(Translation &t, Operation *op) {
  auto call = cast<func::CallOp>(op);
  auto parameters = t.parametersOf(t.types.function(call.getCallee()));
  if (failed(parameters))
    return failure();
  SmallVector<Value> operands;
  for (auto [operand, parameter] : llvm::zip(call.getOperands(), *parameters)) {
    Value value = t.get(operand);
    bool isPointer = isa<LLVM::LLVMPointerType>(operand.getType());
    StringRef pointee = isPointer ? CTypes::pointeeName(parameter.type) : StringRef();
    if (isPointer && CTypes::pointeeName(value.getType()) != pointee)
      value = t.cast(value, t.types.pointerTo(pointee));
    operands.push_back(value);
  }
  SmallVector<Type> results;
  for (Type type : call.getResultTypes())
    results.push_back(t.types.of(type));
  // Not emitc.call, whose operands would have to be cast to the parameters' const and __restrict.
  auto result = emitc::CallOpaqueOp::create(t.builder, t.loc, results, identifier(call.getCallee()),
                                            ValueRange(operands));
  for (auto [flat, value] : llvm::zip(call.getResults(), result.getResults()))
    t.set(flat, value);
  return success();
}

static LogicalResult translateReturn(Translation &t, Operation *op) {
  emitc::ReturnOp::create(t.builder, t.loc,
                          op->getNumOperands() ? t.get(op->getOperand(0)) : Value());
  return success();
}

static LogicalResult translateFlushDenormals(Translation &t, Operation *op) {
  t.types.requireHelper("flush_denormals");
  auto call = emitc::CallOpaqueOp::create(t.builder, t.loc, t.types.of(op->getResult(0)),
                                          "flush_denormals", ValueRange{});
  t.set(op->getResult(0), call.getResult(0));
  return success();
}

static LogicalResult translateRestoreFpMode(Translation &t, Operation *op) {
  t.types.requireHelper("restore_fp_mode");
  emitc::CallOpaqueOp::create(t.builder, t.loc, TypeRange{}, "restore_fp_mode",
                              ValueRange{t.get(op->getOperand(0))});
  return success();
}

void addControlFlowTranslators(TranslatorTable &table) {
  table["scf.for"] = translateFor;
  table["scf.if"] = translateIf;
  table["func.call"] = translateCall;
  table["func.return"] = translateReturn;
  table["keratin.flush_denormals"] = translateFlushDenormals;
  table["keratin.restore_fp_mode"] = translateRestoreFpMode;
}

} // namespace keratin
