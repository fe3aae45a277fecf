// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Layers/Masks.h"

#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/RecurrentRules.h"
#include "compiler/Frontend/Layers/ShapedCall.h"

#include <algorithm>

namespace keratin {

static LayerSpec operation(const char *className, Json config, AutoNames &names,
                           const SourceLocation &location) {
  LayerSpec layer;
  layer.className = className;
  layer.name = names.next(className);
  layer.config = {{"name", layer.name}};
  layer.config.update(config);
  layer.location = location;
  return layer;
}

LayerSpec notEqualOperation(AutoNames &names, const SourceLocation &location) {
  return operation("NotEqual", Json::object(), names, location);
}

LayerSpec anyOperation(AutoNames &names, const SourceLocation &location) {
  return operation("Any", {{"axis", -1}, {"keepdims", false}}, names, location);
}

bool isOperation(const std::string &className) {
  return className == "NotEqual" || className == "Any";
}

bool isBoolean(const LayerSpec &layer) {
  return isOperation(layer.className) ||
         (layer.className == "InputLayer" && layer.config.value("dtype", "float32") == "bool");
}

size_t maskCount(const std::string &className, size_t inputs) {
  if (takesAttentionArguments(className))
    return inputs;
  static const char *const known[] = {"BatchNormalization", "Bidirectional",
                                      "GlobalAveragePooling1D", "Softmax", "TimeDistributed"};
  bool takesOne =
      cellOf(className) || std::any_of(std::begin(known), std::end(known),
                                       [&](const char *name) { return className == name; });
  return takesOne ? 1 : 0;
}

void checkMask(const LayerSpec &layer, const Shape &input, const Shape &mask,
               const SourceLocation &location) {
  size_t rank = layer.className == "Softmax" ? input.size() : 2;
  bool fits = mask.size() == rank && rank == 2 && input.size() >= rank;
  for (size_t i = 0; fits && i < rank; ++i)
    fits = mask[i] == input[i] || mask[i] < 0 || input[i] < 0;
  if (!fits)
    throw UserError(location,
                    "a mask of shape " + shapeText(mask) + " does not fit an input of " +
                        layer.className + " of shape " + shapeText(input),
                    layer.className == "Softmax"
                        ? "Softmax takes a mask of the shape (batch, n) of "
                          "its input"
                        : "a mask is (batch, steps)");
}

static Shape notEqualShape(const ShapedCall &call) { return call.input; }

static Shape anyShape(const ShapedCall &call) {
  call.requireMinRank(2);
  Shape shape = call.input;
  shape.pop_back();
  return shape;
}

std::vector<LayerRule> operationRules() { return {{"NotEqual", notEqualShape}, {"Any", anyShape}}; }

} // namespace keratin
