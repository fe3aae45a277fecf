// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tables of layer signatures share, a file a topic. Private to this folder.
#pragma once

#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

std::vector<ClassSchema> activationLayers();    // ActivationTable.cpp
std::vector<ClassSchema> shapeLayers();         // ShapeLayerTable.cpp
std::vector<ClassSchema> mergeLayers();         // ShapeLayerTable.cpp
std::vector<ClassSchema> attentionLayers();     // ShapeLayerTable.cpp
std::vector<ClassSchema> maskingLayers();       // ShapeLayerTable.cpp
std::vector<ClassSchema> convolutionLayers();   // ConvolutionTable.cpp
std::vector<ClassSchema> normalizationLayers(); // ConvolutionTable.cpp
std::vector<ClassSchema> recurrentLayers();     // RecurrentTable.cpp

} // namespace keratin::tables
