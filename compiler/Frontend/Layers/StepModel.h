// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model of sequences as one that is given a step at a time.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

/// A copy of `model` that computes one step of time a call. Its sequences have one step; inputs that
/// are no sequences stay as they are. Every recurrent layer is stateful, so that after n calls from
/// zero states the outputs are what `model` predicts for the first n steps: of an output that is a
/// sequence, its step n. Weights are shared with `model`.
///
/// `model` is built, and has no models as layers (inlineModels). Throws UserError, located at the
/// layer, where one call has not all that Keras reads: layers that look at other steps or run
/// backwards, masks, initial states, or no recurrent layer at all.
ModelSpec stepModel(const ModelSpec &model);

} // namespace keratin
