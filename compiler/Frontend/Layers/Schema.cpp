// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks classes and names up in the tables.
#include "compiler/Frontend/Layers/Schema.h"

#include "compiler/Frontend/Layers/Construct.h"
#include "compiler/Frontend/Layers/Tables.h"

#include <algorithm>
#include <cctype>

namespace keratin {

const std::vector<tables::Alias> &tables::aliases(ClassKind kind) {
  static const std::vector<Alias> none;
  static const std::vector<Alias> both = {
      {"bce", "BinaryCrossentropy"},
      {"BCE", "BinaryCrossentropy"},
      {"mse", "MeanSquaredError"},
      {"MSE", "MeanSquaredError"},
      {"mae", "MeanAbsoluteError"},
      {"MAE", "MeanAbsoluteError"},
      {"mape", "MeanAbsolutePercentageError"},
      {"MAPE", "MeanAbsolutePercentageError"},
      {"msle", "MeanSquaredLogarithmicError"},
      {"MSLE", "MeanSquaredLogarithmicError"},
      {"kld", "KLDivergence"},
      {"KLD", "KLDivergence"},
      {"kullback_leibler_divergence", "KLDivergence"}, // Keras 1
      {"cosine_proximity", "CosineSimilarity"}};       // and 2
  static const auto with = [](std::vector<Alias> more) {
    more.insert(more.begin(), both.begin(), both.end());
    return more;
  };
  static const std::vector<Alias> losses = with({{"logcosh", "LogCosh"}, {"huber_loss", "Huber"}});
  static const std::vector<Alias> metrics =
      with({{"logcosh", "LogCoshError"}, {"log_cosh", "LogCoshError"}});
  static const std::vector<Alias> regularizers = {{"l1l2", "L1L2"}, {"l1_l2", "L1L2"}};
  static const std::vector<Alias> constraints = {
      {"maxnorm", "MaxNorm"}, {"nonneg", "NonNeg"}, {"unitnorm", "UnitNorm"}};
  static const std::vector<Alias> initializers = {{"uniform", "RandomUniform"},
                                                  {"normal", "RandomNormal"},
                                                  {"zero", "Zeros"},
                                                  {"one", "Ones"},
                                                  {"OrthogonalInitializer", "Orthogonal"},
                                                  {"IdentityInitializer", "Identity"}};
  switch (kind) {
  case ClassKind::Loss:
    return losses;
  case ClassKind::Metric:
    return metrics;
  case ClassKind::Initializer:
    return initializers;
  case ClassKind::Regularizer:
    return regularizers;
  case ClassKind::Constraint:
    return constraints;
  default:
    return none;
  }
}

static std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// didYouMean, but wrong case alone never counts as far: "Lstm" is LSTM.
static std::string nearest(const std::string &name, const std::vector<std::string> &candidates) {
  for (const std::string &candidate : candidates)
    if (lowerCase(candidate) == lowerCase(name))
      return "did you mean \"" + candidate + "\"?";
  return didYouMean(name, candidates);
}

static const std::vector<ClassSchema> &schemas(ClassKind kind) {
  static const std::vector<ClassSchema> none;
  switch (kind) {
  case ClassKind::Layer:
    return tables::layers();
  case ClassKind::Optimizer:
    return tables::optimizers();
  case ClassKind::Loss:
    return tables::losses();
  case ClassKind::Metric:
    return tables::metrics();
  case ClassKind::Initializer:
    return tables::initializers();
  case ClassKind::Regularizer:
    return tables::regularizers();
  case ClassKind::Constraint:
    return tables::constraints();
  case ClassKind::Schedule:
    return tables::schedules();
  default:
    return none;
  }
}

/// "layer", as error messages say it.
static const char *kindName(ClassKind kind) {
  static const char *const names[] = {
      "layer",       "optimizer",   "loss",       "metric",
      "initializer", "regularizer", "constraint", "learning rate schedule"};
  return names[static_cast<int>(kind)];
}

const char *moduleOf(ClassKind kind) {
  static const char *const names[] = {"keras.layers",       "keras.optimizers",
                                      "keras.losses",       "keras.metrics",
                                      "keras.initializers", "keras.regularizers",
                                      "keras.constraints",  "keras.optimizers.schedules"};
  return names[static_cast<int>(kind)];
}

const Parameter *ClassSchema::find(const std::string &parameter) const {
  for (const Parameter &candidate : parameters)
    if (candidate.name == parameter)
      return &candidate;
  return nullptr;
}

const ClassSchema *findClass(ClassKind kind, const std::string &name) {
  for (const ClassSchema &schema : schemas(kind))
    if (schema.name == name)
      return &schema;
  return nullptr;
}

std::vector<std::string> classNames(ClassKind kind) {
  std::vector<std::string> names;
  for (const ClassSchema &schema : schemas(kind))
    names.push_back(schema.name);
  return names;
}

bool isUnsupportedClass(ClassKind kind, const std::string &name) {
  const std::vector<std::string> &names = tables::unsupported(kind);
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] static void refuseKnown(ClassKind kind, const std::string &name,
                                     const SourceLocation &location) {
  std::string hint;
  if (name.rfind("CuDNN", 0) == 0)
    hint = "use " + name.substr(5) + ", which computes the same";
  throw UserError(location, std::string(kindName(kind)) + " \"" + name + "\" is not supported yet",
                  hint);
}

const ClassSchema &requireClass(ClassKind kind, const std::string &name,
                                const SourceLocation &location) {
  if (const ClassSchema *schema = findClass(kind, name))
    return *schema;
  if (isUnsupportedClass(kind, name))
    refuseKnown(kind, name, location);
  std::vector<std::string> known = classNames(kind);
  const std::vector<std::string> &others = tables::unsupported(kind);
  known.insert(known.end(), others.begin(), others.end());
  throw UserError(location,
                  std::string("unknown ") + kindName(kind) + " \"" + name +
                      "\": " + moduleOf(kind) + " has no such class",
                  nearest(name, known));
}

const std::vector<std::string> &activationNames() {
  static const std::vector<std::string> names = {
      "linear",      "relu",          "sigmoid",     "tanh",        "softmax",     "hard_sigmoid",
      "elu",         "selu",          "softplus",    "softsign",    "exponential", "silu",
      "swish",       "gelu",          "relu6",       "mish",        "leaky_relu",  "log_softmax",
      "hard_silu",   "hard_swish",    "celu",        "glu",         "squareplus",  "sparse_plus",
      "log_sigmoid", "hard_tanh",     "tanh_shrink", "soft_shrink", "hard_shrink", "threshold",
      "sparsemax",   "sparse_sigmoid"};
  return names;
}

std::string classOfIdentifier(ClassKind kind, const std::string &identifier) {
  for (const tables::Alias &alias : tables::aliases(kind))
    if (identifier == alias.first)
      return alias.second;
  for (const ClassSchema &schema : schemas(kind)) {
    if (identifier == schema.name || identifier == snakeCase(schema.name))
      return schema.name;
    // Optimizers and regularizers go by their lower case: "rmsprop", "l1".
    bool lower = kind == ClassKind::Optimizer || kind == ClassKind::Regularizer;
    if (lower && identifier == lowerCase(schema.name))
      return schema.name;
  }
  return "";
}

std::vector<std::string> identifiers(ClassKind kind) {
  std::vector<std::string> names;
  for (const tables::Alias &alias : tables::aliases(kind))
    names.push_back(alias.first);
  for (const ClassSchema &schema : schemas(kind)) {
    std::string name = snakeCase(schema.name);
    names.push_back(kind == ClassKind::Optimizer ? lowerCase(schema.name) : name);
    names.push_back(schema.name);
  }
  return names;
}

std::string requireIdentifier(ClassKind kind, const std::string &identifier,
                              const SourceLocation &location) {
  std::string className = classOfIdentifier(kind, identifier);
  if (!className.empty())
    return className;
  std::vector<std::string> known = identifiers(kind);
  for (const std::string &other : tables::unsupported(kind)) {
    std::string lower = snakeCase(other);
    if (identifier == other || identifier == lower)
      refuseKnown(kind, identifier, location);
    known.push_back(lower);
  }
  // Keras's words.
  throw UserError(
      location, std::string("Could not interpret ") + kindName(kind) + " identifier: " + identifier,
      nearest(identifier, known));
}

} // namespace keratin
