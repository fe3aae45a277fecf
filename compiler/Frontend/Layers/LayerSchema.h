// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tables of layer signatures share, a file a topic. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

inline Parameter required(const char *name, P type) { return {name, type, nullptr, true}; }
inline Parameter unset(const char *name) { return {name, P::Neutral}; }
inline Parameter hidden(const char *name, P type, Json value = nullptr) {
  return {name, type, std::move(value), false, false};
}

/// Adds what every layer takes by keyword.
ClassSchema layer(const char *name, std::vector<Parameter> own);

std::vector<ClassSchema> activationLayers();    // ActivationTable.cpp
std::vector<ClassSchema> shapeLayers();         // ShapeLayerTable.cpp
std::vector<ClassSchema> mergeLayers();         // ShapeLayerTable.cpp
std::vector<ClassSchema> maskingLayers();       // ShapeLayerTable.cpp
std::vector<ClassSchema> convolutionLayers();   // ConvolutionTable.cpp
std::vector<ClassSchema> normalizationLayers(); // ConvolutionTable.cpp

} // namespace keratin::tables
