// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise bodies of LSTM, GRU and SimpleRNN, forward and backward: all in which their loops
// differ.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

namespace keratin {

/// One vector of units of one row at one step, as the cell reads it.
struct CellInput {
  /// z + q of each gate (see keratin.lstm); of a GRU's candidate with reset_after q alone. Without
  /// reset_after the first is the update gate itself, and the second is absent.
  SmallVector<Value> sums;
  Value candidate; ///< z of a GRU's candidate, with reset_after
  Value hBefore, cBefore;
};

struct CellOutput {
  Value h, c;
  SmallVector<Value> gates; ///< after activation
  Value inner;              ///< for the tape; null where it is c or known before
};

CellOutput emitCell(KernelBuilder &k, RecurrentOpInterface op, const CellInput &in);

/// The same vector on the way back, from the tape.
struct CellGradInput {
  SmallVector<Value> gates;
  Value state, before; ///< of the state tape: after and before the step
  Value inner;         ///< q of a GRU with reset_after
  Value dh, dc;
};

struct CellGradOutput {
  /// To z of each gate. Without reset_after that of a GRU's reset gate is absent: it waits for a
  /// product.
  SmallVector<Value> gates;
  Value recurrentCandidate; ///< to q of the last gate, where it is not the same
  Value dhBefore;           ///< to h of the step before, but for the products
  Value dcBefore;
};

CellGradOutput emitCellGrad(KernelBuilder &k, RecurrentGradOpInterface op, const CellGradInput &in);

/// The derivative of a gate's activation from its result.
Value emitGateSlope(KernelBuilder &k, Activation kind, Value result);

} // namespace keratin
