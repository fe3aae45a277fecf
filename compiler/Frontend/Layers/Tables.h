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

/// Classes that Keras has and Keratin does not support.
const std::vector<std::string> &unsupported(ClassKind kind); // UnsupportedTable.cpp

/// Short names beside the snake case of class names: {"mse", "MeanSquaredError"}.
using Alias = std::pair<const char *, const char *>;
const std::vector<Alias> &aliases(ClassKind kind); // Schema.cpp

} // namespace keratin::tables
