// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of keratin.combine, of masks as numbers, and of moving averages.
#include "compiler/Conversion/KeratinToLoops/Access.h"
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"

using namespace mlir;

namespace keratin {

namespace {

Value emitCombination(KernelBuilder &k, Combination kind, Value a, Value b) {
  using Predicate = arith::CmpFPredicate;
  switch (kind) {
  case Combination::add:
    return k.add(a, b);
  case Combination::subtract:
    return k.sub(a, b);
  case Combination::multiply:
    return k.mul(a, b);
  case Combination::divide:
    return k.div(a, b);
  case Combination::maximum: // the first of equals, whose gradient it is; NaN passes
    return k.select(k.compare(Predicate::UGE, a, b), a, b);
  case Combination::minimum:
    return k.select(k.compare(Predicate::ULE, a, b), a, b);
  case Combination::at_least:
    return k.select(k.compare(Predicate::OGE, a, b), k.constant(1, a.getType()),
                    k.constant(0, a.getType()));
  }
  llvm_unreachable("unknown combination");
}

/// All elements of a buffer in the order of its own indices.
Space spaceOf(KernelBuilder &k, MemRefType type, Value rows, Value steps) {
  Space space{SmallVector<int64_t>(type.getShape()), {}, static_cast<unsigned>(type.getRank())};
  for (int64_t size : type.getShape())
    space.extents.push_back(k.index(size));
  space.extents[0] = rows;
  if (type.getRank() > 2)
    space.extents[1] = steps;
  return space;
}

} // namespace

void lower(KernelBuilder &k, CombineOp op) {
  MemRefType type = bufferType(op.getLhs());
  Space space = spaceOf(k, type, rowsOf(op), stepsOf(op));
  AffineMap map =
      op.getRhsMap().value_or(AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext()));
  bool wholeBatch = !map.getResult(0).isFunctionOfDim(0);
  ElementAccess lhs{op.getLhs()}, rhs{op.getRhs(), wholeBatch}, out{op.getOuts().front()};
  Reading reading = readingOf(map, space);
  bool vectors = reading != Reading::Elements;
  if (!vectors || space.sizes.back() % k.lanes() != 0)
    clear(k, out, space);
  forEachElement(k, space, vectors, [&](KernelBuilder &k, ArrayRef<Value> at) {
    SmallVector<Value> rhsAt;
    for (AffineExpr expr : map.getResults())
      rhsAt.push_back(expand(k, expr, at));
    out.store(k, emitCombination(k, op.getKind(), lhs.load(k, at), rhs.load(k, rhsAt, reading)),
              at);
  });
}

void lower(KernelBuilder &k, FindMaskOp op) {
  Value in = op.getInput(), out = op.getOuts().front();
  Value none = k.scalar(op.getValue().convertToDouble());
  k.forEachRow(rowsOf(op), stepsOf(op), [&](ArrayRef<Value> row) {
    Value any = k.loop(k.index(0), k.index(bufferType(in).getShape().back()), 1, {k.i32(0)},
                       [&](Value feature, ValueRange carried) {
                         Value x = k.loadScalar(in, append(row, feature));
                         Value differs = k.compare(arith::CmpFPredicate::UNE, x, none);
                         return SmallVector<Value>{k.select(differs, k.i32(1), carried[0])};
                       })[0];
    k.storeScalar(arith::CmpIOp::create(k, arith::CmpIPredicate::ne, any, k.i32(0)).getResult(),
                  out, row);
  });
}

void lower(KernelBuilder &k, MaskValuesOp op) {
  Value out = op.getOuts().front();
  Space space = spaceOf(k, bufferType(out), rowsOf(op), stepsOf(op));
  clear(k, {out}, space);
  k.forEachRow(rowsOf(op), stepsOf(op), [&](ArrayRef<Value> row) {
    Value real = k.select(k.loadScalar(op.getMask(), row), k.scalar(1), k.scalar(0));
    k.storeScalar(real, out, append(row, k.index(0)));
  });
}

void lower(KernelBuilder &k, MoveAverageOp op) {
  Value value = op.getValue(), param = op.getOuts().front();
  double momentum = op.getMomentum().convertToDouble();
  k.forEachDenseVector(bufferType(param), [&](ArrayRef<Value> at) {
    Value kept = k.mul(k.load(param, at), momentum);
    k.store(k.fma(k.load(value, at), k.vector(1 - momentum), kept), param, at);
  });
}

} // namespace keratin
