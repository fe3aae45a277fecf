// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of metrics, as in Keras 3.
#include "compiler/Frontend/Layers/Construct.h"
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

/// `first` come before the name, `more` after the dtype.
static ClassSchema metric(const char *name, std::vector<Parameter> first,
                          std::vector<Parameter> more = {}) {
  ClassSchema schema{ClassKind::Metric, name, std::move(first)};
  schema.parameters.push_back({"name", P::OptionalString, snakeCase(name)});
  schema.parameters.push_back({"dtype", P::InputDType, "float32"});
  for (Parameter &parameter : more)
    schema.parameters.push_back(std::move(parameter));
  schema.positional = schema.parameters.size();
  schema.parameters.push_back({"fn", P::Ignored, nullptr, false, false}); // Keras 2 configs
  return schema;
}

const std::vector<ClassSchema> &metrics() {
  const Parameter axis = {"axis", P::Neutral, -1}, k = {"k", P::PositiveInt, 5},
                  fromLogits = {"from_logits", P::Bool, false},
                  labelSmoothing = {"label_smoothing", P::Rate, 0},
                  thresholds = {"thresholds", P::OptionalFloat};
  const std::vector<Parameter> ofPrecision = {
      thresholds, {"top_k", P::Neutral}, {"class_id", P::Neutral}};
  static const std::vector<ClassSchema> table = {
      metric("BinaryAccuracy", {}, {{"threshold", P::Float, 0.5}}),
      metric("CategoricalAccuracy", {}),
      metric("SparseCategoricalAccuracy", {}),
      metric("TopKCategoricalAccuracy", {k}),
      metric("SparseTopKCategoricalAccuracy", {k}, {hidden("from_sorted_ids", P::Neutral, false)}),
      metric("Precision", ofPrecision),
      metric("Recall", ofPrecision),
      metric("TruePositives", {thresholds}),
      metric("TrueNegatives", {thresholds}),
      metric("FalsePositives", {thresholds}),
      metric("FalseNegatives", {thresholds}),
      metric("AUC",
             {{"num_thresholds", P::Neutral, 200},
              {"curve", P::Neutral, "ROC"},
              {"summation_method", P::Neutral, "interpolation"}},
             {hidden("thresholds", P::Neutral),
              {"multi_label", P::Neutral, false},
              {"num_labels", P::Neutral},
              {"label_weights", P::Neutral},
              {"from_logits", P::Neutral, false}}),
      metric("R2Score", {{"class_aggregation", P::Neutral, "uniform_average"},
                         {"num_regressors", P::Neutral, 0}}),
      metric("RootMeanSquaredError", {}),
      metric("MeanSquaredError", {}),
      metric("MeanAbsoluteError", {}),
      metric("MeanAbsolutePercentageError", {}),
      metric("MeanSquaredLogarithmicError", {}),
      metric("Hinge", {}),
      metric("SquaredHinge", {}),
      metric("CategoricalHinge", {}),
      metric("KLDivergence", {}),
      metric("Poisson", {}),
      metric("LogCoshError", {}),
      metric("CosineSimilarity", {}, {hidden("axis", P::Neutral, -1)}),
      metric("BinaryCrossentropy", {}, {fromLogits, labelSmoothing}),
      metric("CategoricalCrossentropy", {}, {fromLogits, labelSmoothing, axis}),
      metric("SparseCategoricalCrossentropy", {},
             {fromLogits, {"ignore_class", P::Neutral}, axis})};
  return table;
}

} // namespace keratin::tables
