// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs functions of the keratin dialect's tensor form in double precision.
#include "compiler/Reference/Evaluator.h"

#include "compiler/Reference/OpSemantics.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace keratin::reference {

namespace {

Argument constant(arith::ConstantOp op) {
  if (auto integer = dyn_cast<IntegerAttr>(op.getValue()))
    return integer.getValue().getSExtValue();
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    return number.getValueAsDouble();
  fail(op.getLoc(), "expects a scalar constant");
}

int64_t batchOf(const std::vector<Argument> &arguments) {
  for (const Argument &argument : arguments)
    if (auto *tensor = std::get_if<Tensor>(&argument); tensor && tensor->rank() > 0)
      return tensor->shape[0];
  return 1;
}

/// The steps of a run: of its first array whose steps are open.
int64_t stepsOf(func::FuncOp function, const std::vector<Argument> &arguments) {
  for (auto [type, argument] : llvm::zip(function.getArgumentTypes(), arguments)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor && tensor.getRank() > 1 && tensor.isDynamicDim(1))
      return std::get<Tensor>(argument).shape[1];
  }
  return 0;
}

} // namespace

void Evaluator::setParam(const std::string &name, Tensor value) {
  auto param = module.lookupSymbol<ParamOp>(name);
  if (!param)
    fail(module.getLoc(), "has no parameter @" + name);
  if (value.shape.empty()) // a scalar weight is a vector of one
    value = Tensor({1}, value.values);
  expectEqualShapes(param.getLoc(), param.getTensorType().getShape(), value.shape, "a value");
  state.params[name] = std::move(value);
}

std::vector<std::string> Evaluator::paramNames() {
  std::vector<std::string> names;
  for (ParamOp param : module.getOps<ParamOp>())
    if (!param.getProduct())
      names.push_back(param.getSymName().str());
  return names;
}

Tensor Evaluator::paramValue(Location reader, StringRef name) {
  if (auto product = module.lookupSymbol<ParamOp>(name).getProduct()) {
    Tensor value = multiply(paramValue(reader, product->getTable().getValue()),
                            paramValue(reader, product->getKernel().getValue()));
    if (!product->getBias())
      return value;
    Tensor bias = paramValue(reader, product->getBias().getValue());
    for (int64_t i = 0; i < value.size(); ++i)
      value[i] += bias[product->getBiasRow() * value.columns() + i % value.columns()];
    return value;
  }
  auto param = state.params.find(name.str());
  if (param == state.params.end())
    fail(reader, "reads @" + name.str() + ", which has no value");
  return param->second;
}

std::vector<Argument> Evaluator::run(const std::string &function,
                                     const std::vector<Argument> &arguments) {
  auto func = module.lookupSymbol<func::FuncOp>(function);
  if (!func || func.isExternal())
    fail(module.getLoc(), "has no function @" + function);
  if (func.getNumArguments() != arguments.size())
    fail(func.getLoc(), "expects " + std::to_string(func.getNumArguments()) + " arguments, got " +
                            std::to_string(arguments.size()));
  if (!func.getBody().hasOneBlock())
    fail(func.getLoc(), "expects straight-line code in @" + function);
  Values values(batchOf(arguments), stepsOf(func, arguments));
  for (BlockArgument argument : func.getArguments()) {
    unsigned number = argument.getArgNumber();
    if (isa<MemRefType>(argument.getType()))
      fail(func.getLoc(), "expects @" + function + " in tensor form, got buffers");
    expectType(func.getLoc(), argument.getType(), arguments[number],
               "argument " + std::to_string(number));
    values.set(argument, arguments[number]);
  }

  State next = state;
  for (Operation &op : func.front().without_terminator())
    evaluate(&op, values, next);
  state = std::move(next);

  std::vector<Argument> results;
  for (Value result : func.front().getTerminator()->getOperands())
    results.push_back(values.get(result));
  return results;
}

void Evaluator::evaluate(Operation *op, Values &values, State &next) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ReadParamOp read) {
        // More than two dimensions are read as a matrix.
        values.set(read.getResult(), Tensor(cast<ShapedType>(read.getType()).getShape(),
                                            paramValue(op->getLoc(), read.getParam()).values));
      })
      .Case([&](arith::ConstantOp op) { values.set(op.getResult(), constant(op)); })
      .Case<EmbeddingOp, EmbeddingGradOp, ComputeMaskOp, DropoutOp, DenseOp, DenseKernelGradOp,
            DenseInputGradOp, BiasGradOp, ActivationOp, ActivationGradOp, AddOp, WindowOp,
            WindowGradOp, CombineOp, ContractOp, FindMaskOp, MaskValuesOp, NormalNoiseOp, LossOp,
            LossGradOp, TotalLossOp, LossMetricOp, MetricOp, PenaltyOp, PenaltyGradOp, NormOp,
            // recurrent layers
            LSTMOp, LSTMGradOp, GRUOp, GRUGradOp, SimpleRNNOp, SimpleRNNGradOp,
            RecurrentKernelGradOp, DropoutFactorsOp, GatedDenseOp, GatedKernelGradOp,
            GatedInputGradOp, RowOp, RowGradOp, ReverseStepsOp, MergeDirectionsOp,
            MergeDirectionsGradOp>([&](auto op) {
        Results results = reference::evaluate(op, values);
        for (auto [result, tensor] : llvm::zip_equal(op.getResults(), results)) {
          expectType(op.getLoc(), result.getType(), tensor, "a result");
          values.set(result, std::move(tensor));
        }
      })
      .Case<RecordOp, WriteGradientOp, UpdateOp, ConstrainOp, MoveAverageOp>(
          [&](auto op) { reference::evaluate(op, values, next); })
      .Case([](MinimizeOp op) {
        fail(op.getLoc(), "has no reference for keratin.minimize; differentiate first");
      })
      .Default([](Operation *op) {
        fail(op->getLoc(), "has no reference for " + op->getName().getStringRef().str());
      });
}

} // namespace keratin::reference
