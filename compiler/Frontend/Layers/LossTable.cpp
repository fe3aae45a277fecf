// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of losses, as in Keras 3.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

static const Parameter noDType = {"dtype", P::DType, nullptr, false, false};

/// "auto" is how Keras 2 files state the default.
static Parameter reduction() {
  return {"reduction", P::String, "sum_over_batch_size",
          false,       true,      {"sum_over_batch_size", "sum", "auto"}};
}

static ClassSchema loss(const char *name, const char *defaultName, std::vector<Parameter> own) {
  ClassSchema schema{ClassKind::Loss, name, std::move(own)};
  if (!schema.find("reduction"))
    schema.parameters.push_back(reduction());
  schema.parameters.push_back({"name", P::OptionalString, defaultName});
  schema.parameters.push_back(noDType);
  schema.positional = schema.parameters.size();
  schema.parameters.push_back({"fn", P::Ignored, nullptr, false, false}); // Keras 2 configs
  return schema;
}

const std::vector<ClassSchema> &losses() {
  const Parameter fromLogits = {"from_logits", P::Bool, false};
  const Parameter labelSmoothing = {"label_smoothing", P::Rate, 0.0};
  const Parameter axis = {"axis", P::Neutral, -1};
  const Parameter unsavedAxis = hidden("axis", P::Neutral, -1); // Keras's configs lack these
  Parameter delta = {"delta", P::Float, 1.0};
  delta.saved = false;
  static const std::vector<ClassSchema> table = {
      loss("BinaryCrossentropy", "binary_crossentropy", {fromLogits, labelSmoothing, axis}),
      loss("CategoricalCrossentropy", "categorical_crossentropy",
           {fromLogits, labelSmoothing, axis}),
      loss("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy",
           {fromLogits, {"ignore_class", P::Neutral}, reduction(), unsavedAxis}),
      loss("MeanSquaredError", "mean_squared_error", {}),
      loss("MeanAbsoluteError", "mean_absolute_error", {}),
      loss("MeanAbsolutePercentageError", "mean_absolute_percentage_error", {}),
      loss("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", {}),
      loss("Hinge", "hinge", {}),
      loss("SquaredHinge", "squared_hinge", {}),
      loss("CategoricalHinge", "categorical_hinge", {}),
      loss("KLDivergence", "kl_divergence", {}),
      loss("Poisson", "poisson", {}),
      loss("Huber", "huber_loss", {delta}),
      loss("LogCosh", "log_cosh", {}),
      loss("CosineSimilarity", "cosine_similarity", {unsavedAxis})};
  return table;
}

} // namespace keratin::tables
