// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What layers with stateful=True keep from one batch to the next.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// One state of a stateful layer: float32 [batch, units].
struct StateSpec {
  std::string name; ///< "lstm/h", "bidirectional/backward_c"
  Shape shape;
  /// The same in every copy of the layer; an empty array stands for zeros.
  std::shared_ptr<rt::Array> value;
};

/// Whether a layer keeps its states: LSTM, GRU, SimpleRNN or Bidirectional with stateful=True.
bool isStateful(const LayerSpec &layer);

/// Gives a stateful layer that is built places for its states, of its own.
void makeStates(LayerSpec &layer);

/// The states of all layers of a built model, models among them included, in the order of layers.
std::vector<StateSpec> statesOf(const ModelSpec &model);

/// The batch that a model with stateful layers is made for; 0 if it has none.
int64_t statefulBatch(const ModelSpec &model);

} // namespace keratin
