// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matches the arguments of a call with a schema, as Python does, plus old spellings.
#include "compiler/Frontend/Layers/BindArguments.h"

namespace keratin {

/// Null, false, 0, "", [] and {}: a key of a file with such a value asks for nothing.
static bool isNeutral(const Json &value) {
  if (value.is_object() || value.is_array() || value.is_string())
    return value.empty() || (value.is_string() && value.get_ref<const std::string &>().empty());
  if (value.is_number())
    return value.get<double>() == 0;
  return value.is_null() || value == Json(false);
}

[[noreturn]] static void refuseUnknown(const Call &call, const Argument &argument) {
  const std::string &owner = call.schema.name;
  std::vector<std::string> known;
  for (const Parameter &parameter : call.schema.parameters)
    known.push_back(parameter.name);
  if (call.source == ArgumentSource::File)
    throw UserError(call.location, owner + " has no setting \"" + argument.name +
                                       "\" that Keratin knows, found " +
                                       pythonText(argument.value));
  // Keras's words.
  std::string message = call.schema.kind == ClassKind::Optimizer
                            ? "Argument(s) not recognized: "
                            : "Unrecognized keyword arguments passed to " + owner + ": ";
  throw UserError(call.at(argument),
                  message + "{'" + argument.name + "': " + pythonText(argument.value) + "}",
                  didYouMean(argument.name, known));
}

/// Values that changed together with a name.
static Json translateOldValue(const OldSpelling &spelling, const Json &value) {
  if (spelling.name == "forget_bias_init" && value.is_string()) {
    std::string name = value.get<std::string>();
    if (name == "one" || name == "ones")
      return true;
    if (name == "zero" || name == "zeros")
      return false;
  }
  return value;
}

std::map<std::string, Argument> bindArguments(const Call &call, const Arguments &arguments) {
  const ClassSchema &schema = call.schema;
  std::map<std::string, Argument> bound;
  size_t position = 0;
  for (Argument argument : arguments) {
    if (argument.name.empty()) {
      if (position == schema.positional)
        throw UserError(call.at(argument), schema.name + " takes at most " +
                                               std::to_string(schema.positional) +
                                               " arguments by position");
      argument.name = schema.parameters[position++].name;
    } else if (!schema.find(argument.name)) {
      const OldSpelling *old = findOldSpelling(schema.name, argument.name);
      if (old && old->newName.empty()) {
        if (call.warn && !isNeutral(argument.value))
          call.warn(call.at(argument), "argument `" + argument.name + "` of " + schema.name +
                                           " is from an older Keras and is ignored");
        bound.insert_or_assign(argument.name, std::move(argument));
        continue;
      }
      if (old && schema.find(old->newName)) {
        if (call.warn && call.source == ArgumentSource::Script)
          call.warn(call.at(argument), "argument `" + argument.name + "` of " + schema.name +
                                           " is from an older Keras; it is `" + old->newName +
                                           "` now");
        argument.value = translateOldValue(*old, argument.value);
        argument.name = old->newName;
      } else if (call.source == ArgumentSource::File && isNeutral(argument.value)) {
        continue;
      } else {
        refuseUnknown(call, argument);
      }
    }
    const SourceLocation location = call.at(argument);
    std::string name = argument.name;
    if (!bound.emplace(name, std::move(argument)).second)
      throw UserError(location, schema.name + " got multiple values for argument '" + name + "'");
  }
  for (const Parameter &parameter : schema.parameters)
    if (parameter.required && !bound.count(parameter.name))
      throw UserError(call.location,
                      schema.name + " misses its required argument '" + parameter.name + "'");
  return bound;
}

Json completeConfig(const Call &call, const std::map<std::string, Argument> &bound) {
  Json config = Json::object();
  auto add = [&](const Parameter &parameter) {
    auto found = bound.find(parameter.name);
    // Checked whether or not it is part of the config: what is not supported must be refused.
    Argument standIn{parameter.name, parameter.defaultValue, {}, {}};
    Json value = checkValue(call, parameter, found == bound.end() ? standIn : found->second);
    // A regularizer of the output and a flag of Keras 2 are in configs where they are set.
    bool isSet = (parameter.type == ParameterType::Regularizer && !value.is_null()) ||
                 (parameter.type == ParameterType::Bool && value != parameter.defaultValue);
    if (parameter.inConfig || isSet)
      config[parameter.name] = std::move(value);
  };
  // Keras puts these first.
  const std::vector<std::string> first = {"name", "trainable", "dtype"};
  for (const std::string &name : first)
    if (const Parameter *parameter = call.schema.find(name))
      add(*parameter);
  for (const Parameter &parameter : call.schema.parameters)
    if (!config.contains(parameter.name))
      add(parameter);
  return config;
}

Json serialized(ClassKind kind, const std::string &className, Json config) {
  return {{"module", moduleOf(kind)},
          {"class_name", className},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

} // namespace keratin
