// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The buffer that a tensor becomes, and the scratch that an op needs.
#pragma once

#include "compiler/Analysis/ParamTable.h"
#include "dialect/IR/KeratinOps.h"

namespace keratin {

/// Static sizes that buffers are made for.
struct BufferConfig {
  int64_t maxBatch;
  int64_t maxSteps;
  int64_t lanes;
};

/// Vectors side by side in a panel of a product without gates: with them a tile of a few rows fills
/// the multipliers, and accumulators, panel and broadcasts fit into the registers.
inline constexpr int64_t maxPanelVectors = 4;

/// The buffer of a tensor whose last axis are features: rows padded to whole vectors, and, with
/// three dimensions, time-major: [rows, steps, features] at strides [padded, maxBatch*padded, 1];
/// with more, they stand between steps and rows in memory.
/// Integers and masks with steps: [rows, steps] at strides [1, maxBatch]. Scalars and {sum, weight}
/// pairs are dense.
mlir::MemRefType bufferTypeFor(mlir::RankedTensorType type, const BufferConfig &config);

/// The buffer of result `result` of an op in tensor form; `operands` are the buffers of its
/// operands. Gates stand in the padded, interleaved order of the working layout.
mlir::MemRefType resultBufferType(mlir::Operation *op, unsigned result, mlir::ValueRange operands,
                                  const ParamTable &params, const BufferConfig &config);

/// What the loops of `op` need besides operands and results, appended to `outs` after the results.
/// `outs` are the buffers of the results.
///   recurrent layers: h [2, rows, units], alternating between steps; as far as there are any, c,
///     the output shown again at masked steps, and z and r h of a GRU that resets before
///   their gradients: dh and, likewise, dc and those of the output and of r h [rows, units]; the
///     transposed recurrent kernel, in panels
///   dropout per sequence: the factors [rows, features]
///   dense_input_grad, gated_input_grad: the transposed kernel, in panels
llvm::SmallVector<mlir::MemRefType> scratchTypes(mlir::Operation *op, mlir::ValueRange operands,
                                                 const BufferConfig &config);

} // namespace keratin
