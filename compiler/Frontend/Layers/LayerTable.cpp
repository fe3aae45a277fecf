// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of layers, as in Keras 3, and the table of all.
#include "compiler/Frontend/Layers/LayerSchema.h"

namespace keratin::tables {

ClassSchema layer(const char *name, std::vector<Parameter> own) {
  ClassSchema schema{ClassKind::Layer, name, std::move(own)};
  schema.positional = schema.parameters.size();
  for (Parameter common :
       {Parameter{"name", P::OptionalString}, Parameter{"trainable", P::Bool, true},
        Parameter{"dtype", P::DType}, hidden("autocast", P::Ignored),
        hidden("activity_regularizer", P::Regularizer), hidden("input_shape", P::Shape),
        hidden("input_dim", P::PositiveInt), hidden("batch_input_shape", P::Shape)})
    if (!schema.find(common.name))
      schema.parameters.push_back(std::move(common));
  return schema;
}

static ClassSchema dense() {
  return layer("Dense", {required("units", P::PositiveInt),
                         {"activation", P::Activation, "linear"},
                         {"use_bias", P::Bool, true},
                         {"kernel_initializer", P::Initializer, "glorot_uniform"},
                         {"bias_initializer", P::Initializer, "zeros"},
                         regularizer("kernel_regularizer"),
                         regularizer("bias_regularizer"),
                         hidden("activity_regularizer", P::Regularizer),
                         constraint("kernel_constraint"),
                         constraint("bias_constraint"),
                         hidden("lora_rank", P::Neutral),
                         hidden("lora_alpha", P::Neutral),
                         unset("quantization_config")});
}

static ClassSchema embedding() {
  ClassSchema schema = layer("Embedding", {required("input_dim", P::PositiveInt),
                                           required("output_dim", P::PositiveInt),
                                           {"embeddings_initializer", P::Initializer, "uniform"},
                                           regularizer("embeddings_regularizer"),
                                           constraint("embeddings_constraint"),
                                           {"mask_zero", P::Bool, false},
                                           hidden("weights", P::Neutral),
                                           hidden("lora_rank", P::Neutral),
                                           hidden("lora_alpha", P::Neutral),
                                           unset("quantization_config")});
  for (Parameter &parameter : schema.parameters)
    if (parameter.name == "activity_regularizer")
      parameter.inConfig = true;
  schema.parameters.push_back(hidden("input_length", P::Ignored));
  return schema;
}

/// Keras gives this one neither layer arguments nor the usual config.
static ClassSchema spatialDropout1D() {
  ClassSchema schema = layer("SpatialDropout1D", {{"rate", P::Rate, nullptr, true},
                                                  {"seed", P::OptionalInt},
                                                  {"name", P::OptionalString},
                                                  {"dtype", P::InputDType, "float32"},
                                                  hidden("noise_shape", P::Neutral)});
  schema.positional = 4;
  for (Parameter &parameter : schema.parameters)
    if (parameter.name == "trainable")
      parameter.inConfig = false;
  return schema;
}

/// Input() and InputLayer() differ in the order of their arguments only.
static ClassSchema input(const char *name, const std::vector<const char *> &order) {
  const std::vector<Parameter> all = {hidden("shape", P::Shape),
                                      hidden("batch_size", P::OptionalInt),
                                      {"dtype", P::InputDType, "float32"},
                                      {"sparse", P::Neutral, false, false, true, {nullptr}},
                                      {"ragged", P::Neutral, false, false, true, {nullptr}},
                                      {"batch_shape", P::Shape},
                                      {"name", P::OptionalString},
                                      hidden("tensor", P::Neutral),
                                      hidden("input_tensor", P::Neutral),
                                      {"optional", P::Neutral, false},
                                      hidden("input_shape", P::Shape),
                                      hidden("batch_input_shape", P::Shape)};
  ClassSchema schema{ClassKind::Layer, name, {}};
  for (const char *next : order)
    for (const Parameter &parameter : all)
      if (parameter.name == next)
        schema.parameters.push_back(parameter);
  schema.positional = order.size();
  for (const Parameter &parameter : all)
    if (!schema.find(parameter.name))
      schema.parameters.push_back(parameter);
  return schema;
}

static std::vector<ClassSchema> basicLayers() {
  return {
      input("Input", {"shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape", "name",
                      "tensor", "optional"}),
      input("InputLayer", {"shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape",
                           "input_tensor", "optional", "name"}),
      dense(),
      layer("Activation", {{"activation", P::Activation, nullptr, true}}),
      layer("Dropout",
            {required("rate", P::Rate), {"noise_shape", P::Shape}, {"seed", P::OptionalInt}}),
      spatialDropout1D(),
      embedding()};
}

const std::vector<ClassSchema> &layers() {
  static const std::vector<ClassSchema> table = [] {
    std::vector<ClassSchema> all = basicLayers();
    for (auto topic : {activationLayers, shapeLayers, mergeLayers, attentionLayers,
                       convolutionLayers, normalizationLayers, maskingLayers, recurrentLayers})
      for (ClassSchema &schema : topic())
        all.push_back(std::move(schema));
    return all;
  }();
  return table;
}

} // namespace keratin::tables
