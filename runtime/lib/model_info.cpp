// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ModelInfo from its JSON text.
#include "keratin/model_info.hpp"
#include "keratin/abi.h"
#include "keratin/error.hpp"

namespace keratin::rt {

namespace {

using Json = nlohmann::ordered_json;

DType dtype(const std::string &text) {
  for (int i = 0; i <= static_cast<int>(DType::Float64); ++i)
    if (text == name(static_cast<DType>(i)))
      return static_cast<DType>(i);
  throw Error("model info: unknown dtype \"" + text + "\"");
}

TensorInfo tensor(const Json &json) {
  TensorInfo info;
  info.name = json.at("name");
  info.dtype = dtype(json.value("dtype", "float32"));
  info.shape = json.at("shape").get<std::vector<int64_t>>();
  info.classes = json.value("classes", int64_t{0});
  return info;
}

std::vector<TensorInfo> tensors(const Json &json) {
  std::vector<TensorInfo> result;
  for (const Json &entry : json)
    result.push_back(tensor(entry));
  return result;
}

std::optional<EntryInfo> entry(const Json &entries, const char *name) {
  auto found = entries.find(name);
  if (found == entries.end() || found->is_null())
    return std::nullopt;
  EntryInfo info;
  info.workspaceBytes = found->at("workspace_bytes");
  info.maxBatch = found->at("max_batch");
  info.maxSteps = found->value("max_steps", 1);
  return info;
}

ModelInfo convert(const Json &json) {
  int64_t abi = json.at("abi");
  if (abi != KRT_ABI_VERSION)
    throw Error("the model was compiled for ABI version " + std::to_string(abi) +
                    ", this runtime has version " + std::to_string(KRT_ABI_VERSION),
                "compile the model again");
  ModelInfo info;
  info.name = json.at("name");
  info.paramsBytes = json.at("params_bytes");
  for (const Json &weight : json.at("weights"))
    info.weights.push_back(
        {weight.at("name"), weight.value("path", weight.at("name").get<std::string>()),
         weight.at("shape").get<std::vector<int64_t>>(), weight.value("trainable", true)});
  for (const Json &state : json.value("states", Json::array()))
    info.states.push_back(
        {state.at("name"), state.at("shape").get<std::vector<int64_t>>(), state.at("offset")});
  info.statesBytes = json.value("states_bytes", int64_t{0});
  info.statefulBatch = json.value("stateful_batch", int64_t{0});
  info.inputs = tensors(json.at("inputs"));
  info.outputs = tensors(json.at("outputs"));
  info.targets = tensors(json.value("targets", Json::array()));
  const Json vocabulary = json.value("vocabulary", Json::array());
  for (size_t i = 0; i < vocabulary.size() && i < info.inputs.size(); ++i)
    info.inputs[i].vocabulary = vocabulary[i];
  if (auto found = json.find("optimizer"); found != json.end() && !found->is_null()) {
    OptimizerInfo optimizer;
    optimizer.kind = found->at("kind");
    optimizer.learningRate = found->at("learning_rate");
    optimizer.slots = found->at("slots").get<std::vector<std::string>>();
    optimizer.config = found->value("config", Json::object());
    info.optimizer = std::move(optimizer);
  }
  info.metrics = json.value("metrics", std::vector<std::string>{});
  info.metricForms.resize(info.metrics.size());
  const Json forms = json.value("metric_forms", Json::array());
  for (size_t i = 0; i < forms.size() && i < info.metrics.size(); ++i) {
    const Json better = forms[i].value("larger_is_better", Json(false));
    info.metricForms[i] = {forms[i].at("result"), forms[i].at("pairs"),
                           better.is_null() ? std::nullopt
                                            : std::optional<bool>(better.get<bool>())};
  }
  const Json &entries = json.at("entries");
  info.predict = entry(entries, "predict");
  info.evaluateStep = entry(entries, "evaluate_step");
  info.trainStep = entry(entries, "train_step");
  info.gradients = entry(entries, "gradients");
  return info;
}

} // namespace

int64_t ModelInfo::optimizerBytes() const {
  int64_t slots = optimizer ? static_cast<int64_t>(optimizer->slots.size()) : 0;
  return static_cast<int64_t>(sizeof(krt_optimizer_header)) + slots * paramsBytes;
}

ModelInfo parseModelInfo(const std::string &json) {
  try {
    return convert(Json::parse(json));
  } catch (const Json::exception &e) {
    throw Error(std::string("malformed model info: ") + e.what());
  }
}

} // namespace keratin::rt
