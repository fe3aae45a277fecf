// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The data behind Schema.h, a file a topic. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Schema.h"

namespace keratin::tables {

const std::vector<ClassSchema> &layers();       // LayerTable.cpp
const std::vector<ClassSchema> &optimizers();   // OptimizerTable.cpp
const std::vector<ClassSchema> &losses();       // LossTable.cpp
const std::vector<ClassSchema> &metrics();      // MetricTable.cpp
const std::vector<ClassSchema> &schedules();    // OptimizerTable.cpp
const std::vector<ClassSchema> &initializers(); // InitializerTable.cpp
const std::vector<ClassSchema> &regularizers(); // RegularizerTable.cpp
const std::vector<ClassSchema> &constraints();  // RegularizerTable.cpp

/// A layer's schema: its own parameters and what every layer takes by keyword (LayerTable.cpp).
ClassSchema layer(const char *name, std::vector<Parameter> own);

inline Parameter required(const char *name, ParameterType type) {
  return {name, type, nullptr, true};
}
/// One that has to be None.
inline Parameter unset(const char *name) { return {name, ParameterType::Neutral}; }
/// One that is not part of Keras's get_config().
inline Parameter regularizer(const char *name) { return {name, ParameterType::Regularizer}; }
inline Parameter constraint(const char *name) { return {name, ParameterType::Constraint}; }
inline Parameter hidden(const char *name, ParameterType type, Json value = nullptr) {
  return {name, type, std::move(value), false, false};
}

/// Classes that Keras has and Keratin does not support.
const std::vector<std::string> &unsupported(ClassKind kind); // UnsupportedTable.cpp

/// Short names beside the snake case of class names: {"mse", "MeanSquaredError"}.
using Alias = std::pair<const char *, const char *>;
const std::vector<Alias> &aliases(ClassKind kind); // Schema.cpp

} // namespace keratin::tables
