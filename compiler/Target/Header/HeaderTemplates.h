// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fixed text of generated headers; {0} and the like are filled in by Header.cpp.
#pragma once

namespace keratin {

/// runtime/include/keratin/abi.h, whose guard makes it one for all models of a program.
inline constexpr char abiTypes[] =
#include "compiler/Target/Header/AbiText.inc"
    ;

/// How memory is handed over; the same for all models.
inline constexpr char contract[] =
    R"(/* All memory is the caller's. Workspace, params, optimizer and gradients are aligned to KRT_ALIGNMENT bytes; blocks and
 * arrays of one call must not overlap. Arrays are row-major, batch first, of exactly `rows` rows and `steps` steps.
 * A workspace is given to init once, and serves one call at a time. Functions return a krt_status. They allocate
 * nothing, call nothing, and flush denormal numbers to zero while they run.
 *
 *   weights         one float array a weight, in the order and shapes below
 *   params          working weights, made by pack
 *   sample_weights  null, or a pointer an output, or null for weights of one
 *   metrics         pairs of floats, of most metrics {weighted sum, weight}, which entries add to; the first is the loss
 */
)";

} // namespace keratin
