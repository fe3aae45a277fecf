// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replays the calls that inbound_nodes lists.
#include "compiler/Frontend/KerasFile/FunctionalConfig.h"

#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <map>
#include <tuple>

namespace keratin {

namespace {

/// ["lstm", 0, 0]: layer, which call of it, which output of that.
struct History {
  std::string layer;
  int call = 0;
  int output = 0;
};

/// One call of a layer as the file has it.
struct PendingCall {
  std::string layer;
  int call = 0;
  std::vector<History> inputs;
};

History historyFromJson(const Json &json) {
  return {json.at(0).get<std::string>(), json.at(1).get<int>(), json.at(2).get<int>()};
}

/// Keras 3: the tensors in the positional arguments of a call, nested as they were passed.
void collectTensors(const Json &argument, std::vector<History> &tensors) {
  if (argument.is_object() && argument.value("class_name", "") == "__keras_tensor__") {
    tensors.push_back(historyFromJson(argument.at("config").at("keras_history")));
    return;
  }
  if (argument.is_array())
    for (const Json &element : argument)
      collectTensors(element, tensors);
}

class Replay {
public:
  Replay(const SourceLocation &location, const WarningHandler &warn)
      : location(location), warn(warn) {}

  void addLayer(const Json &json) {
    std::string className = json.at("class_name").get<std::string>();
    const Json &nodes = json.at("inbound_nodes");
    // Keras 3 stores the arithmetic on masks as layers. Masks are propagated anew, so these matter
    // only where another layer reads their value; see tensorOf.
    if (json.value("module", "").rfind("keras.src.ops", 0) == 0) {
      operations[json.at("name").get<std::string>()] = className;
      return;
    }
    NewLayer layer = layerFromConfig(className, json.at("config"), location, warn);
    std::string name = layer.spec.name;
    if (handles.count(name))
      throw UserError(location, "the model has two layers of the name '" + name + "'");
    if (className == "InputLayer") {
      tensors[{name, 0}] = graph.input(std::move(layer));
      handles[name] = -1;
      return;
    }
    handles[name] = graph.add(std::move(layer));
    for (size_t i = 0; i < nodes.size(); ++i)
      pending.push_back({name, static_cast<int>(i), inputsOf(nodes[i], name)});
  }

  /// Calls layers as soon as their inputs exist, until all are done.
  void run() {
    while (!pending.empty()) {
      std::vector<PendingCall> waiting;
      for (PendingCall &call : pending)
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
  std::vector<History> inputsOf(const Json &node, const std::string &layer) {
    std::vector<History> inputs;
    if (node.is_object()) {
      for (const Json &argument : node.at("args"))
        collectTensors(argument, inputs);
      checkArguments(node.value("kwargs", Json::object()), layer);
      return inputs;
    }
    // Keras 1 and 2: a list of [layer, call, output, kwargs].
    for (const Json &entry : node) {
      inputs.push_back(historyFromJson(entry));
      if (entry.size() > 3)
        checkArguments(entry[3], layer);
    }
    return inputs;
  }

  void checkArguments(const Json &arguments, const std::string &layer) {
    for (const auto &[name, value] : arguments.items()) {
      bool neutral = value.is_null() || (name == "training" && value == Json(false));
      if (name != "mask" && !neutral)
        throw UserError(location, "argument `" + name + "` in a call of layer '" + layer +
                                      "' is not supported yet");
    }
  }

  bool isReady(const PendingCall &call) {
    for (const History &input : call.inputs) {
      refuseOperation(input);
      if (!tensors.count({input.layer, input.call}))
        return false;
    }
    return true;
  }

  void perform(const PendingCall &call) {
    std::vector<TensorRef> inputs;
    for (const History &input : call.inputs)
      inputs.push_back(tensorOf(input));
    tensors[{call.layer, call.call}] = graph.call(handles.at(call.layer), inputs, location);
  }

  void refuseOperation(const History &history) {
    auto operation = operations.find(history.layer);
    if (operation != operations.end())
      throw UserError(location, "operation \"" + operation->second + "\" is not supported yet");
  }

  TensorRef tensorOf(const History &history) {
    refuseOperation(history);
    auto found = tensors.find({history.layer, history.call});
    if (found == tensors.end() || history.output != 0)
      throw UserError(location, "the model refers to output " + std::to_string(history.output) +
                                    " of call " + std::to_string(history.call) + " of layer '" +
                                    history.layer + "', which is not in the file");
    return found->second;
  }

  const SourceLocation &location;
  const WarningHandler &warn;
  std::map<std::string, int> handles;
  std::map<std::string, std::string> operations;
  std::map<std::pair<std::string, int>, TensorRef> tensors;
  std::vector<PendingCall> pending;
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
