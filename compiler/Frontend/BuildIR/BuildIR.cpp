// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The module of a model: parameters, then one function an entry.
#include "compiler/Frontend/BuildIR/BuildIR.h"
#include "compiler/Frontend/BuildIR/EntryBuilder.h"

#include "compiler/Analysis/StateTable.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"
#include "compiler/Frontend/Layers/States.h"
#include "compiler/Frontend/Layers/StepModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

#include <stdexcept>

using namespace mlir;

namespace keratin {

StringRef entryName(Entry entry) {
  switch (entry) {
  case Entry::Predict:
    return "predict";
  case Entry::Step:
    return "step";
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

/// Builds the function of one entry.
class FunctionBuilder {
public:
  /// Builds at `builder`. `model` is the one that the entry computes, `names` tells the symbols of
  /// its weights.
  FunctionBuilder(Entry kind, const ModelSpec &model, const ParamNames &names, OpBuilder &builder)
      : kind(kind), model(model), states(statesOf(model)), names(names), builder(builder),
        context(builder.getContext()) {}

  void build() {
    if (!isInference(kind))
      checkTraining();
    func::FuncOp func = declare();
    EntryBuilder entry(kind, model, names, func.getBody().front());

    std::vector<LayerOutputs> tensors(model.nodes.size());
    auto argument = func.getArguments().begin();
    for (TensorRef input : model.inputs)
      tensors[input.node] = {Tensor{*argument++, Value()}};
    SmallVector<TrainedOutput> trained(isInference(kind) ? 0 : model.outputs.size());
    for (TrainedOutput &output : trained)
      output.target = *argument++;
    for (TrainedOutput &output : trained)
      output.sampleWeight = *argument++;
    if (entry.isTraining()) {
      entry.seed = *argument++;
      entry.iteration = *argument++;
    }
    if (kind == Entry::TrainStep)
      entry.learningRate = *argument++;
    for (const StateSpec &state : states)
      entry.states[state.name] = *argument++;

    for (size_t i = 0; i < tensors.size(); ++i)
      if (tensors[i].empty())
        tensors[i] = emitNode(entry, i, tensors);

    SmallVector<Value> results;
    if (isInference(kind)) {
      for (TensorRef output : model.outputs) {
        Value value = tensors[output.node][output.output].value;
        if (!isa<FloatType>(getElementTypeOrSelf(value)))
          throw UserError(model.layerOf(output).location,
                          "an input of indices as an output of its model is not supported");
        results.push_back(value);
      }
    } else {
      for (auto [output, tensor] : llvm::zip_equal(trained, model.outputs))
        output.prediction = tensors[tensor.node][tensor.output];
      emitWeightPenalties(entry);
      Value loss = emitLossAndMetrics(entry, model, trained);
      if (entry.isTraining())
        emitMinimize(entry, *model.compile, loss);
    }
    if (writesStates())
      for (const StateSpec &state : states)
        results.push_back(entry.states[state.name]);
    func::ReturnOp::create(entry, results);
  }

private:
  /// An argument of a function before there is one.
  struct Argument {
    Type type;
    std::string name;
    StringRef role;
  };

  Type stateType(const StateSpec &state) { return tensorType(state.shape, builder.getF32Type()); }

  /// Whether the entry leaves new states behind.
  bool writesStates() const { return kind != Entry::Gradients; }

  RankedTensorType outputType(size_t i) {
    return tensorType(model.shapeOf(model.outputs[i]), builder.getF32Type());
  }

  std::vector<Argument> argumentsOf() {
    std::vector<Argument> arguments = dataOf();
    for (const StateSpec &state : states)
      arguments.push_back({stateType(state), state.name, stateRole});
    return arguments;
  }

  /// The arguments without states.
  std::vector<Argument> dataOf() {
    std::vector<Argument> arguments;
    for (size_t i = 0; i < model.inputs.size(); ++i) {
      TensorRef input = model.inputs[i];
      Type element = model.inputDType(i) == rt::DType::Int32 ? Type(builder.getI32Type())
                                                             : Type(builder.getF32Type());
      arguments.push_back(
          {tensorType(model.shapeOf(input), element), model.layerOf(input).name, "input"});
    }
    if (isInference(kind))
      return arguments;
    for (auto [i, loss] : llvm::enumerate(model.compile->losses))
      arguments.push_back(
          {targetType(loss, outputType(i)), model.outputName(i) + "_target", "target"});
    for (size_t i = 0; i < model.outputs.size(); ++i)
      arguments.push_back({sampleWeightType(outputType(i)), model.outputName(i) + "_sample_weight",
                           "sample_weight"});
    if (kind == Entry::EvaluateStep)
      return arguments;
    arguments.push_back({builder.getI64Type(), "seed", "seed"});
    arguments.push_back({builder.getI64Type(), "iteration", "iteration"});
    if (kind == Entry::TrainStep)
      arguments.push_back({builder.getF32Type(), "learning_rate", "learning_rate"});
    return arguments;
  }

  /// An empty function with the arguments and results of an entry.
  func::FuncOp declare() {
    SmallVector<Type> argumentTypes, resultTypes;
    std::vector<Argument> arguments = argumentsOf();
    for (const Argument &argument : arguments)
      argumentTypes.push_back(argument.type);
    if (isInference(kind))
      for (size_t i = 0; i < model.outputs.size(); ++i)
        resultTypes.push_back(outputType(i));
    size_t outputs = resultTypes.size();
    if (writesStates())
      for (const StateSpec &state : states)
        resultTypes.push_back(stateType(state));

    auto locate = [&](StringRef what) {
      return originLocation(model.location, what, kind, context);
    };
    auto func = func::FuncOp::create(builder, locate(model.name), entryName(kind),
                                     builder.getFunctionType(argumentTypes, resultTypes));
    func->setAttr(entryAttrName, builder.getStringAttr(entryName(kind)));
    for (auto [i, argument] : llvm::enumerate(arguments)) {
      func.setArgAttr(i, argNameAttrName, builder.getStringAttr(argument.name));
      func.setArgAttr(i, roleAttrName, builder.getStringAttr(argument.role));
    }
    for (size_t i = 0; i < resultTypes.size(); ++i) {
      bool isState = i >= outputs;
      const std::string &name = isState ? states[i - outputs].name : model.outputName(i);
      func.setResultAttr(i, argNameAttrName, builder.getStringAttr(name));
      if (isState)
        func.setResultAttr(i, roleAttrName, builder.getStringAttr(stateRole));
    }
    func.addEntryBlock();
    for (auto [value, argument] : llvm::zip_equal(func.getArguments(), arguments))
      value.setLoc(locate(argument.name));
    return func;
  }

  /// Throws UserError where a model cannot be trained or evaluated.
  void checkTraining() {
    if (!model.compile)
      throw UserError(model.location,
                      "the model is not compiled, as " + entryName(kind).str() + " needs it to be",
                      "call compile() with a loss");
    if (model.compile->losses.size() != model.outputs.size())
      throw UserError(model.compile->location,
                      "expects a loss for each of the " + std::to_string(model.outputs.size()) +
                          " outputs, got " + std::to_string(model.compile->losses.size()));
    for (TensorRef output : model.outputs)
      if (model.shapeOf(output).size() < 2)
        throw UserError(model.compile->location, "expects an output of at least two dimensions");
  }

  LayerOutputs emitNode(EntryBuilder &entry, size_t index, ArrayRef<LayerOutputs> tensors) {
    const NodeSpec &node = model.nodes[index];
    const LayerSpec &layer = model.layers[node.layer];
    LayerCall call{layer, {}, static_cast<int64_t>(index)};
    for (TensorRef input : node.inputs)
      call.inputs.push_back(tensors[input.node][input.output]);
    call.arguments = node.arguments;
    entry.enter(layer.location, layer.name);
    call.masksGiven = !node.masks.empty();
    for (auto [input, mask] : llvm::zip(call.inputs, node.masks))
      input.mask = mask.node < 0 ? Value() : asMask(entry, tensors[mask.node][mask.output]);
    LayerOutputs results = layerClass(layer).emit(entry, call);
    SmallVector<Value> values;
    for (const Tensor &result : results)
      values.push_back(result.value);
    emitActivityPenalties(entry, layer, values);
    bool fits = results.size() == node.outputShapes.size();
    for (size_t i = 0; fits && i < results.size(); ++i)
      fits = results[i].type() == tensorType(node.outputShapes[i], builder.getF32Type());
    if (!fits)
      throw std::logic_error("layer " + layer.name +
                             " has other outputs in the IR than in the model");
    return results;
  }

  /// Weights that are not trained have no penalty, as in Keras.
  void emitWeightPenalties(EntryBuilder &entry) {
    for (const LayerSpec &layer : model.layers) {
      entry.enter(layer.location, layer.name);
      for (const WeightSpec &weight : layer.weights)
        if (weight.trainable && layer.trainable())
          emitPenalty(entry, weight.regularizer, entry.weight(layer, weight.name),
                      /*perRow=*/false, layer.location);
    }
  }

  const Entry kind;
  const ModelSpec &model;
  const std::vector<StateSpec> states;
  const ParamNames &names;
  OpBuilder &builder;
  MLIRContext *const context;
};

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
    std::optional<ModelSpec> step;
    if (llvm::is_contained(options.entries, Entry::Step))
      step = stepModel(model);
    declareParams();
    declareStates(statesOf(step ? *step : model));
    for (Entry entry : options.entries)
      FunctionBuilder(entry, entry == Entry::Step ? *step : model, names, builder).build();
    return std::move(module);
  }

private:
  void declareParams() {
    llvm::StringSet<> taken;
    for (const LayerSpec &layer : model.layers) {
      std::vector<std::string> &symbols = names.emplace_back();
      for (const WeightSpec &weight : layer.weights) {
        std::string stem = layer.name + "_" + weight.name;
        std::replace(stem.begin(), stem.end(), '/', '_'); // of nested models
        std::string symbol = stem;
        for (int i = 1; !taken.insert(symbol).second; ++i)
          symbol = stem + "_" + std::to_string(i);
        symbols.push_back(symbol);
        ParamOp::create(builder, toMLIR(layer.location, &context), symbol,
                        RankedTensorType::get(paramShape(weight), builder.getF32Type()),
                        weight.trainable && layer.trainable(), gatesOf(layer, weight), LayoutAttr(),
                        constraintOf(weight.constraint, static_cast<int64_t>(weight.shape.size()),
                                     layer.location, context),
                        ProductAttr());
      }
    }
  }

  /// All entries share one block of states. Those of one step have every layer's.
  void declareStates(ArrayRef<StateSpec> states) {
    SmallVector<Attribute> attributes;
    for (const StateSpec &state : states)
      attributes.push_back(builder.getArrayAttr(
          {builder.getStringAttr(state.name), builder.getI64IntegerAttr(state.shape[1])}));
    if (!attributes.empty())
      module->getOperation()->setAttr(statesAttrName, builder.getArrayAttr(attributes));
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
