// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Header/Header.h"
#include "compiler/Support/EntryTable.h"
#include "compiler/Target/Header/HeaderTemplates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace keratin {

namespace {

std::string upper(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// A name as part of a C identifier.
std::string identifier(std::string text) {
  for (char &c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  return text;
}

/// "[rows][steps][128]"
std::string shapeText(const Json &shape, bool isWeight) {
  std::string text;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t size = shape[i];
    text += size >= 0 ? fmt::format("[{}]", size) : i == 0 && !isWeight ? "[rows]" : "[steps]";
  }
  return text.empty() ? "[1]" : text;
}

std::string cType(const Json &tensor) { return tensor["dtype"] == "int32" ? "int32_t" : "float"; }

/// "int32_t NAME_ENTRY(…);", at most 100 columns wide.
std::string declaration(const std::string &model, const EntrySignature &entry) {
  std::string text, line = fmt::format("int32_t {}_{}(", model, entry.name);
  for (const EntryParameter &parameter : entry.parameters) {
    bool last = &parameter == &entry.parameters.back();
    std::string word =
        fmt::format("{}{}{}{}", parameter.type, parameter.type.back() == '*' ? "" : " ",
                    parameter.name, last ? ");" : ",");
    if (line.size() + 1 + word.size() > 100) {
      text += line + "\n";
      line = "   ";
    }
    line += (line.back() == '(' ? "" : " ") + word;
  }
  return text + line;
}

class HeaderPrinter {
public:
  explicit HeaderPrinter(const Json &info)
      : info(info), name(info["name"].get<std::string>()), prefix(upper(name)) {}

  std::string print() {
    line("/* {}: a model compiled by Keratin for {}, {}. */", name,
         info["target"].get<std::string>(), info["cpu"].get<std::string>());
    line("#ifndef {}_H", prefix);
    line("#define {}_H\n", prefix);
    text += "#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" "
            "{\n#endif\n\n";
    text += abiTypes;
    text += "\n";
    text += contract;
    text += "\n";
    printSizes();
    printStates();
    printTensors("inputs", "INPUT");
    printTensors("outputs", "OUTPUT");
    printTensors("targets", "TARGET");
    printWeights();
    printMetrics();
    printDeclarations();
    printModelMacro();
    text += "#ifdef __cplusplus\n}\n#endif\n\n";
    if (info["entries"].contains("predict"))
      printPredictWrapper();
    line("#endif");
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    text += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  bool has(const EntrySignature &entry) const {
    switch (entry.presence) {
    case EntryPresence::Always:
      return true;
    case EntryPresence::OnRequest:
      return info["entries"].contains(entry.name);
    case EntryPresence::WithStates:
      return !info["states"].empty();
    }
    return false;
  }

  void printSizes() {
    int64_t params = info["params_bytes"];
    line("#define {}_PARAMS_BYTES {}", prefix, params);
    if (!info["optimizer"].is_null())
      line("#define {}_OPTIMIZER_BYTES {}", prefix,
           64 + static_cast<int64_t>(info["optimizer"]["slots"].size()) * params);
    for (const auto &[entry, facts] : info["entries"].items()) {
      std::string stem = prefix + "_" + upper(entry);
      line("#define {}_WORKSPACE_BYTES {}", stem, facts["workspace_bytes"].get<int64_t>());
      line("#define {}_MAX_BATCH {}", stem, facts["max_batch"].get<int64_t>());
      if (int64_t steps = facts["max_steps"])
        line("#define {}_MAX_STEPS {}", stem, steps);
    }
    text += "\n";
  }

  /// The block of states: its size, and the byte at which each begins.
  void printStates() {
    const Json &states = info["states"];
    if (states.empty())
      return;
    line("#define {}_STATES_BYTES {}", prefix, info["states_bytes"].get<int64_t>());
    for (const Json &state : states)
      line("#define {}_STATE_{} {} /* byte of float {} */", prefix,
           upper(identifier(state["name"])), state["offset"].get<int64_t>(),
           shapeText(state["shape"], true));
    text += "\n";
  }

  /// Names of tensors as C identifiers, numbered where several outputs of one layer share theirs.
  static std::vector<std::string> identifiers(const Json &tensors) {
    std::vector<std::string> names;
    for (const Json &tensor : tensors) {
      std::string stem = identifier(tensor["name"]), name = stem;
      for (int i = 1; std::find(names.begin(), names.end(), name) != names.end(); ++i)
        name = stem + "_" + std::to_string(i);
      names.push_back(name);
    }
    return names;
  }

  void printTensors(const char *key, const char *role) {
    const Json &tensors = info[key];
    const std::vector<std::string> names = identifiers(tensors);
    for (size_t i = 0; i < tensors.size(); ++i)
      line("#define {}_{}_{} {} /* {} {} */", prefix, role, upper(names[i]), i, cType(tensors[i]),
           shapeText(tensors[i]["shape"], false));
    line("#define {}_{}S {}\n", prefix, role, tensors.size());
  }

  void printWeights() {
    const Json &weights = info["weights"];
    for (size_t i = 0; i < weights.size(); ++i)
      line("#define {}_WEIGHT_{} {} /* float {}, {} */", prefix,
           upper(identifier(weights[i]["name"])), i, shapeText(weights[i]["shape"], true),
           weights[i]["path"].get<std::string>());
    line("#define {}_WEIGHTS {}\n", prefix, weights.size());
    if (!info.value("embedded_weights", false))
      return;
    line("/* These weights, packed: params for entries that do not write to them. train_step takes "
         "a "
         "copy. */");
    line("extern const float {}_weights[{}_PARAMS_BYTES / sizeof(float)];\n", name, prefix);
  }

  void printMetrics() {
    const Json &metrics = info["metrics"];
    int64_t pair = 0;
    for (size_t i = 0; i < metrics.size(); ++i) {
      line("#define {}_METRIC_{} {}", prefix, upper(identifier(metrics[i])), pair);
      pair += info["metric_forms"][i]["pairs"].get<int64_t>();
    }
    line("#define {}_METRICS {}\n", prefix, pair);
  }

  void printDeclarations() {
    for (const EntrySignature &entry : entryTable())
      if (has(entry))
        line("{}", declaration(name, entry));
    text += "\n";
  }

  /// All entries as the initializer of a krt_model.
  void printModelMacro() {
    line("/* The model's description, JSON. */");
    line("extern const char {}_info[];\n", name);
    line("/* const krt_model model = {}_MODEL; */", prefix);
    std::string entries;
    for (const EntrySignature &entry : entryTable())
      entries += has(entry) ? fmt::format(", {}_{}", name, entry.name) : ", 0";
    line("#define {}_MODEL \\\n  {{ KRT_ABI_VERSION, {}_info{} }}\n", prefix, name, entries);
  }

  /// predict with an argument a tensor.
  void printPredictWrapper() {
    std::string parameters;
    const std::vector<std::string> inputs = identifiers(info["inputs"]),
                                   outputs = identifiers(info["outputs"]);
    for (size_t i = 0; i < inputs.size(); ++i)
      parameters += fmt::format(",\n    const {} *{}", cType(info["inputs"][i]), inputs[i]);
    for (size_t i = 0; i < outputs.size(); ++i)
      parameters += fmt::format(",\n    {} *{}_output", cType(info["outputs"][i]), outputs[i]);
    line("/* predict with the arrays as arguments. */");
    line("static inline int32_t {}_predict_arrays(void *workspace, const void *params, int32_t "
         "rows, int32_t steps{}) {{",
         name, parameters);
    line("  const void *inputs[{}_INPUTS];", prefix);
    line("  void *outputs[{}_OUTPUTS];", prefix);
    for (size_t i = 0; i < inputs.size(); ++i)
      line("  inputs[{}] = {};", i, inputs[i]);
    for (size_t i = 0; i < outputs.size(); ++i)
      line("  outputs[{}] = {}_output;", i, outputs[i]);
    line("  return {}_predict(workspace, params, rows, steps, inputs, outputs);", name);
    text += "}\n\n";
  }

  const Json &info;
  std::string name, prefix, text;
};

} // namespace

std::string printHeader(const Json &modelInfo) { return HeaderPrinter(modelInfo).print(); }

} // namespace keratin
