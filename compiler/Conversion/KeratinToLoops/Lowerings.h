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
void lower(KernelBuilder &k, DropoutFactorsOp op);
void lower(KernelBuilder &k, NormalNoiseOp op);
// Window.cpp
void lower(KernelBuilder &k, WindowOp op);
void lower(KernelBuilder &k, WindowGradOp op);
void lower(KernelBuilder &k, ContractOp op);
// Combine.cpp
void lower(KernelBuilder &k, CombineOp op);
void lower(KernelBuilder &k, FindMaskOp op);
void lower(KernelBuilder &k, MaskValuesOp op);
void lower(KernelBuilder &k, MoveAverageOp op);
// Recurrent.cpp
void lower(KernelBuilder &k, LSTMOp op);
void lower(KernelBuilder &k, GRUOp op);
void lower(KernelBuilder &k, SimpleRNNOp op);
// RecurrentGrad.cpp
void lower(KernelBuilder &k, LSTMGradOp op);
void lower(KernelBuilder &k, GRUGradOp op);
void lower(KernelBuilder &k, SimpleRNNGradOp op);
void lower(KernelBuilder &k, RecurrentKernelGradOp op);
// GatedDense.cpp
void lower(KernelBuilder &k, GatedDenseOp op);
void lower(KernelBuilder &k, GatedKernelGradOp op);
void lower(KernelBuilder &k, GatedInputGradOp op);
// Directions.cpp
void lower(KernelBuilder &k, RowOp op);
void lower(KernelBuilder &k, RowGradOp op);
void lower(KernelBuilder &k, ReverseStepsOp op);
void lower(KernelBuilder &k, MergeDirectionsOp op);
void lower(KernelBuilder &k, MergeDirectionsGradOp op);
// Loss.cpp
void lower(KernelBuilder &k, LossOp op);
void lower(KernelBuilder &k, LossGradOp op);
void lower(KernelBuilder &k, TotalLossOp op);
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
