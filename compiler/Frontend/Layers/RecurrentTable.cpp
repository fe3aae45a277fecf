// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructor signatures of the recurrent layers, as in Keras 3.
#include "compiler/Frontend/Layers/LayerSchema.h"

namespace keratin::tables {

using Parameters = std::vector<Parameter>;

/// The parameters of all three, up to those of their cells' own.
static Parameters cellParameters(const Parameters &afterActivation, const Parameters &afterBias) {
  Parameters list = {required("units", P::PositiveInt), {"activation", P::Activation, "tanh"}};
  list.insert(list.end(), afterActivation.begin(), afterActivation.end());
  for (Parameter next : Parameters{{"use_bias", P::Bool, true},
                                   {"kernel_initializer", P::Initializer, "glorot_uniform"},
                                   {"recurrent_initializer", P::Initializer, "orthogonal"},
                                   {"bias_initializer", P::Initializer, "zeros"}})
    list.push_back(std::move(next));
  list.insert(list.end(), afterBias.begin(), afterBias.end());
  for (const char *name :
       {"kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer"})
    list.push_back(regularizer(name));
  for (const char *name : {"kernel_constraint", "recurrent_constraint", "bias_constraint"})
    list.push_back(constraint(name));
  list.push_back({"dropout", P::ClampedRate, 0.0});
  list.push_back({"recurrent_dropout", P::ClampedRate, 0.0});
  return list;
}

static ClassSchema recurrentLayer(const char *name, Parameters cell, const Parameters &last) {
  bool seedFirst = !last.empty(); // SimpleRNN has it last, and not in its config
  if (seedFirst)
    cell.push_back({"seed", P::OptionalInt});
  for (Parameter next : Parameters{{"return_sequences", P::Bool, false},
                                   {"return_state", P::Bool, false},
                                   {"go_backwards", P::Bool, false},
                                   {"stateful", P::Bool, false},
                                   {"unroll", P::Bool, false}})
    cell.push_back(std::move(next));
  if (!seedFirst)
    cell.push_back(hidden("seed", P::OptionalInt));
  cell.insert(cell.end(), last.begin(), last.end());
  ClassSchema schema = layer(name, std::move(cell));
  schema.parameters.push_back({"zero_output_for_mask", P::Bool, false});
  schema.parameters.push_back(hidden("implementation", P::Ignored));
  schema.parameters.push_back(hidden("time_major", P::Neutral, false)); // Keras 2
  return schema;
}

static ClassSchema bidirectional() {
  return layer("Bidirectional", {required("layer", P::Layer),
                                 {"merge_mode", P::MergeMode, "concat"},
                                 hidden("weights", P::Neutral),
                                 {"backward_layer", P::Layer}});
}

std::vector<ClassSchema> recurrentLayers() {
  const Parameter gates = {"recurrent_activation", P::Activation, "sigmoid"};
  const Parameter cudnn = hidden("use_cudnn", P::Ignored);
  return {
      recurrentLayer("SimpleRNN", cellParameters({}, {}), {}),
      recurrentLayer("LSTM", cellParameters({gates}, {{"unit_forget_bias", P::Bool, true}}),
                     {cudnn}),
      recurrentLayer("GRU", cellParameters({gates}, {}), {{"reset_after", P::Bool, true}, cudnn}),
      bidirectional()};
}

} // namespace keratin::tables
