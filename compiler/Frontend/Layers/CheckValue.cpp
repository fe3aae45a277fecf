// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the value of one argument against its parameter's type, in Keras's words where it has
// them.
#include "compiler/Frontend/Layers/BindArguments.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace keratin {

/// "float32" from a name or a serialized DTypePolicy (Keras 2: Policy), else "".
static std::string dtypeName(const Json &value) {
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_object() && value.contains("config") && value["config"].is_object() &&
      value["config"].contains("name") && value["config"]["name"].is_string())
    return value["config"]["name"].get<std::string>();
  return "";
}

namespace {

/// The checks, with what their messages need at hand.
struct Checker {
  const Call &call;
  const Parameter &parameter;
  const Argument &argument;
  const Json &value;

  [[noreturn]] void fail(const std::string &message, const std::string &hint = "") const {
    throw UserError(call.at(argument), message, hint);
  }
  [[noreturn]] void expected(const std::string &what) const {
    fail("argument `" + parameter.name + "` of " + call.schema.name + " must be " + what +
         ", got " + pythonText(value));
  }

  Json positiveInt() const {
    if (!value.is_number_integer() || value.get<int64_t>() <= 0)
      fail("Received an invalid value for argument `" + parameter.name +
           "`, expected a positive integer, got " + pythonText(value) + ".");
    if (value.get<int64_t>() > std::numeric_limits<int32_t>::max())
      expected("below 2147483648");
    return value;
  }

  Json number() const {
    if (!value.is_number())
      expected("a number");
    return value;
  }

  Json nonNegative() const {
    if (number().get<double>() < 0)
      expected("a number of at least 0");
    return value;
  }

  static bool isInt(const Json &item) {
    return item.is_number_integer() &&
           std::abs(item.get<int64_t>()) <= std::numeric_limits<int32_t>::max();
  }

  Json ints() const {
    bool fits = isInt(value) || value.is_array() || (value.is_null() && !parameter.required);
    for (size_t i = 0; value.is_array() && i < value.size(); ++i)
      fits = fits && isInt(value[i]);
    if (!fits)
      expected("an integer or a tuple of integers");
    return value;
  }

  Json extent() const {
    if (value.is_null() && !parameter.required)
      return value;
    const Json &only = value.is_array() && value.size() == 1 ? value[0] : value;
    if (!isInt(only) || only.get<int64_t>() <= 0)
      expected("a positive integer");
    return Json::array({only});
  }

  Json pair() const {
    Json both = value.is_array() ? value : Json::array({value, value});
    bool fits = both.size() == 2;
    for (size_t i = 0; fits && i < 2; ++i)
      fits = isInt(both[i]) && both[i].get<int64_t>() >= 0;
    if (!fits)
      expected("an integer of at least 0, or two");
    return both;
  }

  Json layer() const {
    if (!value.is_object() || !value.contains("class_name") || !value["class_name"].is_string() ||
        !value.contains("config"))
      expected("a layer");
    std::string className = value["class_name"].get<std::string>();
    if (className == "Sequential" || className == "Functional")
      fail(call.schema.name + " of a model is not supported",
           "wrap the model's layers one after the other");
    NewLayer inner = layerFromConfig(className, value["config"], call.at(argument), call.warn);
    return serialized(ClassKind::Layer, inner.spec.className, inner.spec.config);
  }

  Json rate() const {
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1))
      fail("Invalid value received for argument `" + parameter.name +
           "`. Expected a float value between 0 and 1. Received: " + parameter.name + "=" +
           pythonText(value));
    return value;
  }

  Json momentum() const {
    bool isFloat =
        value.is_number_float() || (call.source == ArgumentSource::File && value.is_number());
    if (!isFloat || !(value.get<double>() >= 0 && value.get<double>() <= 1))
      fail("`momentum` must be a float between [0, 1].");
    return value;
  }

  Json learningRate() const {
    if (value.is_number_float())
      return value;
    if (value.is_number() && call.source == ArgumentSource::File)
      return value.get<double>();
    if (value.is_object() && value.contains("class_name"))
      return resolveIdentifier(ClassKind::Schedule, value, call.at(argument), call.warn);
    fail("Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a "
         "callable (that takes in the current iteration value and returns the corresponding "
         "learning rate value). Received instead: learning_rate=" +
             pythonText(value),
         value.is_number() ? "write " + value.dump() + ".0" : "");
  }

  Json numbers() const {
    bool fits = value.is_array();
    for (size_t i = 0; fits && i < value.size(); ++i)
      fits = value[i].is_number();
    if (!fits)
      expected("a list of numbers");
    return value;
  }

  /// An object of a kind, or None.
  Json object(ClassKind kind) const {
    if (value.is_null())
      return value;
    return resolveIdentifier(kind, value, call.at(argument), call.warn);
  }

  Json boolean() const {
    if (value == Json(0) || value == Json(1))
      return value == Json(1);
    if (!value.is_boolean())
      expected("True or False");
    return value;
  }

  Json string() const {
    if (!value.is_string())
      expected("a string");
    const std::vector<Json> &accepted = parameter.accepted;
    if (!accepted.empty() && std::find(accepted.begin(), accepted.end(), value) == accepted.end())
      expected("one of " + pythonText(Json(accepted)));
    return value;
  }

  Json dtype() const {
    if (!value.is_null() && dtypeName(value) != "float32")
      fail("argument `" + parameter.name + "` of " + call.schema.name +
           ": only \"float32\" is supported, got " + pythonText(value));
    return {{"module", "keras"},
            {"class_name", "DTypePolicy"},
            {"config", {{"name", "float32"}}},
            {"registered_name", nullptr}};
  }

  Json inputDType() const {
    if (value.is_null())
      return "float32";
    static const std::vector<std::string> names = {"float32", "float64", "int8",  "int16",
                                                   "int32",   "int64",   "uint8", "uint16",
                                                   "uint32",  "bool"};
    std::string name = dtypeName(value);
    if (std::find(names.begin(), names.end(), name) == names.end())
      fail("argument `" + parameter.name + "` of " + call.schema.name + ": dtype " +
               pythonText(value) + " is not supported",
           didYouMean(name, names));
    return name;
  }

  Json activation() const {
    if (value.is_null())
      return "linear";
    if (!value.is_string())
      fail("argument `" + parameter.name + "` of " + call.schema.name +
           " must be the name of an activation function, got " + pythonText(value));
    const std::vector<std::string> &names = activationNames();
    std::string name = value.get<std::string>();
    if (std::find(names.begin(), names.end(), name) == names.end())
      fail("Could not interpret activation function identifier: " + name, didYouMean(name, names));
    return value;
  }

  Json shape() const {
    if (value.is_null())
      return value;
    if (value.is_number_integer()) // Keras: input_shape=5 is (5,)
      return Json::array({positiveInt()});
    bool fits = value.is_array();
    for (size_t i = 0; fits && i < value.size(); ++i)
      fits = value[i].is_null() || (value[i].is_number_integer() && value[i].get<int64_t>() > 0 &&
                                    value[i].get<int64_t>() <= std::numeric_limits<int32_t>::max());
    if (!fits)
      expected("a tuple of positive integers and None");
    return value;
  }

  /// As Keras serializes it, with a complete config.
  Json mergeMode() const {
    static const std::vector<Json> modes = {"concat", "sum", "mul", "ave", nullptr};
    if (std::find(modes.begin(), modes.end(), value) == modes.end())
      fail("Invalid merge mode. Received: " + pythonText(value) +
           ". Merge mode should be one of {\"sum\", \"mul\", \"ave\", \"concat\", None}");
    return value;
  }

  Json neutral() const {
    const std::vector<Json> &accepted = parameter.accepted;
    if (value == parameter.defaultValue)
      return value;
    if (std::find(accepted.begin(), accepted.end(), value) != accepted.end())
      return parameter.defaultValue;
    fail("argument `" + parameter.name + "` of " + call.schema.name +
         " is not supported yet; only " + pythonText(parameter.defaultValue) + " is, got " +
         pythonText(value));
  }
};

} // namespace

Json checkValue(const Call &call, const Parameter &parameter, const Argument &argument) {
  const Json &value = argument.value;
  Checker check{call, parameter, argument, value};
  switch (parameter.type) {
  case ParameterType::PositiveInt:
    // Unset where it is optional (input_dim).
    return value.is_null() && !parameter.required ? value : check.positiveInt();
  case ParameterType::OptionalInt:
    if (value.is_null())
      return value;
    [[fallthrough]];
  case ParameterType::Int:
    // Files of Keras 2 hold the axis of BatchNormalization as a list.
    if (parameter.name == "axis" && value.is_array() && value.size() == 1 &&
        value[0].is_number_integer())
      return value[0];
    if (!value.is_number_integer())
      check.expected("an integer");
    return value;
  case ParameterType::OptionalFloat:
    if (value.is_null())
      return value;
    [[fallthrough]];
  case ParameterType::Float:
    return check.number();
  case ParameterType::Single:
    return static_cast<double>(static_cast<float>(check.number().get<double>()));
  case ParameterType::NonNegative:
    return check.nonNegative();
  case ParameterType::Numbers:
    return check.numbers();
  case ParameterType::Ints:
    return check.ints();
  case ParameterType::Extent:
    return check.extent();
  case ParameterType::Pair:
    return check.pair();
  case ParameterType::Rate:
    return check.rate();
  case ParameterType::ClampedRate:
    return std::min(1.0, std::max(0.0, check.number().get<double>()));
  case ParameterType::Momentum:
    return check.momentum();
  case ParameterType::LearningRate:
    return check.learningRate();
  case ParameterType::Bool:
    return check.boolean();
  case ParameterType::OptionalString:
    if (value.is_null())
      return value;
    [[fallthrough]];
  case ParameterType::String:
    return check.string();
  case ParameterType::Layer:
    return value.is_null() && !parameter.required ? value : check.layer();
  case ParameterType::MergeMode:
    return check.mergeMode();
  case ParameterType::DType:
    return check.dtype();
  case ParameterType::InputDType:
    return check.inputDType();
  case ParameterType::Activation:
    return check.activation();
  case ParameterType::Initializer:
    return resolveIdentifier(ClassKind::Initializer, value, call.at(argument), call.warn);
  case ParameterType::Regularizer:
    return check.object(ClassKind::Regularizer);
  case ParameterType::Constraint:
    return check.object(ClassKind::Constraint);
  case ParameterType::Shape:
    return check.shape();
  case ParameterType::Neutral:
    return check.neutral();
  case ParameterType::Ignored:
    return value;
  }
  throw std::logic_error("parameter type without a check");
}

} // namespace keratin
