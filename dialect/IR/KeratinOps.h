// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the dialect.
#pragma once

#include "dialect/IR/KeratinDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

#define GET_OP_CLASSES
#include "dialect/IR/KeratinOps.h.inc"

namespace keratin {

/// The attribute on a func.func that says which entry of the artifact it is: "predict",
/// "step", "evaluate_step", "train_step", "gradients".
inline constexpr llvm::StringLiteral entryAttrName = "keratin.entry";
/// The attribute on a C function of the artifact: whose signature it has, one of those above,
/// "init", "pack", …
inline constexpr llvm::StringLiteral signatureAttrName = "keratin.signature";

/// The module attribute with the MachineAttr that kernels are made for.
inline constexpr llvm::StringLiteral machineAttrName = "keratin.machine";

/// Attributes on an entry in buffer form: its compiled maxima, the bytes of its workspace, and the
/// largest sum of bytes that are alive at once, below which no plan can be.
inline constexpr llvm::StringLiteral maxBatchAttrName = "keratin.max_batch";
inline constexpr llvm::StringLiteral maxStepsAttrName = "keratin.max_steps";
inline constexpr llvm::StringLiteral workspaceBytesAttrName = "keratin.workspace_bytes";
inline constexpr llvm::StringLiteral liveBytesAttrName = "keratin.live_bytes";

/// The attribute on a function that packs or unpacks one parameter: "pack", "unpack", or "product",
/// which packing calls last.
inline constexpr llvm::StringLiteral packingAttrName = "keratin.packing";

/// The attribute on each argument of an entry in tensor form that says what it is: "input",
/// "target", "sample_weight", "seed", "iteration" or "learning_rate"; and the argument's name.
inline constexpr llvm::StringLiteral roleAttrName = "keratin.role";
inline constexpr llvm::StringLiteral argNameAttrName = "keratin.name";

/// The attribute on each array of an entry in buffer form with the type of its elements.
inline constexpr llvm::StringLiteral elementAttrName = "keratin.element";

/// Whether the gradient of `kind` reads the activation's input instead of its result, see
/// keratin.activation_grad.
bool activationGradReadsInput(Activation kind);
/// Whether the derivative of `kind` can be had from the activation's result, as gates keep it.
bool slopeFollowsFromResult(Activation kind);

/// Whether an activation works on whole rows (the last axis) instead of single elements.
bool isRowWise(Activation kind);

/// How many parameters an activation has, see keratin.activation; with none given those of Keras
/// hold, which Keratin's own kinds lack.
unsigned parameterCount(Activation kind);

/// How many pairs of numbers a metric accumulates for predictions of that many columns.
int64_t accumulatorPairs(MetricKind kind, int64_t columns);
/// Thresholds of the area under a curve, Keras's default.
inline constexpr int64_t aucThresholds = 200;

/// Whether a loss can start from values before sigmoid or softmax: crossentropies.
bool hasLogits(LossKind kind);

/// The location of an op made for `origin`'s layer: `location` inside a fused location with that
/// metadata.
mlir::Location withOrigin(mlir::Location location, OriginAttr origin);
/// The origin in a location, or null.
OriginAttr originOf(mlir::Location location);

} // namespace keratin
