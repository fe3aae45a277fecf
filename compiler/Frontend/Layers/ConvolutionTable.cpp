// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of convolution, pooling and normalization layers.
#include "compiler/Frontend/Layers/LayerSchema.h"

namespace keratin::tables {

/// Only the order of axes that Keratin computes in.
static Parameter dataFormat() {
  return {"data_format", P::Neutral, "channels_last", false, true, {nullptr}};
}

std::vector<ClassSchema> convolutionLayers() {
  std::vector<ClassSchema> classes = {
      layer("Conv1D", {required("filters", P::PositiveInt),
                       required("kernel_size", P::Extent),
                       {"strides", P::Extent, 1},
                       {"padding", P::String, "valid", false, true, {"valid", "same", "causal"}},
                       dataFormat(),
                       {"dilation_rate", P::Extent, 1},
                       {"groups", P::PositiveInt, 1},
                       {"activation", P::Activation, "linear"},
                       {"use_bias", P::Bool, true},
                       {"kernel_initializer", P::Initializer, "glorot_uniform"},
                       {"bias_initializer", P::Initializer, "zeros"},
                       regularizer("kernel_regularizer"),
                       regularizer("bias_regularizer"),
                       regularizer("activity_regularizer"),
                       constraint("kernel_constraint"),
                       constraint("bias_constraint")})};
  for (const char *name : {"MaxPooling1D", "AveragePooling1D"})
    classes.push_back(layer(name, {{"pool_size", P::Extent, 2},
                                   {"strides", P::Extent},
                                   {"padding", P::String, "valid", false, true, {"valid", "same"}},
                                   dataFormat()}));
  for (const char *name : {"GlobalMaxPooling1D", "GlobalAveragePooling1D"})
    classes.push_back(layer(name, {dataFormat(), {"keepdims", P::Bool, false}}));
  const std::vector<std::pair<const char *, const char *>> aliases = {
      {"Convolution1D", "Conv1D"},
      {"MaxPool1D", "MaxPooling1D"},
      {"AvgPool1D", "AveragePooling1D"},
      {"GlobalMaxPool1D", "GlobalMaxPooling1D"},
      {"GlobalAvgPool1D", "GlobalAveragePooling1D"}};
  for (auto [alias, name] : aliases)
    for (size_t i = 0, count = classes.size(); i < count; ++i)
      if (classes[i].name == name) {
        classes.push_back(classes[i]);
        classes.back().name = alias;
        classes.back().aliasOf = name;
      }
  return classes;
}

std::vector<ClassSchema> normalizationLayers() {
  ClassSchema batch =
      layer("BatchNormalization", {{"axis", P::Int, -1},
                                   {"momentum", P::Rate, 0.99},
                                   {"epsilon", P::NonNegative, 1e-3},
                                   {"center", P::Bool, true},
                                   {"scale", P::Bool, true},
                                   {"beta_initializer", P::Initializer, "zeros"},
                                   {"gamma_initializer", P::Initializer, "ones"},
                                   {"moving_mean_initializer", P::Initializer, "zeros"},
                                   {"moving_variance_initializer", P::Initializer, "ones"},
                                   regularizer("beta_regularizer"),
                                   regularizer("gamma_regularizer"),
                                   constraint("beta_constraint"),
                                   constraint("gamma_constraint"),
                                   {"synchronized", P::Neutral, false},
                                   {"renorm", P::Neutral, false},
                                   {"renorm_clipping", P::Neutral},
                                   {"renorm_momentum", P::Ignored, 0.99}});
  ClassSchema rows = layer("LayerNormalization", {{"axis", P::Ints, -1},
                                                  {"epsilon", P::NonNegative, 1e-3},
                                                  {"center", P::Bool, true},
                                                  {"scale", P::Bool, true},
                                                  {"rms_scaling", P::Neutral, false},
                                                  {"beta_initializer", P::Initializer, "zeros"},
                                                  {"gamma_initializer", P::Initializer, "ones"},
                                                  regularizer("beta_regularizer"),
                                                  regularizer("gamma_regularizer"),
                                                  constraint("beta_constraint"),
                                                  constraint("gamma_constraint")});
  return {batch, rows, layer("UnitNormalization", {{"axis", P::Ints, -1}})};
}

} // namespace keratin::tables
