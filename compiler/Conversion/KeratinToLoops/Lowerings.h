// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function an op: its loops, built before the op, which the pass then erases. A family of ops
// shares a file.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

namespace keratin {

// Dense.cpp
void lower(KernelBuilder &k, DenseOp op);
void lower(KernelBuilder &k, DenseInputGradOp op);
void lower(KernelBuilder &k, DenseKernelGradOp op);
void lower(KernelBuilder &k, BiasGradOp op);
// Embedding.cpp
void lower(KernelBuilder &k, EmbeddingOp op);
void lower(KernelBuilder &k, EmbeddingGradOp op);
void lower(KernelBuilder &k, ComputeMaskOp op);
// Elementwise.cpp
void lower(KernelBuilder &k, ActivationOp op);
void lower(KernelBuilder &k, ActivationGradOp op);
void lower(KernelBuilder &k, AddOp op);
// Dropout.cpp
void lower(KernelBuilder &k, DropoutOp op);
// LSTM.cpp
void lower(KernelBuilder &k, LSTMOp op);
// LSTMGrad.cpp
void lower(KernelBuilder &k, LSTMGradOp op);
void lower(KernelBuilder &k, RecurrentKernelGradOp op);
// Loss.cpp
void lower(KernelBuilder &k, LossOp op);
void lower(KernelBuilder &k, LossGradOp op);
// Metric.cpp
void lower(KernelBuilder &k, LossMetricOp op);
void lower(KernelBuilder &k, MetricOp op);
void lower(KernelBuilder &k, RecordOp op);
// Penalty.cpp
void lower(KernelBuilder &k, PenaltyOp op);
void lower(KernelBuilder &k, PenaltyGradOp op);
// Update.cpp
void lower(KernelBuilder &k, NormOp op);
void lower(KernelBuilder &k, UpdateOp op);
void lower(KernelBuilder &k, ConstrainOp op);
void lower(KernelBuilder &k, WriteGradientOp op);
// Boundary.cpp
void lower(KernelBuilder &k, ImportOp op);
void lower(KernelBuilder &k, ExportOp op);

/// The steps of a buffer-form op, or null where it works on rows alone.
inline Value stepsOf(ComputeOpInterface op) {
  return op.getExtents().size() > 1 ? op.getSteps() : Value();
}
inline Value rowsOf(ComputeOpInterface op) { return op.getRows(); }

} // namespace keratin
