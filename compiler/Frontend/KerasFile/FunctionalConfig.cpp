// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replays the calls that inbound_nodes lists.
#include "compiler/Frontend/KerasFile/FunctionalConfig.h"

#include "compiler/Frontend/KerasFile/Architecture.h"
#include "compiler/Frontend/KerasFile/RecordedMasks.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <algorithm>
#include <map>

namespace keratin {

namespace {

class Replay {
public:
  Replay(const SourceLocation &location, const WarningHandler &warn)
      : location(location), warn(warn) {}

  void addLayer(const Json &json) {
    std::string className = json.at("class_name").get<std::string>();
    const Json &nodes = json.at("inbound_nodes");
    if (RecordedMasks::isOperation(json)) {
      masks.addOperation(json);
      return;
    }
    NewLayer layer = layerFromFile(json, location, warn);
    std::string name = layer.spec.name;
    if (handles.count(name))
      throw UserError(location, "the model has two layers of the name '" + name + "'");
    if (className == "InputLayer") {
      tensors[{name, 0}] = graph.input(std::move(layer));
      handles[name] = -1;
      return;
    }
    masks.addLayer(layer.spec);
    // In Keras 2, whose calls are lists, call 0 of a nested model was the one that made it.
    bool isNested = layer.spec.model != nullptr;
    handles[name] = graph.add(std::move(layer));
    for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
      int number = isNested && nodes[i].is_array() ? i + 1 : i;
      pending.push_back(recordedCall(name, className, number, nodes[i], location));
      masks.addCall(pending.back());
    }
  }

  /// Calls layers as soon as their inputs exist, until all are done.
  void run() {
    settleMasks();
    while (!pending.empty()) {
      std::vector<RecordedCall> waiting;
      for (RecordedCall &call : pending)
        if (isReady(call))
          perform(call);
        else
          waiting.push_back(std::move(call));
      if (waiting.size() == pending.size())
        throw UserError(location,
                        "the inputs of layer '" + waiting.front().layer + "' are not in the model");
      pending = std::move(waiting);
    }
  }

  /// input_layers or output_layers: one history or a list of them.
  std::vector<TensorRef> endpoints(const Json &json) {
    std::vector<TensorRef> result;
    if (json.is_object())
      throw UserError(location,
                      "models with a dictionary of inputs or outputs are not supported yet");
    bool isOne = !json.empty() && json.at(0).is_string();
    for (const Json &entry : isOne ? Json::array({json}) : json)
      result.push_back(tensorOf(historyFromJson(entry)));
    return result;
  }

  FunctionalGraph graph;

private:
  /// Masks that can be computed here are given to calls as they were recorded. Others are left out
  /// where they come with the inputs anyway.
  void settleMasks() {
    for (RecordedCall &call : pending) {
      if (call.masks.empty())
        continue;
      bool isGiven = true;
      for (std::optional<History> &mask : call.masks)
        isGiven &= !mask || masks.isComputable(*mask);
      if (graph.layer(handles.at(call.layer)).spec.model || !isGiven) {
        if (!masks.areCarried(call))
          throw UserError(location,
                          "argument `mask` in a call of layer '" + call.layer +
                              "' is not supported yet",
                          "supported are boolean inputs, keras.ops.not_equal(x, number), "
                          "any(x, axis=-1) of that, and the masks that come with the inputs");
        call.masks.clear();
      }
      for (std::optional<History> &mask : call.masks)
        if (mask)
          mask = masks.resolve(*mask);
    }
    std::vector<RecordedCall> operations;
    for (auto &[operation, call] : masks.computable(location)) {
      int handle = graph.add({std::move(operation), {}, {}});
      handles[call.layer] = handle;
      operations.push_back(std::move(call));
    }
    pending.insert(pending.begin(), operations.begin(), operations.end());
  }

  bool isReady(const RecordedCall &call) {
    auto exists = [&](const History &tensor) {
      refuseOperation(tensor);
      return tensors.count({tensor.layer, tensor.call}) > 0;
    };
    return std::all_of(call.inputs.begin(), call.inputs.end(), exists) &&
           std::all_of(call.masks.begin(), call.masks.end(),
                       [&](const auto &mask) { return !mask || exists(*mask); });
  }

  void perform(const RecordedCall &call) {
    std::vector<TensorRef> inputs, given;
    for (const History &input : call.inputs)
      inputs.push_back(tensorOf(input));
    for (const std::optional<History> &mask : call.masks)
      given.push_back(mask ? tensorOf(*mask) : TensorRef());
    tensors[{call.layer, call.number}] =
        graph.call(handles.at(call.layer), inputs, location, call.arguments, given);
  }

  void refuseOperation(const History &history) {
    if (const std::string *operation = masks.operationClass(history.layer))
      if (!handles.count(history.layer))
        throw UserError(location, "operation \"" + *operation + "\" is not supported yet");
  }

  TensorRef tensorOf(const History &history) {
    refuseOperation(history);
    auto found = tensors.find({history.layer, history.call});
    if (found == tensors.end() || history.output < 0 ||
        history.output >= graph.outputCount(found->second.node))
      throw UserError(location, "the model refers to output " + std::to_string(history.output) +
                                    " of call " + std::to_string(history.call) + " of layer '" +
                                    history.layer + "', which is not in the file");
    return {found->second.node, history.output};
  }

  const SourceLocation &location;
  const WarningHandler &warn;
  std::map<std::string, int> handles;
  std::map<std::pair<std::string, int>, TensorRef> tensors; ///< of a layer and which call of it
  RecordedMasks masks;
  std::vector<RecordedCall> pending;
};

} // namespace

ModelSpec functionalFromConfig(const Json &config, const SourceLocation &location,
                               const WarningHandler &warn) {
  Replay replay(location, warn);
  for (const Json &layer : config.at("layers"))
    replay.addLayer(layer);
  replay.run();
  return replay.graph.model(replay.endpoints(config.at("input_layers")),
                            replay.endpoints(config.at("output_layers")),
                            config.at("name").get<std::string>(), location);
}

} // namespace keratin
