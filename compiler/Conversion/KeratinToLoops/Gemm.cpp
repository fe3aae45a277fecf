// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/Gemm.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace keratin {

namespace {

/// Rows that a product goes through with all panels before it takes the next ones: their part of A
/// stays in the L2 cache.
constexpr int64_t rowBlock = 192;

/// Rows summed into one gradient tile before the next: their part of A stays in the L1 cache.
constexpr int64_t sumBlock = 64;

} // namespace

int64_t chooseTileRows(int64_t maxRows, int64_t vectors, MachineAttr machine) {
  int64_t most = std::clamp<int64_t>((machine.getRegisters() - 4) / vectors, 1, 6);
  if (maxRows <= most)
    return maxRows;
  for (int64_t rows = most; rows > 3; --rows)
    if (maxRows % rows == 0)
      return rows;
  return most;
}

SmallVector<Value> emitTile(KernelBuilder &k, int64_t rows, int64_t vectors, Value depth,
                            ValueRange init, function_ref<Value(int64_t, Value)> a,
                            function_ref<Value(int64_t, Value)> b) {
  return k.loop(k.index(0), depth, 1, init, [&](Value i, ValueRange sums) {
    SmallVector<Value> panel;
    for (int64_t v = 0; v < vectors; ++v)
      panel.push_back(b(v, i));
    SmallVector<Value> result;
    for (int64_t r = 0; r < rows; ++r) {
      Value factor = k.splat(a(r, i));
      for (int64_t v = 0; v < vectors; ++v)
        result.push_back(k.fma(factor, panel[v], sums[r * vectors + v]));
    }
    return result;
  });
}

SmallVector<Value> emitGatedTile(KernelBuilder &k, int64_t rows, int64_t vectors, Value depth,
                                 ValueRange init, function_ref<Value(int64_t, int64_t, Value)> a,
                                 function_ref<Value(int64_t, Value)> b) {
  return k.loop(k.index(0), depth, 1, init, [&](Value i, ValueRange sums) {
    SmallVector<Value> result(rows * vectors);
    for (int64_t v = 0; v < vectors; ++v) {
      Value panel = b(v, i);
      for (int64_t r = 0; r < rows; ++r)
        result[r * vectors + v] = k.fma(k.splat(a(r, v, i)), panel, sums[r * vectors + v]);
    }
    return result;
  });
}

void forEachRowTile(KernelBuilder &k, Value begin, Value end, int64_t tileRows,
                    function_ref<void(Value, int64_t)> body) {
  if (tileRows == 1)
    return k.loop(begin, end, 1, [&](Value row) { body(row, 1); });
  Value count = k.minus(end, begin);
  Value rest = k.createOrFold<arith::RemUIOp>(count, k.index(tileRows));
  Value tilesEnd = k.minus(end, rest);
  k.loop(begin, tilesEnd, tileRows, [&](Value row) { body(row, tileRows); });
  Value row = tilesEnd;
  for (int64_t size : {4, 2, 1}) {
    if (size >= tileRows)
      continue;
    Value bit = k.createOrFold<arith::AndIOp>(rest, k.index(size));
    Value set = arith::CmpIOp::create(k, arith::CmpIPredicate::ne, bit, k.index(0));
    k.when(set, [&] { body(row, size); });
    row = k.plus(row, bit);
  }
}

RowGroups rowGroups(KernelBuilder &k, MemRefType type, Value rows, Value steps) {
  if (!steps)
    return {k.index(1), rows, false};
  Value maxBatch = k.index(type.getDimSize(0));
  Value full = k.equal(rows, maxBatch);
  return {k.select(full, k.index(1), steps), k.select(full, k.times(steps, maxBatch), rows), true};
}

void emitRowProduct(KernelBuilder &k, Value a, Value b, int64_t depth, const RowGroups &groups,
                    int64_t maxRows,
                    function_ref<void(ArrayRef<Value>, Value, ArrayRef<Value>)> finish,
                    Value factors) {
  MemRefType panels = bufferType(b);
  int64_t width = panels.getDimSize(2), vectors = width / k.lanes();
  int64_t tileRows =
      chooseTileRows(groups.hasSteps ? std::max<int64_t>(maxRows, 6) : maxRows, vectors, k.machine);
  k.loop(groups.groups, [&](Value group) {
    k.loop(k.index(0), groups.rows, rowBlock, [&](Value blockBegin) {
      Value blockEnd = k.min(k.plus(blockBegin, rowBlock), groups.rows);
      k.loop(k.index(panels.getDimSize(0)), [&](Value panel) {
        forEachRowTile(k, blockBegin, blockEnd, tileRows, [&](Value first, int64_t rows) {
          SmallVector<Value> zeros(rows * vectors, k.vector(0));
          auto left = [&](int64_t r, Value i) {
            return k.loadScalar(a, append(groups.at(group, k.plus(first, r)), i));
          };
          auto gatedLeft = [&](int64_t r, int64_t v, Value i) {
            return k.mul(left(r, i), k.loadScalar(factors, {k.plus(first, r), k.index(v), i}));
          };
          auto right = [&](int64_t v, Value i) {
            return k.load(b, {panel, i, k.index(v * k.lanes())});
          };
          SmallVector<Value> sums =
              factors ? emitGatedTile(k, rows, vectors, k.index(depth), zeros, gatedLeft, right)
                      : emitTile(k, rows, vectors, k.index(depth), zeros, left, right);
          Value column = k.times(panel, width);
          for (int64_t r = 0; r < rows; ++r)
            finish(groups.at(group, k.plus(first, r)), column,
                   ArrayRef<Value>(sums).slice(r * vectors, vectors));
        });
      });
    });
  });
}

void forEachPanelVector(KernelBuilder &k, Value out, int64_t width, Value column,
                        function_ref<void(size_t, Value)> body) {
  int64_t columns = llvm::alignTo(bufferType(out).getShape().back(), k.lanes());
  for (int64_t v = 0; v < width / k.lanes(); ++v) {
    Value at = k.plus(column, v * k.lanes());
    if (columns % width == 0)
      body(v, at);
    else
      k.when(k.less(at, k.index(columns)), [&] { body(v, at); });
  }
}

void emitGradientProduct(KernelBuilder &k, Value a, Value d, Value c, Value rows, Value steps) {
  k.fill(c, {}, {}, 0);
  RowGroups groups = rowGroups(k, bufferType(d), rows, steps);
  auto rowOf = [&](Value group, Value row) { return groups.at(group, row); };
  addGradientProduct(k, a, d, c, {groups, 0, bufferType(c).getDimSize(2) / k.lanes(), {}}, rowOf,
                     rowOf);
}

void addGradientProduct(KernelBuilder &k, Value a, Value d, Value c, const GradientPart &part,
                        function_ref<SmallVector<Value>(Value, Value)> rowOfA,
                        function_ref<SmallVector<Value>(Value, Value)> rowOfD) {
  MemRefType panels = bufferType(c);
  int64_t features = panels.getDimSize(1), width = panels.getDimSize(2);
  bool oneGate = part.factors && bufferType(part.factors).getDimSize(1) == 1;
  auto offset = [&](int64_t v) { return (part.begin + v) * k.lanes(); };
  auto addPanel = [&](Value group, Value begin, Value count, Value panel, int64_t vectors) {
    Value column = k.times(panel, width);
    int64_t tileRows = chooseTileRows(features, vectors, k.machine);
    forEachRowTile(k, k.index(0), k.index(features), tileRows, [&](Value first, int64_t tile) {
      SmallVector<Value> init;
      for (int64_t r = 0; r < tile; ++r)
        for (int64_t v = 0; v < vectors; ++v)
          init.push_back(k.load(c, {panel, k.plus(first, r), k.index(offset(v))}));
      auto left = [&](int64_t r, Value m) {
        return k.loadScalar(a, append(rowOfA(group, k.plus(begin, m)), k.plus(first, r)));
      };
      auto gatedLeft = [&](int64_t r, int64_t v, Value m) {
        Value gate = k.index(oneGate ? 0 : part.begin + v);
        return k.mul(left(r, m),
                     k.loadScalar(part.factors, {k.plus(begin, m), gate, k.plus(first, r)}));
      };
      auto right = [&](int64_t v, Value m) {
        return k.load(d, append(rowOfD(group, k.plus(begin, m)), k.plus(column, offset(v))));
      };
      SmallVector<Value> sums = part.factors
                                    ? emitGatedTile(k, tile, vectors, count, init, gatedLeft, right)
                                    : emitTile(k, tile, vectors, count, init, left, right);
      for (int64_t r = 0; r < tile; ++r)
        for (int64_t v = 0; v < vectors; ++v)
          k.store(sums[r * vectors + v], c, {panel, k.plus(first, r), k.index(offset(v))});
    });
  };
  // D's rows are padded to whole vectors, C to whole panels: of the last one, what lies behind D's
  // row stays as it is.
  int64_t columns = llvm::alignTo(bufferType(d).getShape().back(), k.lanes());
  int64_t wholePanels = columns / width, rest = columns % width / k.lanes();
  k.loop(part.groups.groups, [&](Value group) {
    k.loop(k.index(0), part.groups.rows, sumBlock, [&](Value begin) {
      Value count = k.minus(k.min(k.plus(begin, sumBlock), part.groups.rows), begin);
      if (wholePanels > 0)
        k.loop(k.index(wholePanels),
               [&](Value panel) { addPanel(group, begin, count, panel, part.end - part.begin); });
      if (rest > 0)
        addPanel(group, begin, count, k.index(wholePanels), rest);
    });
  });
}

void emitTransposedProduct(KernelBuilder &k, Value t, GateRange range, Value out, Value rows,
                           function_ref<Value(Value, Value)> a,
                           function_ref<void(ArrayRef<Value>, Value)> finish) {
  MemRefType panels = bufferType(t);
  int64_t width = panels.getDimSize(2), vectors = width / k.lanes();
  int64_t tileRows = chooseTileRows(bufferType(out).getDimSize(0), vectors, k.machine);
  // Columns of one block of units, and those of them that count.
  int64_t all = range.gates * k.lanes(), some = (range.end - range.begin) * k.lanes();
  int64_t depth = panels.getDimSize(1) / all * some;
  auto columnOf = [&](Value i) -> Value {
    if (some == all)
      return i;
    Value block = k.createOrFold<arith::DivUIOp>(i, k.index(some));
    Value inBlock = k.createOrFold<arith::RemUIOp>(i, k.index(some));
    return k.plus(k.times(block, all), k.plus(inBlock, range.begin * k.lanes()));
  };
  k.loop(k.index(panels.getDimSize(0)), [&](Value panel) {
    Value column = k.times(panel, width);
    forEachRowTile(k, k.index(0), rows, tileRows, [&](Value first, int64_t tile) {
      SmallVector<Value> zeros(tile * vectors, k.vector(0));
      SmallVector<Value> sums = emitTile(
          k, tile, vectors, k.index(depth), zeros,
          [&](int64_t r, Value i) { return a(k.plus(first, r), columnOf(i)); },
          [&](int64_t v, Value i) {
            return k.load(t, {panel, columnOf(i), k.index(v * k.lanes())});
          });
      for (int64_t r = 0; r < tile; ++r)
        forEachPanelVector(k, out, width, column, [&](size_t v, Value at) {
          finish({k.plus(first, r), at}, sums[r * vectors + v]);
        });
    });
  });
}

void emitTransposePanels(KernelBuilder &k, Value b, Value t) {
  MemRefType from = bufferType(b), to = bufferType(t);
  int64_t features = from.getDimSize(1), width = from.getDimSize(2), toWidth = to.getDimSize(2);
  if (to.getDimSize(0) * toWidth != features)
    k.fill(t, {}, {}, 0);
  k.loop(k.index(from.getDimSize(0)), [&](Value panel) {
    k.loop(k.index(features), [&](Value feature) {
      Value toPanel = k.createOrFold<arith::DivUIOp>(feature, k.index(toWidth));
      Value lane = k.createOrFold<arith::RemUIOp>(feature, k.index(toWidth));
      k.loop(k.index(width), [&](Value column) {
        Value value = k.loadScalar(b, {panel, feature, column});
        k.storeScalar(value, t, {toPanel, k.plus(k.times(panel, width), column), lane});
      });
    });
  });
}

} // namespace keratin
