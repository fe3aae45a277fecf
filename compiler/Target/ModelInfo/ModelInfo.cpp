// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/ModelInfo/ModelInfo.h"
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Analysis/StateTable.h"
#include "compiler/Frontend/BuildIR/EntryBuilder.h"
#include "compiler/Frontend/Layers/States.h"
#include "keratin/abi.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace keratin {

namespace {

Json tensor(const std::string &name, Type element, const Shape &shape) {
  return {
      {"name", name}, {"dtype", isa<IntegerType>(element) ? "int32" : "float32"}, {"shape", shape}};
}

/// The element type of the n-th argument with a role, of any entry that has it.
Type elementType(ModuleOp module, StringRef role, size_t n) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    size_t seen = 0;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      auto attr = function.getArgAttrOfType<StringAttr>(i, roleAttrName);
      if (!attr || attr.getValue() != role || seen++ != n)
        continue;
      if (auto element = function.getArgAttrOfType<TypeAttr>(i, elementAttrName))
        return element.getValue();
    }
  }
  return Float32Type::get(module.getContext());
}

/// The rows that all entries are compiled for.
int64_t maxBatchOf(ModuleOp module) {
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (auto batch = function->getAttrOfType<IntegerAttr>(maxBatchAttrName))
      return batch.getInt();
  return 0;
}

Json weights(const ModelSpec &model) {
  Json result = Json::array();
  for (const LayerSpec &layer : model.layers)
    for (const WeightSpec &weight : layer.weights)
      result.push_back({{"name", layer.name + "/" + weight.name},
                        {"path", weight.path},
                        {"shape", weight.shape},
                        {"trainable", weight.trainable && layer.trainable()}});
  return result;
}

} // namespace

Json modelInfo(const ModelSpec &model, ModuleOp flat, const std::string &name,
               const Machine &machine) {
  Json info;
  info["abi"] = KRT_ABI_VERSION;
  info["name"] = name;
  info["target"] = machine.triple;
  info["cpu"] = machine.cpu;
  info["params_bytes"] = ParamTable(flat).totalBytes();
  info["weights"] = weights(model);

  info["stateful_batch"] = statefulBatch(model);
  int64_t batch = maxBatchOf(flat);
  StateTable states(flat, batch);
  info["states_bytes"] = states.totalBytes();
  info["states"] = Json::array();
  for (const StateTable::Entry &state : states.entries())
    info["states"].push_back(
        {{"name", state.name}, {"shape", {batch, state.units}}, {"offset", state.offset}});

  info["inputs"] = Json::array();
  info["vocabulary"] = Json::array();
  for (auto [i, input] : llvm::enumerate(model.inputs)) {
    info["inputs"].push_back(
        tensor(model.layerOf(input).name, elementType(flat, "input", i), model.shapeOf(input)));
    info["vocabulary"].push_back(model.vocabulary(i));
  }
  info["outputs"] = Json::array();
  info["targets"] = Json::array();
  for (auto [i, output] : llvm::enumerate(model.outputs)) {
    const std::string &label = model.outputName(i);
    Shape shape = model.shapeOf(output);
    info["outputs"].push_back(tensor(label, Float32Type::get(flat.getContext()), shape));
    Type element = elementType(flat, "target", i);
    int64_t classes = 0;
    if (isa<IntegerType>(element)) {
      classes = shape.back();
      shape.pop_back();
    }
    info["targets"].push_back(tensor(label, element, shape));
    info["targets"].back()["classes"] = classes;
  }

  info["optimizer"] = nullptr;
  info["metrics"] = info["metric_forms"] = Json::array();
  for (const LogSpec &log : model.logs()) {
    rt::MetricForm form = metricForm(model, log);
    info["metrics"].push_back(log.name);
    info["metric_forms"].push_back(
        {{"result", form.result},
         {"pairs", form.pairs},
         {"larger_is_better", form.largerIsBetter ? Json(*form.largerIsBetter) : Json()}});
  }
  if (model.compile) {
    const OptimizerSpec &optimizer = model.compile->optimizer;
    Json slots = Json::array();
    for (StringRef slot : optimizerOf(*model.compile, *flat.getContext()).getSlotNames())
      slots.push_back(slot.str());
    info["optimizer"] = {{"kind", optimizer.kind},
                         {"learning_rate", optimizer.learningRate()},
                         {"slots", slots},
                         {"config", optimizer.config}};
  }

  info["entries"] = Json::object();
  for (func::FuncOp function : flat.getOps<func::FuncOp>()) {
    auto entry = function->getAttrOfType<StringAttr>(entryAttrName);
    if (!entry)
      continue;
    auto number = [&](StringRef attr) {
      return function->getAttrOfType<IntegerAttr>(attr).getInt();
    };
    info["entries"][entry.str()] = {{"workspace_bytes", number(workspaceBytesAttrName)},
                                    {"max_batch", number(maxBatchAttrName)},
                                    {"max_steps", number(maxStepsAttrName)}};
  }
  return info;
}

} // namespace keratin
