// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/KerasFile/RecordedCall.h"

#include "compiler/Frontend/Layers/LayerRules.h"

#include <algorithm>

namespace keratin {

History historyFromJson(const Json &json) {
  return {json.at(0).get<std::string>(), json.at(1).get<int>(), json.at(2).get<int>()};
}

/// The tensor that an argument is, if it is one.
static std::optional<History> tensorIn(const Json &argument) {
  if (argument.is_object() && argument.value("class_name", "") == "__keras_tensor__")
    return historyFromJson(argument.at("config").at("keras_history"));
  if (argument.is_array() && argument.size() >= 3 && argument[0].is_string())
    return historyFromJson(argument);
  return std::nullopt;
}

void collectTensors(const Json &argument, std::vector<History> &tensors) {
  if (std::optional<History> tensor = tensorIn(argument))
    tensors.push_back(std::move(*tensor));
  else if (argument.is_array())
    for (const Json &element : argument)
      collectTensors(element, tensors);
}

namespace {

/// Reads the arguments of one call.
class CallReader {
public:
  CallReader(RecordedCall &call, bool isAttention, const SourceLocation &location)
      : call(call), isAttention(isAttention), location(location) {}

  void takeKeywords(const Json &keywords) {
    for (const auto &[name, value] : keywords.items())
      takeKeyword(name, value);
  }

private:
  void takeKeyword(const std::string &name, const Json &value) {
    if (name == "initial_state") {
      size_t before = call.inputs.size();
      collectTensors(value, call.inputs);
      call.hasStates |= call.inputs.size() > before;
      return;
    }
    bool concernsAttention =
        isAttention && (name == "return_attention_scores" || name == "use_causal_mask");
    if (value.is_null() || ((name == "training" || concernsAttention) && value == Json(false)))
      return;
    if (concernsAttention && value == Json(true))
      call.arguments[name] = true;
    else if (name == "mask")
      takeMasks(value);
    else
      refuse(name);
  }

  /// A mask, or a list in which null stands for none.
  void takeMasks(const Json &value) {
    if (std::optional<History> mask = tensorIn(value)) {
      call.masks.push_back(std::move(mask));
      return;
    }
    if (!value.is_array())
      refuse("mask");
    for (const Json &element : value) {
      call.masks.push_back(tensorIn(element));
      if (!call.masks.back() && !element.is_null())
        refuse("mask");
    }
    if (std::none_of(call.masks.begin(), call.masks.end(),
                     [](const std::optional<History> &mask) { return mask.has_value(); }))
      call.masks.clear();
  }

  [[noreturn]] void refuse(const std::string &name) {
    throw UserError(location, "argument `" + name + "` in a call of layer '" + call.layer +
                                  "' is not supported yet");
  }

  RecordedCall &call;
  const bool isAttention;
  const SourceLocation &location;
};

} // namespace

RecordedCall recordedCall(const std::string &layer, const std::string &className, int number,
                          const Json &node, const SourceLocation &location) {
  RecordedCall call{layer, number};
  CallReader reader(call, takesAttentionArguments(className), location);
  if (node.is_object()) {
    for (const Json &argument : node.at("args"))
      collectTensors(argument, call.inputs);
    reader.takeKeywords(node.value("kwargs", Json::object()));
    return call;
  }
  // Keras 1 and 2: a list of [layer, call, output, kwargs].
  for (const Json &entry : node)
    call.inputs.push_back(historyFromJson(entry));
  for (const Json &entry : node)
    if (entry.size() > 3)
      reader.takeKeywords(entry[3]);
  return call;
}

} // namespace keratin
