// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register tiles of matrix products, and the loops over them. All products of the compiler are made
// of these.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

namespace keratin {

/// Rows of a tile whose `vectors` accumulators a row, one panel row and broadcasts fit into the
/// registers, and which divides `maxRows` if a good one does.
int64_t chooseTileRows(int64_t maxRows, int64_t vectors, MachineAttr machine);

/// acc[r*vectors + v] += sum over i in [0, depth) of a(r, i) * b(v, i), a scalar times a vector;
/// one loop, accumulators in registers. Returns the sums.
SmallVector<Value> emitTile(KernelBuilder &k, int64_t rows, int64_t vectors, Value depth,
                            ValueRange init, function_ref<Value(int64_t, Value)> a,
                            function_ref<Value(int64_t, Value)> b);

/// The same where each vector has a factor of its own: a(r, v, i) * b(v, i).
SmallVector<Value> emitGatedTile(KernelBuilder &k, int64_t rows, int64_t vectors, Value depth,
                                 ValueRange init, function_ref<Value(int64_t, int64_t, Value)> a,
                                 function_ref<Value(int64_t, Value)> b);

/// Covers [begin, end) with tiles of `tileRows` rows and, for what is left, of 4, 2 and 1; `body`
/// gets the first row and the number of rows of a tile.
void forEachRowTile(KernelBuilder &k, Value begin, Value end, int64_t tileRows,
                    function_ref<void(Value, int64_t)> body);

/// The rows of a buffer of [rows, features] or [rows, steps, features], as few long groups as
/// possible: where the batch is full, the rows of all steps of a time-major buffer are one group,
/// since row b of step t stands where row t*maxBatch + b of step 0 would.
struct RowGroups {
  Value groups; ///< number of groups
  Value rows;   ///< rows a group
  /// Indices of row `row` of group `group`.
  SmallVector<Value> at(Value group, Value row) const {
    return hasSteps ? SmallVector<Value>{row, group} : SmallVector<Value>{row};
  }
  bool hasSteps;
};
RowGroups rowGroups(KernelBuilder &k, mlir::MemRefType type, Value rows, Value steps);

/// For every row m of the groups and every panel of B: C[m, panel] = finish(init + A[m, :] B[:,
/// panel]). `b` is panels [P, K, width]; A's first K features are read; C is written by `finish`,
/// which gets the row's indices, the first column and the tile's sums of that row, a vector each.
/// With `factors`, [rows, gates, K], A's rows are multiplied with those of each vector's gate; a
/// panel holds one vector of each gate, and a group the rows of one step.
void emitRowProduct(
    KernelBuilder &k, Value a, Value b, int64_t depth, const RowGroups &groups, int64_t maxRows,
    function_ref<void(ArrayRef<Value> row, Value column, ArrayRef<Value> sums)> finish,
    Value factors = {});

/// Every vector of a panel of `width` columns, the first of which is `column`, that lies within the
/// rows of `out`: these are padded to whole vectors only, panels to whole panels. `body` gets the
/// vector's number and its column.
void forEachPanelVector(KernelBuilder &k, Value out, int64_t width, Value column,
                        function_ref<void(size_t, Value)> body);

/// C[p, f, :] = sum over rows m of A[m, f] * D[m, panel p], for panels C of [P, features, width].
void emitGradientProduct(KernelBuilder &k, Value a, Value d, Value c, Value rows, Value steps);

/// A part of such a sum: the rows, the vectors [begin, end) of each panel, and what A's rows are
/// multiplied with for each vector, [rows, gates, features], or null; then groups are whole steps.
struct GradientPart {
  RowGroups groups;
  int64_t begin, end;
  Value factors;
};

/// Adds a part to C; `rowOfA` and `rowOfD` give the indices of a row of a group.
void addGradientProduct(KernelBuilder &k, Value a, Value d, Value c, const GradientPart &part,
                        function_ref<SmallVector<Value>(Value group, Value row)> rowOfA,
                        function_ref<SmallVector<Value>(Value group, Value row)> rowOfD);

/// Gates [begin, end) of as many as stand side by side.
struct GateRange {
  int64_t begin, end, gates;
};

/// Products of rows with a transposed kernel, T as of emitTransposePanels, over the columns of some
/// gates; `a` gives element (row, column). `finish` gets the sum of each vector of `out`'s
/// features, and its indices [row, feature].
void emitTransposedProduct(KernelBuilder &k, Value t, GateRange range, Value out, Value rows,
                           function_ref<Value(Value row, Value column)> a,
                           function_ref<void(ArrayRef<Value> at, Value sum)> finish);

/// T[q, c, :] = transposed panels of B: T's panel row c = p*width + j is column j of B's panel p
/// over features. Features that B lacks are zero.
void emitTransposePanels(KernelBuilder &k, Value b, Value t);

} // namespace keratin
