// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of the initializers, as in Keras 3.
#include "compiler/Frontend/Layers/Tables.h"

namespace keratin::tables {

using P = ParameterType;

static ClassSchema initializer(const char *name, std::vector<Parameter> own,
                               std::vector<Parameter> keywordOnly = {}) {
  ClassSchema schema{ClassKind::Initializer, name, std::move(own)};
  schema.positional = schema.parameters.size();
  for (Parameter &parameter : keywordOnly)
    schema.parameters.push_back(std::move(parameter));
  schema.parameters.push_back({"dtype", P::DType, nullptr, false, false}); // Keras 1 and 2 configs
  return schema;
}

static const Parameter seed = {"seed", P::OptionalInt};
/// Which axes count as inputs and outputs; null: the last two.
static const std::vector<Parameter> fanAxes = {{"input_axes", P::Neutral},
                                               {"output_axes", P::Neutral}};

const std::vector<ClassSchema> &initializers() {
  static const std::vector<ClassSchema> table = {
      initializer("Zeros", {}),
      initializer("Ones", {}),
      initializer("Constant", {{"value", P::Float, 0.0}}),
      initializer("Identity", {{"gain", P::Float, 1.0}}),
      initializer("RandomUniform", {{"minval", P::Float, -0.05}, {"maxval", P::Float, 0.05}, seed}),
      initializer("RandomNormal", {{"mean", P::Float, 0.0}, {"stddev", P::Float, 0.05}, seed}),
      initializer("TruncatedNormal", {{"mean", P::Float, 0.0}, {"stddev", P::Float, 0.05}, seed}),
      initializer("VarianceScaling",
                  {{"scale", P::Float, 1.0},
                   {"mode", P::String, "fan_in", false, true, {"fan_in", "fan_out", "fan_avg"}},
                   {"distribution",
                    P::String,
                    "truncated_normal",
                    false,
                    true,
                    {"truncated_normal", "untruncated_normal", "uniform"}},
                   seed},
                  fanAxes),
      initializer("GlorotUniform", {seed}, fanAxes),
      initializer("GlorotNormal", {seed}, fanAxes),
      initializer("HeUniform", {seed}, fanAxes),
      initializer("HeNormal", {seed}, fanAxes),
      initializer("LecunUniform", {seed}, fanAxes),
      initializer("LecunNormal", {seed}, fanAxes),
      initializer("Orthogonal", {{"gain", P::Float, 1.0}, seed})};
  return table;
}

} // namespace keratin::tables
