// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's model.summary() text.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

namespace keratin {

struct SummaryOptions {
  int lineLength = 0;          ///< 0: Keras's own, min(88, terminalWidth - 4)
  int terminalWidth = 80;      ///< columns
  bool showTrainable = false;  ///< one more column, Y or N
  bool expandNested = false;   ///< the layers of nested models below each
  bool optimizerBuilt = false; ///< count the optimizer's variables; implied by model.optimizerState
};

/// The text as Keras prints it, each line ended, with the empty line that Keras ends it with.
std::string summaryText(const ModelSpec &model, const SummaryOptions &options = {});

/// Number of elements of all weights.
int64_t countParams(const ModelSpec &model);

} // namespace keratin
