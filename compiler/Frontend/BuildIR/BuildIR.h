// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a resolved model to IR: the only part of the front end that sees the dialect.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace keratin {

/// What a caller of the artifact can ask of a model.
enum class Entry { Predict, Step, EvaluateStep, TrainStep, Gradients };

/// Whether an entry computes outputs, and no loss.
inline bool isInference(Entry entry) { return entry == Entry::Predict || entry == Entry::Step; }

/// "predict", "step", "evaluate_step", "train_step", "gradients": function names and values of
/// keratin.entry.
llvm::StringRef entryName(Entry entry);

struct BuildOptions {
  std::vector<Entry> entries = {Entry::Predict};
};

/// Builds the parameters of `model`, in get_weights() order, and one function an entry, in tensor
/// form. A parameter is named `<layer>_<weight>`; arguments carry `keratin.name` and
/// `keratin.role`, results `keratin.name`:
///
///   predict       (inputs…) -> (outputs…)
///   step          the same, of stepModel
///   evaluate_step (inputs…, targets…, sample_weights…)
///   train_step    (inputs…, targets…, sample_weights…, seed: i64, iteration: i64, learning_rate:
///   f32) gradients     (inputs…, targets…, sample_weights…, seed: i64, iteration: i64)
///
/// Stateful layers add arguments and results with the role "state", of which `gradients` has no
/// results: (…, states…) -> (…, states…).
///
/// Inputs that feed embeddings only are i32, others f32. Targets have the prediction's shape, or
/// are i32 without its last dimension for sparse losses. Sample weights have the prediction's shape
/// without its last dimension. The batch is dynamic, steps where the model leaves them open.
/// The slots of keratin.record are those of ModelSpec::logs.
///
/// Throws UserError, located at the layer or at compile(), for what cannot be built.
mlir::OwningOpRef<mlir::ModuleOp> buildIR(const ModelSpec &model, const BuildOptions &options,
                                          mlir::MLIRContext &context);

} // namespace keratin
