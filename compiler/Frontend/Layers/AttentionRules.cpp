// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes and weights of attention layers.
#include "compiler/Frontend/Layers/LayerRules.h"
#include "compiler/Frontend/Layers/ShapedCall.h"

namespace keratin {

/// The key's shape, which is the value's where no key is given.
static const Shape &keyOf(const ShapedCall &call) {
  return call.inputs[call.inputs.size() > 2 ? 2 : 1];
}

static Shape attentionShape(const ShapedCall &call) {
  const std::string &name = call.layer.className;
  if (call.inputs.size() < 2 || call.inputs.size() > 3)
    call.fail(name +
              " layer accepts inputs list of length 2 or 3, namely [query, value] or [query, "
              "value, key]. Received length: " +
              std::to_string(call.inputs.size()));
  const Shape &query = call.inputs[0], &value = call.inputs[1], &key = keyOf(call);
  bool fits = query.size() == 3 && value.size() == 3 && key.size() == 3 && query[2] >= 0 &&
              query[2] == key[2] && value[1] == key[1] && value[2] >= 0;
  if (!fits)
    call.fail(name +
              " expects a query (batch, query steps, features), a value (batch, steps, "
              "value features) and a key (batch, steps, features), got " +
              shapeText(query) + ", " + shapeText(value) + " and " + shapeText(key));
  if (!call.layer.weights.empty() && call.layer.weights.front().shape.size() == 1 &&
      call.layer.weights.front().shape.front() != query[2])
    call.fail(name + " '" + call.layer.name + "' was built for " +
              std::to_string(call.layer.weights.front().shape.front()) + " features, got " +
              std::to_string(query[2]));
  return {query[0], query[1], value[2]};
}

static std::vector<Shape> scoresShape(const ShapedCall &call) {
  if (!call.arguments.value("return_attention_scores", false))
    return {};
  return {{call.input[0], call.input[1], keyOf(call)[1]}};
}

static void attentionWeights(const ShapedCall &call, WeightList &weights) {
  if (call.flag("use_scale"))
    weights.addFixed("scale", {}, "Ones");
  if (call.text("score_mode") == "concat")
    weights.addFixed("concat_score_weight", {}, "Ones");
}

static void additiveAttentionWeights(const ShapedCall &call, WeightList &weights) {
  if (call.flag("use_scale"))
    weights.addFixed("scale", {call.input.back()}, "GlorotUniform");
}

bool takesAttentionArguments(const std::string &className) {
  return className == "Attention" || className == "AdditiveAttention";
}

std::vector<LayerRule> attentionRules() {
  return {{"Attention", attentionShape, attentionWeights, true, scoresShape},
          {"AdditiveAttention", attentionShape, additiveAttentionWeights, true, scoresShape}};
}

} // namespace keratin
