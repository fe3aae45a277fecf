// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/Access.h"

#include "mlir/IR/AffineExpr.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <functional>

using namespace mlir;

namespace keratin {

Value expand(KernelBuilder &k, AffineExpr expr, ValueRange dims) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return k.index(constant.getValue());
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value lhs = expand(k, binary.getLHS(), dims), rhs = expand(k, binary.getRHS(), dims);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return k.plus(lhs, rhs);
  case AffineExprKind::Mul:
    return k.times(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return k.createOrFold<arith::DivUIOp>(lhs, rhs);
  case AffineExprKind::Mod:
    return k.createOrFold<arith::RemUIOp>(lhs, rhs);
  default:
    llvm_unreachable("no such expression in the maps of ops");
  }
}

namespace {

/// The least and the largest value of an expression.
struct Range {
  int64_t low, high;
};

/// Nothing where an open dimension takes part.
std::optional<Range> rangeOf(AffineExpr expr, const Space &space) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    int64_t size = space.sizes[dim.getPosition()];
    return ShapedType::isDynamic(size) ? std::nullopt : std::optional(Range{0, size - 1});
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Range{constant.getValue(), constant.getValue()};
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::optional<Range> a = rangeOf(binary.getLHS(), space), b = rangeOf(binary.getRHS(), space);
  if (!a || !b)
    return std::nullopt;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return Range{a->low + b->low, a->high + b->high};
  case AffineExprKind::Mul: {
    auto [low, high] =
        std::minmax({a->low * b->low, a->low * b->high, a->high * b->low, a->high * b->high});
    return Range{low, high};
  }
  case AffineExprKind::FloorDiv:
    return Range{a->low / b->low, a->high / b->low};
  case AffineExprKind::Mod:
    return a->low >= 0 && a->high < b->low ? *a : Range{0, b->low - 1};
  default:
    return std::nullopt;
  }
}

KernelBuilder withOneLane(KernelBuilder &k) {
  MachineAttr machine = k.machine;
  return KernelBuilder(
      k, k.getLoc(), MachineAttr::get(k.getContext(), 1, machine.getRegisters(), machine.getFma()),
      k.element);
}

} // namespace

bool canLeave(AffineExpr expr, int64_t size, const Space &space) {
  if (ShapedType::isDynamic(size)) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    return !dim || !ShapedType::isDynamic(space.sizes[dim.getPosition()]);
  }
  std::optional<Range> range = rangeOf(expr, space);
  return !range || range->low < 0 || range->high >= size;
}

Reading readingOf(AffineMap map, const Space &space) {
  unsigned feature = space.rank - 1;
  if (llvm::none_of(map.getResults(),
                    [&](AffineExpr expr) { return expr.isFunctionOfDim(feature); }))
    return Reading::Splat;
  bool last = map.getResults().back() == getAffineDimExpr(feature, map.getContext());
  bool others = llvm::any_of(map.getResults().drop_back(),
                             [&](AffineExpr expr) { return expr.isFunctionOfDim(feature); });
  return last && !others ? Reading::Vector : Reading::Elements;
}

SmallVector<Value> ElementAccess::place(KernelBuilder &k, ArrayRef<Value> logical) const {
  if (!wholeBatch)
    return SmallVector<Value>(logical);
  MemRefType panels = bufferType(buffer);
  Value row = logical.size() > 1 ? logical.front() : k.index(0), column = logical.back();
  if (panels.getDimSize(0) == 1)
    return {k.index(0), row, column};
  Value width = k.index(panels.getDimSize(2));
  return {k.createOrFold<arith::DivUIOp>(column, width), row,
          k.createOrFold<arith::RemUIOp>(column, width)};
}

Value ElementAccess::load(KernelBuilder &k, ArrayRef<Value> logical, Reading reading) const {
  SmallVector<Value> at = place(k, logical);
  return reading == Reading::Splat ? k.splat(k.loadScalar(buffer, at)) : k.load(buffer, at);
}

void forEachElement(KernelBuilder &k, const Space &space, bool vectors,
                    function_ref<void(KernelBuilder &, ArrayRef<Value>)> body) {
  // Steps outside of rows, as they are in memory.
  SmallVector<unsigned> order;
  for (unsigned dim = 1; dim + 1 < space.rank; ++dim)
    order.push_back(dim);
  if (space.rank > 1)
    order.push_back(0);
  SmallVector<Value> at(space.rank);
  int64_t features = space.sizes[space.rank - 1];
  int64_t whole = vectors ? features - features % k.lanes() : 0;
  auto inRow = [&] {
    if (whole > 0)
      k.loop(k.index(0), k.index(whole), k.lanes(), [&](Value feature) {
        at.back() = feature;
        body(k, at);
      });
    if (whole < features)
      k.loop(k.index(whole), k.index(features), 1, [&](Value feature) {
        KernelBuilder scalars = withOneLane(k);
        at.back() = feature;
        body(scalars, at);
      });
  };
  std::function<void(size_t)> nest = [&](size_t depth) {
    if (depth == order.size())
      return inRow();
    k.loop(space.extents[order[depth]], [&](Value i) {
      at[order[depth]] = i;
      nest(depth + 1);
    });
  };
  nest(0);
}

void clear(KernelBuilder &k, const ElementAccess &array, const Space &space) {
  MemRefType type = bufferType(array.buffer);
  if (array.wholeBatch)
    return k.fill(array.buffer, {}, {}, 0);
  k.fill(array.buffer, space.extents[0], type.getRank() > 2 ? space.extents[1] : Value(), 0);
}

} // namespace keratin
