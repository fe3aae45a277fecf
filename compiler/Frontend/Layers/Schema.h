// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The classes and functions of Keras that Keratin knows: parameters, defaults, old spellings. The
// tables behind it are the only place where constructor signatures are written down.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <string>
#include <vector>

namespace keratin {

enum class ClassKind {
  Layer,
  Optimizer,
  Loss,
  Metric,
  Initializer,
  Regularizer,
  Constraint,
  Schedule
};

/// What a parameter accepts.
enum class ParameterType {
  PositiveInt, ///< an int of at least 1
  Int,
  OptionalInt,
  Float,  ///< an int or a float
  Single, ///< a number, rounded to float32
  OptionalFloat,
  NonNegative,  ///< a number of at least 0
  Numbers,      ///< a list of numbers
  Rate,         ///< a number in [0, 1]
  ClampedRate,  ///< a number, clamped to [0, 1]
  Momentum,     ///< a float in [0, 1]; an int is an error in Keras
  LearningRate, ///< a float or a schedule; an int is an error in Keras
  Bool,
  String, ///< one of Parameter::accepted if there are any
  OptionalString,
  DType,       ///< None, or the name or policy of float32
  InputDType,  ///< None, or the name of a type that arrays are read as
  Activation,  ///< None or a name of activationNames()
  Initializer, ///< a name or a serialized object
  Regularizer, ///< None, a name or a serialized object
  Constraint,  ///< None, a name or a serialized object
  Shape,       ///< None or a list of ints and Nones
  Ints,        ///< an int, a list of ints, or None
  Extent,      ///< a positive int, or a list of one; [3] in configs
  Pair,        ///< an int for both sides, or one a side; [1, 1] in configs
  Layer,       ///< a serialized layer, or None unless required
  MergeMode,   ///< of Bidirectional: "concat", "sum", "mul", "ave" or None
  Neutral,     ///< the default or one of Parameter::accepted: what Keratin does anyway
  Ignored      ///< anything: it has no influence on results
};

struct Parameter {
  std::string name;
  ParameterType type;
  Json defaultValue = nullptr; ///< as in Keras's get_config()
  bool required = false;
  bool inConfig = true; ///< part of Keras's get_config()
  std::vector<Json> accepted = {};
  bool saved = true; ///< false: part of Keratin's configs, and of no file, as Keras forgets it
};

struct ClassSchema {
  ClassKind kind;
  std::string name;                  ///< "LSTM"
  std::vector<Parameter> parameters; ///< in Keras's positional order, then the keyword-only ones
  size_t positional = 0;             ///< how many of them may be given by position
  std::string aliasOf = {};          ///< the class that this is another name of, if any

  const Parameter *find(const std::string &parameter) const;
};

/// Keras's module of a kind of class: "keras.layers".
const char *moduleOf(ClassKind kind);

/// The schema of a supported class, or null. Aliases count ("Input" is "InputLayer", "CuDNNLSTM" is
/// not).
const ClassSchema *findClass(ClassKind kind, const std::string &name);

/// As findClass, but an unknown name is a UserError: refused by name where Keras has the class and
/// Keratin does not, otherwise with the nearest known name as the hint.
const ClassSchema &requireClass(ClassKind kind, const std::string &name,
                                const SourceLocation &location);

/// Names of the supported classes.
std::vector<std::string> classNames(ClassKind kind);

/// Whether Keras (any version) has a class of this name that Keratin does not support.
bool isUnsupportedClass(ClassKind kind, const std::string &name);

/// Names that an activation parameter accepts ("relu", "sigmoid", …).
const std::vector<std::string> &activationNames();

/// The class that a name stands for where Keras takes one: "mse" -> "MeanSquaredError",
/// "glorot_uniform" -> "GlorotUniform", "adam" -> "Adam"; empty where Keratin supports none.
std::string classOfIdentifier(ClassKind kind, const std::string &identifier);

/// As classOfIdentifier, but throws as requireClass does.
std::string requireIdentifier(ClassKind kind, const std::string &identifier,
                              const SourceLocation &location);

/// All names that classOfIdentifier knows, class names included.
std::vector<std::string> identifiers(ClassKind kind);

/// An argument name of Keras 1 or 2 that Keras 3 refuses and Keratin accepts with a warning.
struct OldSpelling {
  std::string owner;   ///< class, "Layer" for every layer, or method ("fit", "compile", "Model")
  std::string name;    ///< "nb_epoch"
  std::string newName; ///< "epochs"; empty: accepted and ignored
};

/// The entry for `name` as an argument of `owner`, or null. Layer classes also look under "Layer".
const OldSpelling *findOldSpelling(const std::string &owner, const std::string &name);

} // namespace keratin
