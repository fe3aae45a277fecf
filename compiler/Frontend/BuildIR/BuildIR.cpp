// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The module of a model: parameters, then one function an entry.
#include "compiler/Frontend/BuildIR/BuildIR.h"
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

#include <stdexcept>

using namespace mlir;

namespace keratin {

StringRef entryName(Entry entry) {
  switch (entry) {
  case Entry::Predict:
    return "predict";
  case Entry::EvaluateStep:
    return "evaluate_step";
  case Entry::TrainStep:
    return "train_step";
  case Entry::Gradients:
    return "gradients";
  }
  llvm_unreachable("unknown entry");
}

namespace {

/// The batch is dynamic whatever the model says; steps where it leaves them open.
RankedTensorType tensorType(const Shape &shape, Type element) {
  SmallVector<int64_t> dims;
  for (int64_t dim : shape)
    dims.push_back(dims.empty() || dim < 0 ? ShapedType::kDynamic : dim);
  return RankedTensorType::get(dims, element);
}

class ModuleBuilder {
public:
  ModuleBuilder(const ModelSpec &model, MLIRContext &context)
      : model(model), context(context), builder(&context),
        module(ModuleOp::create(builder, toMLIR(model.location, &context), model.name)) {
    builder.setInsertionPointToEnd(module->getBody());
  }

  OwningOpRef<ModuleOp> build(const BuildOptions &options) {
    if (model.outputs.empty())
      throw UserError(model.location, "the model's input shape is not known",
                      "give it an Input layer or call build()");
    declareParams();
    for (Entry entry : options.entries)
      buildEntry(entry);
    return std::move(module);
  }

private:
  /// An argument of a function before there is one.
  struct Argument {
    Type type;
    std::string name;
    StringRef role;
  };

  void declareParams() {
    llvm::StringSet<> taken;
    for (const LayerSpec &layer : model.layers) {
      std::vector<std::string> &symbols = names.emplace_back();
      for (const WeightSpec &weight : layer.weights) {
        std::string stem = layer.name + "_" + weight.name, symbol = stem;
        for (int i = 1; !taken.insert(symbol).second; ++i)
          symbol = stem + "_" + std::to_string(i);
        symbols.push_back(symbol);
        ParamOp::create(builder, toMLIR(layer.location, &context), symbol,
                        RankedTensorType::get(weight.shape, builder.getF32Type()),
                        weight.trainable && layer.trainable(), layerClass(layer).gates,
                        LayoutAttr(),
                        constraintOf(weight.constraint, static_cast<int64_t>(weight.shape.size()),
                                     layer.location, context));
      }
    }
  }

  std::vector<Argument> argumentsOf(Entry entry) {
    std::vector<Argument> arguments;
    for (size_t i = 0; i < model.inputs.size(); ++i) {
      TensorRef input = model.inputs[i];
      Type element = model.inputDType(i) == rt::DType::Int32 ? Type(builder.getI32Type())
                                                             : Type(builder.getF32Type());
      arguments.push_back(
          {tensorType(model.shapeOf(input), element), model.layerOf(input).name, "input"});
    }
    if (entry == Entry::Predict)
      return arguments;
    RankedTensorType prediction =
        tensorType(model.shapeOf(model.outputs.front()), builder.getF32Type());
    std::string output = model.layerOf(model.outputs.front()).name;
    arguments.push_back(
        {targetType(model.compile->losses.front(), prediction), output + "_target", "target"});
    arguments.push_back({sampleWeightType(prediction), output + "_sample_weight", "sample_weight"});
    if (entry == Entry::EvaluateStep)
      return arguments;
    arguments.push_back({builder.getI64Type(), "seed", "seed"});
    arguments.push_back({builder.getI64Type(), "iteration", "iteration"});
    if (entry == Entry::TrainStep)
      arguments.push_back({builder.getF32Type(), "learning_rate", "learning_rate"});
    return arguments;
  }

  /// An empty function with the arguments and results of an entry.
  func::FuncOp declareEntry(Entry entry) {
    SmallVector<Type> argumentTypes, resultTypes;
    std::vector<Argument> arguments = argumentsOf(entry);
    for (const Argument &argument : arguments)
      argumentTypes.push_back(argument.type);
    if (entry == Entry::Predict)
      for (TensorRef output : model.outputs)
        resultTypes.push_back(tensorType(model.shapeOf(output), builder.getF32Type()));

    auto locate = [&](StringRef what) {
      return originLocation(model.location, what, entry, &context);
    };
    auto func = func::FuncOp::create(builder, locate(model.name), entryName(entry),
                                     builder.getFunctionType(argumentTypes, resultTypes));
    func->setAttr(entryAttrName, builder.getStringAttr(entryName(entry)));
    for (auto [i, argument] : llvm::enumerate(arguments)) {
      func.setArgAttr(i, argNameAttrName, builder.getStringAttr(argument.name));
      func.setArgAttr(i, roleAttrName, builder.getStringAttr(argument.role));
    }
    for (size_t i = 0; i < resultTypes.size(); ++i)
      func.setResultAttr(i, argNameAttrName,
                         builder.getStringAttr(model.layerOf(model.outputs[i]).name));
    func.addEntryBlock();
    for (auto [value, argument] : llvm::zip_equal(func.getArguments(), arguments))
      value.setLoc(locate(argument.name));
    return func;
  }

  /// Throws UserError where a model cannot be trained or evaluated.
  void checkTraining(Entry entry) {
    std::string name = entryName(entry).str();
    if (!model.compile)
      throw UserError(model.location, "the model is not compiled, as " + name + " needs it to be",
                      "call compile() with a loss");
    if (model.outputs.size() != 1)
      throw UserError(model.compile->location, name + " of a model with " +
                                                   std::to_string(model.outputs.size()) +
                                                   " outputs is not supported");
    if (model.compile->losses.size() != 1)
      throw UserError(model.compile->location,
                      "expects one loss, got " + std::to_string(model.compile->losses.size()));
    if (model.shapeOf(model.outputs.front()).size() < 2)
      throw UserError(model.compile->location, "expects an output of at least two dimensions");
  }

  Tensor emitNode(EntryBuilder &entry, size_t index, ArrayRef<Tensor> tensors) {
    const NodeSpec &node = model.nodes[index];
    const LayerSpec &layer = model.layers[node.layer];
    LayerCall call{layer, {}, static_cast<int64_t>(index)};
    for (TensorRef input : node.inputs)
      call.inputs.push_back(tensors[input.node]);
    entry.enter(layer.location, layer.name);
    Tensor result = layerClass(layer).emit(entry, call);
    if (result.type() != tensorType(node.outputShapes.front(), builder.getF32Type()))
      throw std::logic_error("layer " + layer.name +
                             " has another shape in the IR than in the model");
    return result;
  }

  void buildEntry(Entry kind) {
    if (kind != Entry::Predict)
      checkTraining(kind);
    func::FuncOp func = declareEntry(kind);
    EntryBuilder entry(kind, model, names, func.getBody().front());

    std::vector<Tensor> tensors(model.nodes.size());
    auto argument = func.getArguments().begin();
    for (TensorRef input : model.inputs)
      tensors[input.node].value = *argument++;
    Value target, sampleWeight;
    if (kind != Entry::Predict) {
      target = *argument++;
      sampleWeight = *argument++;
    }
    if (entry.isTraining()) {
      entry.seed = *argument++;
      entry.iteration = *argument++;
    }
    if (kind == Entry::TrainStep)
      entry.learningRate = *argument++;

    for (size_t i = 0; i < tensors.size(); ++i)
      if (!tensors[i].value)
        tensors[i] = emitNode(entry, i, tensors);

    SmallVector<Value> results;
    if (kind == Entry::Predict)
      for (TensorRef output : model.outputs)
        results.push_back(tensors[output.node].value);
    else
      finishStep(entry, tensors[model.outputs.front().node], target, sampleWeight,
                 emitPenalties(entry, tensors));
    func::ReturnOp::create(entry, results);
  }

  /// What regularizers add to the loss: of the outputs of each call, and of weights.
  SmallVector<Value> emitPenalties(EntryBuilder &entry, ArrayRef<Tensor> tensors) {
    SmallVector<Value> penalties;
    for (auto [node, tensor] : llvm::zip_equal(model.nodes, tensors)) {
      const LayerSpec &layer = model.layers[node.layer];
      Json regularizer = layer.config.value("activity_regularizer", Json());
      entry.enter(layer.location, layer.name);
      if (!regularizer.is_null())
        penalties.push_back(
            emitPenalty(entry, regularizer, tensor.value, /*perRow=*/true, layer.location));
    }
    for (const LayerSpec &layer : model.layers) {
      entry.enter(layer.location, layer.name);
      for (const WeightSpec &weight : layer.weights)
        if (!weight.regularizer.is_null())
          penalties.push_back(emitPenalty(entry, weight.regularizer,
                                          entry.weight(layer, weight.name), /*perRow=*/false,
                                          layer.location));
    }
    return penalties;
  }

  void finishStep(EntryBuilder &entry, const Tensor &prediction, Value target, Value sampleWeight,
                  ArrayRef<Value> penalties) {
    const CompileSpec &compile = *model.compile;
    SmallVector<Value> losses{
        emitLossAndMetrics(entry, compile, prediction, target, sampleWeight, penalties)};
    losses.append(penalties.begin(), penalties.end());
    if (entry.isTraining())
      emitMinimize(entry, compile, losses);
  }

  const ModelSpec &model;
  MLIRContext &context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  ParamNames names;
};

} // namespace

OwningOpRef<ModuleOp> buildIR(const ModelSpec &model, const BuildOptions &options,
                              MLIRContext &context) {
  context.loadDialect<KeratinDialect, func::FuncDialect>();
  return ModuleBuilder(model, context).build(options);
}

} // namespace keratin
