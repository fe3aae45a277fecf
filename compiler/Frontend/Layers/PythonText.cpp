// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints values as Python's repr does.
#include "compiler/Frontend/Layers/Arguments.h"

namespace keratin {

std::string pythonText(const Json &value) {
  if (value.is_null())
    return "None";
  if (value.is_boolean())
    return value.get<bool>() ? "True" : "False";
  if (value.is_string())
    return "'" + value.get<std::string>() + "'";
  if (value.is_array()) {
    std::string text = "[";
    for (const Json &element : value)
      text += (text.size() > 1 ? ", " : "") + pythonText(element);
    return text + "]";
  }
  if (value.is_object()) {
    if (value.contains("class_name") && value["class_name"].is_string())
      return "<" + value["class_name"].get<std::string>() + " object>";
    std::string text = "{";
    for (const auto &[key, element] : value.items())
      text += (text.size() > 1 ? ", '" : "'") + key + "': " + pythonText(element);
    return text + "}";
  }
  return value.dump();
}

} // namespace keratin
