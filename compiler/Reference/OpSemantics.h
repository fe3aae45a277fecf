// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of each op in tensor form: one overload an op, one file a family. Internal to this
// folder.
#pragma once

#include "compiler/Reference/State.h"
#include "compiler/Reference/Values.h"
#include "dialect/IR/KeratinOps.h"

namespace keratin::reference {

using Results = llvm::SmallVector<Tensor, 1>;

// Layers.cpp
Results evaluate(EmbeddingOp op, const Values &values);
Results evaluate(EmbeddingGradOp op, const Values &values);
Results evaluate(ComputeMaskOp op, const Values &values);
Results evaluate(DropoutOp op, const Values &values);
Results evaluate(DenseOp op, const Values &values);
Results evaluate(DenseKernelGradOp op, const Values &values);
Results evaluate(DenseInputGradOp op, const Values &values);
Results evaluate(BiasGradOp op, const Values &values);
Results evaluate(ActivationOp op, const Values &values);
Results evaluate(ActivationGradOp op, const Values &values);
Results evaluate(AddOp op, const Values &values);

// TensorOps.cpp
Results evaluate(WindowOp op, const Values &values);
Results evaluate(WindowGradOp op, const Values &values);
Results evaluate(CombineOp op, const Values &values);
Results evaluate(ContractOp op, const Values &values);
Results evaluate(FindMaskOp op, const Values &values);
Results evaluate(MaskValuesOp op, const Values &values);
Results evaluate(NormalNoiseOp op, const Values &values);
void evaluate(MoveAverageOp op, const Values &values, State &state);

// Recurrent.cpp
Results evaluate(LSTMOp op, const Values &values);
Results evaluate(GRUOp op, const Values &values);
Results evaluate(SimpleRNNOp op, const Values &values);
Results evaluate(LSTMGradOp op, const Values &values);
Results evaluate(GRUGradOp op, const Values &values);
Results evaluate(SimpleRNNGradOp op, const Values &values);
Results evaluate(RecurrentKernelGradOp op, const Values &values);
Results evaluate(GatedDenseOp op, const Values &values);
Results evaluate(GatedKernelGradOp op, const Values &values);
Results evaluate(GatedInputGradOp op, const Values &values);
Results evaluate(DropoutFactorsOp op, const Values &values);

// Directions.cpp
Results evaluate(RowOp op, const Values &values);
Results evaluate(RowGradOp op, const Values &values);
Results evaluate(ReverseStepsOp op, const Values &values);
Results evaluate(MergeDirectionsOp op, const Values &values);
Results evaluate(MergeDirectionsGradOp op, const Values &values);

// Losses.cpp
Results evaluate(LossOp op, const Values &values);
Results evaluate(LossGradOp op, const Values &values);
Results evaluate(TotalLossOp op, const Values &values);
Results evaluate(LossMetricOp op, const Values &values);
Results evaluate(PenaltyOp op, const Values &values);
Results evaluate(PenaltyGradOp op, const Values &values);

// Metrics.cpp
Results evaluate(MetricOp op, const Values &values);

// Training.cpp: all but the first change the state of the caller.
Results evaluate(NormOp op, const Values &values);
void evaluate(RecordOp op, const Values &values, State &state);
void evaluate(WriteGradientOp op, const Values &values, State &state);
void evaluate(UpdateOp op, const Values &values, State &state);
void evaluate(ConstrainOp op, const Values &values, State &state);

/// x * matrix, of x seen as rows: [..., K] and [K, N] to [..., N].
Tensor multiply(const Tensor &x, const Tensor &matrix);

} // namespace keratin::reference
