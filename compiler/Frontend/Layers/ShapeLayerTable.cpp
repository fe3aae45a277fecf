// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of layers that change shapes, merge tensors, or concern masks and noise.
#include "compiler/Frontend/Layers/LayerSchema.h"

namespace keratin::tables {

/// Only the order of axes that Keratin computes in.
static Parameter dataFormat() {
  return {"data_format", P::Neutral, "channels_last", false, true, {nullptr}};
}

std::vector<ClassSchema> shapeLayers() {
  return {layer("Flatten", {dataFormat()}),
          layer("Reshape", {required("target_shape", P::Ints)}),
          layer("Permute", {required("dims", P::Ints)}),
          layer("RepeatVector", {required("n", P::PositiveInt)}),
          layer("UpSampling1D", {{"size", P::PositiveInt, 2}}),
          layer("ZeroPadding1D", {{"padding", P::Pair, 1}, dataFormat()}),
          layer("Cropping1D", {{"cropping", P::Pair, 1}}),
          layer("Identity", {})};
}

std::vector<ClassSchema> mergeLayers() {
  std::vector<ClassSchema> classes;
  for (const char *name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})
    classes.push_back(layer(name, {}));
  classes.push_back(layer("Concatenate", {{"axis", P::Int, -1}}));
  classes.push_back(layer("Dot", {required("axes", P::Ints), {"normalize", P::Bool, false}}));
  return classes;
}

std::vector<ClassSchema> attentionLayers() {
  const Parameter dropout = {"dropout", P::Rate, 0.0}, seed = {"seed", P::OptionalInt};
  // Keras 2 once had it where Keras 3 has use_causal_mask of the call, which it becomes.
  const Parameter causal = hidden("causal", P::Bool, false);
  return {layer("Attention", {{"use_scale", P::Bool, false},
                              {"score_mode", P::String, "dot", false, true, {"dot", "concat"}},
                              dropout,
                              seed,
                              causal}),
          layer("AdditiveAttention", {{"use_scale", P::Bool, true}, dropout, seed, causal})};
}

std::vector<ClassSchema> maskingLayers() {
  return {
      layer("Masking", {{"mask_value", P::Float, 0.0}}),
      layer("TimeDistributed", {required("layer", P::Layer)}),
      layer("GaussianNoise", {required("stddev", P::NonNegative), {"seed", P::OptionalInt}}),
      layer("GaussianDropout", {required("rate", P::Rate), {"seed", P::OptionalInt}}),
      layer("ActivityRegularization", {{"l1", P::NonNegative, 0.0}, {"l2", P::NonNegative, 0.0}})};
}

} // namespace keratin::tables
