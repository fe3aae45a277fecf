// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replays the calls that inbound_nodes lists.
#include "compiler/Frontend/KerasFile/FunctionalConfig.h"

#include "compiler/Frontend/KerasFile/Architecture.h"
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/ModelBuilder.h"

#include <algorithm>
#include <map>
#include <set>
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
  std::vector<History> inputs = {};
  Json arguments = Json::object(); ///< of NodeSpec
};

History historyFromJson(const Json &json) {
  return {json.at(0).get<std::string>(), json.at(1).get<int>(), json.at(2).get<int>()};
}

/// The tensors in an argument of a call, nested as they were passed: objects as Keras 3 writes
/// them, or ["lstm", 0, 0] in the keywords of Keras 1 and 2.
void collectTensors(const Json &argument, std::vector<History> &tensors) {
  if (argument.is_object() && argument.value("class_name", "") == "__keras_tensor__") {
    tensors.push_back(historyFromJson(argument.at("config").at("keras_history")));
    return;
  }
  if (argument.is_array() && argument.size() >= 3 && argument[0].is_string()) {
    tensors.push_back(historyFromJson(argument));
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
    // only where another layer reads their value; see tensorOf and checkMasks.
    if (json.value("module", "").rfind("keras.src.ops", 0) == 0) {
      operations[json.at("name").get<std::string>()] = {className, nodes};
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
    classes[name] = className;
    if (className == "Embedding" && layer.spec.config.value("mask_zero", false))
      maskValues[name] = 0;
    if (className == "Masking")
      maskValues[name] = layer.spec.config.at("mask_value").get<double>();
    // In Keras 2, whose calls are lists, call 0 of a nested model was the one that made it.
    bool isNested = layer.spec.model != nullptr;
    handles[name] = graph.add(std::move(layer));
    for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
      int number = isNested && nodes[i].is_array() ? i + 1 : i;
      PendingCall call{name, number};
      readCall(nodes[i], call);
      pending.push_back(std::move(call));
    }
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
    checkMasks();
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
  using Call = std::pair<std::string, int>; ///< a layer and which call of it
  using Marked = std::pair<Call, double>;   ///< an output, and the value in it that is masked
  struct Operation {
    std::string className;
    Json nodes;
  };

  void readCall(const Json &node, PendingCall &call) {
    if (node.is_object()) {
      for (const Json &argument : node.at("args"))
        collectTensors(argument, call.inputs);
      sources[{call.layer, call.call}] = call.inputs;
      takeArguments(node.value("kwargs", Json::object()), call);
      return;
    }
    // Keras 1 and 2: a list of [layer, call, output, kwargs].
    for (const Json &entry : node) {
      call.inputs.push_back(historyFromJson(entry));
      if (entry.size() > 3)
        takeArguments(entry[3], call);
    }
  }

  /// The keywords of a call; initial states follow its other inputs.
  void takeArguments(const Json &arguments, PendingCall &call) {
    for (const auto &[name, value] : arguments.items()) {
      if (name == "initial_state") {
        collectTensors(value, call.inputs);
        continue;
      }
      bool concernsAttention = (name == "return_attention_scores" || name == "use_causal_mask") &&
                               takesAttentionArguments(classes[call.layer]);
      if (concernsAttention && value == Json(true)) {
        call.arguments[name] = true;
        continue;
      }
      bool neutral =
          value.is_null() || ((name == "training" || concernsAttention) && value == Json(false));
      if (name == "mask" && !neutral)
        masks[{call.layer, call.call}] = value;
      else if (!neutral)
        throw UserError(location, "argument `" + name + "` in a call of layer '" + call.layer +
                                      "' is not supported yet");
    }
  }

  /// Keras 3 writes the mask that a call was given, mostly the one that came with its input. Throws
  /// UserError for any other, which would not be there once masks are propagated anew.
  void checkMasks() {
    for (const auto &[call, mask] : masks)
      if (!isInputsMask(call, mask))
        throw UserError(location,
                        "argument `mask` in a call of layer '" + call.first +
                            "' is not supported yet",
                        "only the mask of a Masking layer or of an Embedding with mask_zero is, "
                        "which needs no argument");
  }

  /// Whether `mask` is what Keras makes of the masks that come with the call's inputs: of what the
  /// same Embeddings and Masking layers read, through nothing but the operations that Keras joins
  /// masks with.
  bool isInputsMask(const Call &call, const Json &mask) {
    std::vector<History> given;
    collectTensors(mask, given);
    std::set<Marked> compared, expected;
    std::set<Call> visited;
    for (const History &tensor : given)
      if (!findCompared(tensor, compared))
        return false;
    findMarked({call.first, call.second}, expected, visited, /*ownMask=*/false);
    return !compared.empty() && compared == expected;
  }

  /// Adds what an expression of masks compares with which value. False where it is another.
  bool findCompared(const History &mask, std::set<Marked> &compared) {
    auto operation = operations.find(mask.layer);
    if (operation == operations.end())
      return false;
    const auto &[className, nodes] = operation->second;
    const Json &arguments = nodes.at(mask.call).at("args");
    if (className == "ZerosLike") // beside a mask, to give it features
      return true;
    std::vector<History> read;
    collectTensors(arguments, read);
    if (className == "NotEqual") {
      if (read.size() != 1 || arguments.size() != 2 || !arguments.at(1).is_number())
        return false;
      compared.insert({{read[0].layer, read[0].call}, arguments.at(1).get<double>()});
      return true;
    }
    static const std::set<std::string> joins = {"Any", "Concatenate", "ConvertToTensor",
                                                "ExpandDims", "LogicalOr"};
    return joins.count(className) &&
           std::all_of(read.begin(), read.end(),
                       [&](const History &tensor) { return findCompared(tensor, compared); });
  }

  /// Adds what marks steps as masked in the output of a call, or in what it reads.
  void findMarked(const Call &call, std::set<Marked> &marked, std::set<Call> &visited,
                  bool ownMask = true) {
    if (!visited.insert(call).second)
      return;
    auto source = sources.find(call);
    if (source == sources.end() || source->second.empty())
      return;
    auto value = maskValues.find(call.first);
    if (ownMask && value != maskValues.end()) {
      const History &input = source->second[0];
      marked.insert({{input.layer, input.call}, value->second});
      return;
    }
    static const std::set<std::string> joins = {"Add",     "Average",  "Concatenate", "Maximum",
                                                "Minimum", "Multiply", "Subtract"};
    for (const History &input : source->second) {
      findMarked({input.layer, input.call}, marked, visited);
      if (!joins.count(classes[call.first]))
        return; // the mask is the first input's
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
    tensors[{call.layer, call.call}] =
        graph.call(handles.at(call.layer), inputs, location, call.arguments);
  }

  void refuseOperation(const History &history) {
    auto operation = operations.find(history.layer);
    if (operation != operations.end())
      throw UserError(location,
                      "operation \"" + operation->second.className + "\" is not supported yet");
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
  std::map<std::string, std::string> classes; ///< of layers, by name
  std::map<std::string, Operation> operations;
  std::map<Call, TensorRef> tensors;
  std::map<Call, std::vector<History>> sources; ///< of each call, without initial states
  std::map<Call, Json> masks;                   ///< the mask that a call was given
  std::map<std::string, double> maskValues;     ///< of the layers that make masks
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
