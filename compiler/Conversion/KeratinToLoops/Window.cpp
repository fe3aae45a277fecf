// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of keratin.window, its gradient, and keratin.contract.
#include "compiler/Conversion/KeratinToLoops/Access.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

#include <functional>
#include <limits>

using namespace mlir;

namespace keratin {

namespace {

/// Whether an array has no rows: it is of the whole batch.
bool isWholeBatch(ArrayRef<int64_t> shape) { return !ShapedType::isDynamic(shape.front()); }

/// The extent of a dimension of an array.
Value extentOf(KernelBuilder &k, ComputeOpInterface op, int64_t size, bool first) {
  if (!ShapedType::isDynamic(size))
    return k.index(size);
  return first ? rowsOf(op) : stepsOf(op);
}

Space spaceOf(KernelBuilder &k, ComputeOpInterface op, ArrayRef<int64_t> shape) {
  Space space{SmallVector<int64_t>(shape), {}, static_cast<unsigned>(shape.size())};
  for (auto [i, size] : llvm::enumerate(shape))
    space.extents.push_back(extentOf(k, op, size, i == 0));
  return space;
}

/// `space` with the window's dimensions; an open one is that of the array that `map` leads to.
Space withWindow(KernelBuilder &k, ComputeOpInterface op, Space space, ArrayRef<int64_t> window,
                 AffineMap map) {
  for (auto [i, size] : llvm::enumerate(window)) {
    bool rows = map.getResult(0) == getAffineDimExpr(space.rank + i, map.getContext());
    space.sizes.push_back(size);
    space.extents.push_back(extentOf(k, op, size, rows));
  }
  return space;
}

/// Loops over the window, carrying values; `body` gets all indices.
SmallVector<Value> foldWindow(KernelBuilder &k, const Space &space, ArrayRef<Value> at,
                              ValueRange init,
                              function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body) {
  SmallVector<Value> indices(at);
  std::function<SmallVector<Value>(ValueRange)> nest = [&](ValueRange carried) {
    size_t dim = indices.size();
    if (dim == space.sizes.size())
      return body(indices, carried);
    return k.loop(k.index(0), space.extents[dim], 1, carried, [&](Value i, ValueRange inner) {
      indices.push_back(i);
      SmallVector<Value> results = nest(inner);
      indices.pop_back();
      return results;
    });
  };
  return nest(init);
}

/// What window and its gradient share.
template <typename Op> struct WindowLoops {
  KernelBuilder &k;
  Op op;
  AffineMap map = op.getMap();
  ComputeOpInterface compute = cast<ComputeOpInterface>(op.getOperation());
  Space result = spaceOf(k, compute, op.getShape());
  Space input = spaceOf(k, compute, op.getInputShape());
  Space whole = withWindow(k, compute, result, op.getWindow(), map);
  bool leaves = llvm::any_of(llvm::zip_equal(map.getResults(), input.sizes), [&](auto pair) {
    return canLeave(std::get<0>(pair), std::get<1>(pair), whole);
  });

  /// Whether the lanes of a vector are either all inside of the input or all outside of it, so that
  /// its first stands for all: what is beyond the features of an input is its padding.
  bool vectorsStayTogether() {
    int64_t features = input.sizes.back();
    return features % k.lanes() == 0 || !canLeave(map.getResults().back(), features, whole);
  }

  SmallVector<Value> coordinates(KernelBuilder &k, ArrayRef<Value> indices) {
    SmallVector<Value> at;
    for (AffineExpr expr : map.getResults())
      at.push_back(expand(k, expr, indices));
    return at;
  }

  /// `then` with the place in the input, if it is one; else what was carried.
  SmallVector<Value> inside(KernelBuilder &k, ArrayRef<Value> indices, ValueRange carried,
                            function_ref<SmallVector<Value>(ArrayRef<Value>)> then) {
    SmallVector<Value> at = coordinates(k, indices);
    if (!leaves)
      return then(at);
    Value condition;
    for (auto [expr, value, size, extent] :
         llvm::zip_equal(map.getResults(), at, input.sizes, input.extents)) {
      if (!canLeave(expr, size, whole))
        continue;
      // Negative places are huge as unsigned ones.
      Value fits = k.less(value, extent);
      condition = condition ? arith::AndIOp::create(k, condition, fits).getResult() : fits;
    }
    if (carried.empty()) {
      k.when(condition, [&] { then(at); });
      return {};
    }
    return k.ifElse(
        condition, carried.getTypes(), [&] { return then(at); },
        [&] { return SmallVector<Value>(carried); });
  }

  /// How many elements a window has.
  Value count(KernelBuilder &k, ArrayRef<Value> at) {
    if (!leaves) {
      Value product = k.index(1);
      for (Value extent : ArrayRef(whole.extents).drop_front(whole.rank))
        product = k.times(product, extent);
      return k.toFloat(product);
    }
    return foldWindow(k, whole, at, {k.scalar(0)}, [&](ArrayRef<Value> indices, ValueRange sum) {
      return inside(k, indices, sum,
                    [&](ArrayRef<Value>) { return SmallVector<Value>{k.add(sum[0], 1.0)}; });
    })[0];
  }
};

} // namespace

void lower(KernelBuilder &k, WindowOp op) {
  WindowLoops<WindowOp> loops{k, op};
  ElementAccess in{op.getInput()}, out{op.getOuts().front(), isWholeBatch(op.getShape())};
  Reading reading = readingOf(loops.map, loops.result);
  bool vectors =
      reading == Reading::Splat || (reading == Reading::Vector && loops.vectorsStayTogether());
  if (out.wholeBatch || !vectors || loops.result.sizes.back() % k.lanes() != 0)
    clear(k, out, loops.result);
  double start = op.getKind() == Fold::maximum ? -std::numeric_limits<float>::infinity() : 0.0;
  forEachElement(k, loops.result, vectors, [&](KernelBuilder &k, ArrayRef<Value> at) {
    Value value = foldWindow(
        k, loops.whole, at, {k.vector(start)}, [&](ArrayRef<Value> indices, ValueRange carried) {
          return loops.inside(k, indices, carried, [&](ArrayRef<Value> place) {
            Value x = in.load(k, place, reading);
            return SmallVector<Value>{op.getKind() == Fold::maximum ? k.maximum(carried[0], x)
                                                                    : k.add(carried[0], x)};
          });
        })[0];
    if (op.getKind() == Fold::mean)
      value = k.div(value, k.splat(loops.count(k, at)));
    out.store(k, value, at);
  });
}

void lower(KernelBuilder &k, WindowGradOp op) {
  WindowLoops<WindowGradOp> loops{k, op};
  bool wholeBatch = isWholeBatch(op.getShape());
  ElementAccess gradient{op.getResultGrad(), wholeBatch}, value{op.getValue(), wholeBatch};
  ElementAccess in{op.getInput()}, out{op.getOuts().front()};
  clear(k, out, loops.input);
  // Lanes that share an element would add to it at once.
  bool vectors =
      readingOf(loops.map, loops.result) == Reading::Vector && loops.vectorsStayTogether();
  forEachElement(k, loops.result, vectors, [&](KernelBuilder &k, ArrayRef<Value> at) {
    Value share = gradient.load(k, at);
    auto addTo = [&](ArrayRef<Value> place, Value addend) {
      out.store(k, k.add(out.load(k, place), addend), place);
    };
    if (op.getKind() != Fold::maximum) {
      if (op.getKind() == Fold::mean)
        share = k.div(share, k.splat(loops.count(k, at)));
      foldWindow(k, loops.whole, at, {}, [&](ArrayRef<Value> indices, ValueRange) {
        return loops.inside(k, indices, {}, [&](ArrayRef<Value> place) {
          addTo(place, share);
          return SmallVector<Value>();
        });
      });
      return;
    }
    // What has not found its element yet is carried along.
    Value largest = value.load(k, at);
    foldWindow(k, loops.whole, at, {share}, [&](ArrayRef<Value> indices, ValueRange rest) {
      return loops.inside(k, indices, rest, [&](ArrayRef<Value> place) {
        Value hit = k.compare(arith::CmpFPredicate::OEQ, in.load(k, place), largest);
        Value zero = k.vector(0);
        addTo(place, k.select(hit, rest[0], zero));
        return SmallVector<Value>{k.select(hit, zero, rest[0])};
      });
    });
  });
}

void lower(KernelBuilder &k, ContractOp op) {
  auto compute = cast<ComputeOpInterface>(op.getOperation());
  Space result = spaceOf(k, compute, op.getShape());
  Space whole = withWindow(k, compute, result, op.getWindow(), op.getLhsMap());
  ElementAccess lhs{op.getLhs()}, rhs{op.getRhs()}, out{op.getOuts().front()};
  Reading lhsReading = readingOf(op.getLhsMap(), result),
          rhsReading = readingOf(op.getRhsMap(), result);
  bool vectors = lhsReading != Reading::Elements && rhsReading != Reading::Elements;
  if (!vectors || result.sizes.back() % k.lanes() != 0)
    clear(k, out, result);
  auto coordinates = [](AffineMap map, ArrayRef<Value> indices) {
    SmallVector<Value> at;
    for (AffineExpr expr : map.getResults())
      at.push_back(indices[cast<AffineDimExpr>(expr).getPosition()]);
    return at;
  };
  forEachElement(k, result, vectors, [&](KernelBuilder &k, ArrayRef<Value> at) {
    Value sum =
        foldWindow(k, whole, at, {k.vector(0)}, [&](ArrayRef<Value> indices, ValueRange carried) {
          Value a = lhs.load(k, coordinates(op.getLhsMap(), indices), lhsReading);
          Value b = rhs.load(k, coordinates(op.getRhsMap(), indices), rhsReading);
          return SmallVector<Value>{k.fma(a, b, carried[0])};
        })[0];
    out.store(k, sum, at);
  });
}

} // namespace keratin
