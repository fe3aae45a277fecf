// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model as the JSON that Keras 3 saves; the inverse of Architecture.h. Private to this folder.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// The version of Keras whose files these are.
constexpr const char *writtenKerasVersion = "3.15.1";

enum class ConfigForm {
  Keras3, ///< config.json of a .keras file, to_json(): objects with their module
  Legacy  ///< model_config of an .h5 file: layers are class_name and config only
};

/// {"class_name":"Sequential"|"Functional","config":…}; with ConfigForm::Keras3 and a compiled
/// model also compile_config.
Json modelConfig(const ModelSpec &model, ConfigForm form);

/// compile()'s arguments, the optimizer as it is now: compile_config, or training_config with the
/// optimizer under optimizer_config. The model is compiled.
Json compileConfig(const ModelSpec &model, ConfigForm form);

/// JSON as Python's json.dumps prints it.
std::string jsonText(const Json &json);

} // namespace keratin
