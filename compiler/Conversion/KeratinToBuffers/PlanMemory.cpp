// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin-plan-memory: one workspace with a constant place for every buffer.
#include "compiler/Analysis/ParamTable.h"
#include "compiler/Conversion/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

namespace keratin {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "compiler/Conversion/Passes.h.inc"

using namespace mlir;

namespace {

/// A buffer, alive from `first` to `last` in the order of ops.
struct Interval {
  memref::AllocOp alloc;
  int64_t bytes;
  unsigned first, last;
  int64_t offset = -1;
};

/// Bytes from the first to the last element, padding included.
int64_t spanBytes(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  [[maybe_unused]] LogicalResult isStrided = type.getStridesAndOffset(strides, offset);
  // Time-major and padded: the outermost dimension has the largest stride.
  int64_t elements = 1;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
    elements = std::max(elements, size * stride);
  int64_t elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  return llvm::alignTo(elements * elementBytes, blockAlignment);
}

struct PlanMemoryPass : impl::PlanMemoryPassBase<PlanMemoryPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr(entryAttrName))
      return;
    std::vector<Interval> intervals = findIntervals(function);
    place(intervals);

    int64_t end = blockHeaderBytes;
    OpBuilder builder(&getContext());
    for (Interval &interval : intervals) {
      builder.setInsertionPoint(interval.alloc);
      Value buffer = BufferOp::create(builder, interval.alloc.getLoc(), interval.alloc.getType(),
                                      function.getArgument(0), interval.offset);
      interval.alloc.replaceAllUsesWith(buffer);
      interval.alloc.erase();
      end = std::max(end, interval.offset + interval.bytes);
      ++numPlaced;
    }
    function->setAttr(workspaceBytesAttrName, builder.getI64IntegerAttr(end));
    workspaceBytes += end;
    int64_t live = largestLiveSum(intervals);
    function->setAttr(liveBytesAttrName, builder.getI64IntegerAttr(live));
    liveBytes += live;
  }

  static std::vector<Interval> findIntervals(func::FuncOp function) {
    // Regions run once and in order: a walk numbers ops in the order in which they run.
    llvm::DenseMap<Operation *, unsigned> order;
    function.walk<WalkOrder::PreOrder>([&](Operation *op) { order.insert({op, order.size()}); });
    std::vector<Interval> intervals;
    function.walk([&](memref::AllocOp alloc) {
      Interval interval{alloc, spanBytes(alloc.getType()), ~0u, 0};
      for (Operation *user : alloc->getUsers()) {
        interval.first = std::min(interval.first, order[user]);
        interval.last = std::max(interval.last, order[user]);
      }
      intervals.push_back(interval);
    });
    return intervals;
  }

  static bool overlap(const Interval &a, const Interval &b) {
    return a.first <= b.last && b.first <= a.last;
  }

  /// Largest first, each at the lowest offset that is free during its whole life.
  static void place(std::vector<Interval> &intervals) {
    SmallVector<Interval *> bySize;
    for (Interval &interval : intervals)
      bySize.push_back(&interval);
    llvm::stable_sort(bySize, [](Interval *a, Interval *b) { return a->bytes > b->bytes; });
    SmallVector<Interval *> placed; // by offset
    for (Interval *interval : bySize) {
      int64_t offset = blockHeaderBytes;
      for (Interval *other : placed) {
        if (!overlap(*interval, *other))
          continue;
        if (offset + interval->bytes <= other->offset)
          break;
        offset = std::max(offset, other->offset + other->bytes);
      }
      interval->offset = offset;
      placed.insert(
          llvm::upper_bound(placed, interval,
                            [](Interval *a, Interval *b) { return a->offset < b->offset; }),
          interval);
    }
  }

  static int64_t largestLiveSum(const std::vector<Interval> &intervals) {
    int64_t largest = 0;
    for (const Interval &at : intervals) {
      int64_t sum = 0;
      for (const Interval &interval : intervals)
        if (interval.first <= at.first && at.first <= interval.last)
          sum += interval.bytes;
      largest = std::max(largest, sum);
    }
    return largest;
  }
};

} // namespace
} // namespace keratin
