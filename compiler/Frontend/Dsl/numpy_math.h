// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions of arrays, shared by numpy's functions and the methods of arrays.
#pragma once

#include "compiler/Frontend/Dsl/ndarray.h"

namespace keratin::dsl {

enum class Reduction { Sum, Mean, Std, Max, Min, Prod, ArgMax, ArgMin, Any, All };

/// Over all elements (axis None) or along one axis. Sums of reals are accumulated in float64.
Value reduce(Reduction kind, const ArrayRef &array, const Value &axis, bool keepDims, Pos pos);

/// Half to even at `decimals`, computed as numpy does: scaled, rounded, scaled back.
Value roundArray(const NdArray &array, int64_t decimals, Pos pos);

} // namespace keratin::dsl
