// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <functional>

using namespace mlir;

namespace keratin {

Type KernelBuilder::vectorOf(Type type) const {
  return lanes() == 1 ? type : Type(VectorType::get({lanes()}, type));
}

Value KernelBuilder::constant(double value, Type like) {
  Type scalarType = getElementTypeOrSelf(like);
  TypedAttr attr = FloatAttr::get(scalarType, value);
  if (auto vector = dyn_cast<VectorType>(like))
    attr = DenseElementsAttr::get(vector, cast<Attribute>(attr));
  return arith::ConstantOp::create(*this, attr);
}

Value KernelBuilder::sqrt(Value a) { return math::SqrtOp::create(*this, a); }
Value KernelBuilder::abs(Value a) { return math::AbsFOp::create(*this, a); }

Value KernelBuilder::fma(Value a, Value b, Value c) {
  if (!machine.getFma())
    return add(mul(a, b), c);
  if (isa<VectorType>(a.getType()))
    return vector::FMAOp::create(*this, a, b, c);
  return math::FmaOp::create(*this, a, b, c);
}

Value KernelBuilder::splat(Value scalar) {
  if (lanes() == 1)
    return scalar;
  return vector::BroadcastOp::create(*this, vectorOf(scalar.getType()), scalar);
}

Value KernelBuilder::sumLanes(Value vector) {
  if (lanes() == 1)
    return vector;
  Value sum = vector::ExtractOp::create(*this, vector, 0);
  for (int64_t lane = 1; lane < lanes(); ++lane)
    sum = add(sum, vector::ExtractOp::create(*this, vector, lane));
  return sum;
}

Value KernelBuilder::toFloat(Value index) {
  Value integer = arith::IndexCastOp::create(*this, getI32Type(), index);
  return arith::SIToFPOp::create(*this, element, integer);
}

Value KernelBuilder::load(Value buffer, ValueRange indices) {
  Type scalarType = bufferType(buffer).getElementType();
  if (lanes() == 1)
    return loadScalar(buffer, indices);
  return vector::LoadOp::create(*this, cast<VectorType>(vectorOf(scalarType)), buffer, indices);
}

void KernelBuilder::store(Value value, Value buffer, ValueRange indices) {
  if (lanes() == 1)
    return storeScalar(value, buffer, indices);
  vector::StoreOp::create(*this, value, buffer, indices);
}

Value KernelBuilder::loadScalar(Value buffer, ValueRange indices) {
  return memref::LoadOp::create(*this, buffer, indices);
}

void KernelBuilder::storeScalar(Value value, Value buffer, ValueRange indices) {
  memref::StoreOp::create(*this, value, buffer, indices);
}

void KernelBuilder::loop(Value begin, Value end, int64_t step, function_ref<void(Value)> body) {
  loop(begin, end, step, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

SmallVector<Value> KernelBuilder::loop(Value begin, Value end, int64_t step, ValueRange init,
                                       function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(*this, begin, end, index(step), init);
  OpBuilder::InsertionGuard guard(*this);
  // Without carried values the body already has its terminator.
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(*this, results);
  return SmallVector<Value>(loop.getResults());
}

void KernelBuilder::when(Value condition, function_ref<void()> body) {
  auto branch = scf::IfOp::create(*this, TypeRange(), condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  body();
}

SmallVector<Value> KernelBuilder::ifElse(Value condition, TypeRange types,
                                         function_ref<SmallVector<Value>()> then,
                                         function_ref<SmallVector<Value>()> otherwise) {
  auto branch = scf::IfOp::create(*this, types, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(*this, then());
  setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(*this, otherwise());
  return SmallVector<Value>(branch.getResults());
}

void KernelBuilder::forEachRow(Value rows, Value steps, function_ref<void(ArrayRef<Value>)> body) {
  if (!steps)
    return loop(rows, [&](Value row) { body({row}); });
  loop(steps, [&](Value step) { loop(rows, [&](Value row) { body({row, step}); }); });
}

void KernelBuilder::forEachRow(MemRefType type, Value rows, Value steps,
                               function_ref<void(ArrayRef<Value>)> body) {
  std::function<void(ArrayRef<Value>)> nest = [&](ArrayRef<Value> row) {
    if (static_cast<int64_t>(row.size()) + 1 >= type.getRank())
      return body(row);
    loop(index(type.getDimSize(row.size())), [&](Value i) { nest(append(row, i)); });
  };
  forEachRow(rows, steps, nest);
}

SmallVector<Value>
KernelBuilder::foldRows(MemRefType type, Value rows, Value steps, ValueRange init,
                        function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body) {
  std::function<SmallVector<Value>(ArrayRef<Value>, ValueRange)> nest = [&](ArrayRef<Value> row,
                                                                            ValueRange carried) {
    if (static_cast<int64_t>(row.size()) + 1 >= type.getRank())
      return body(row, carried);
    return loop(index(0), index(type.getDimSize(row.size())), 1, carried,
                [&](Value i, ValueRange carried) { return nest(append(row, i), carried); });
  };
  auto eachRow = [&](ArrayRef<Value> step, ValueRange carried) {
    return loop(index(0), rows, 1, carried, [&](Value row, ValueRange carried) {
      SmallVector<Value> at{row};
      at.append(step.begin(), step.end());
      return nest(at, carried);
    });
  };
  if (!steps)
    return eachRow({}, init);
  return loop(index(0), steps, 1, init,
              [&](Value step, ValueRange carried) { return eachRow({step}, carried); });
}

void KernelBuilder::forEachVector(MemRefType type, Value rows, Value steps,
                                  function_ref<void(ArrayRef<Value>)> body) {
  int64_t padded = llvm::alignTo(type.getShape().back(), lanes());
  forEachRow(type, rows, steps, [&](ArrayRef<Value> row) {
    loop(index(0), index(padded), lanes(), [&](Value feature) { body(append(row, feature)); });
  });
}

void KernelBuilder::forEachDenseVector(MemRefType type, function_ref<void(ArrayRef<Value>)> body) {
  // Dense: any element can be reached by the last index alone.
  SmallVector<Value> indices(type.getRank(), index(0));
  loop(index(0), index(type.getNumElements()), lanes(), [&](Value i) {
    indices.back() = i;
    body(indices);
  });
}

Value KernelBuilder::sumDense(Value buffer, function_ref<Value(Value)> term) {
  MemRefType type = bufferType(buffer);
  SmallVector<Value> indices(type.getRank(), index(0));
  Value sum = loop(index(0), index(type.getNumElements()), lanes(), vector(0),
                   [&](Value i, ValueRange carried) {
                     indices.back() = i;
                     return SmallVector<Value>{add(carried[0], term(load(buffer, indices)))};
                   })[0];
  return sumLanes(sum);
}

void KernelBuilder::fill(Value buffer, Value rows, Value steps, double value) {
  MemRefType type = bufferType(buffer);
  Value filler = vector(value);
  auto body = [&](ArrayRef<Value> indices) { store(filler, buffer, indices); };
  if (rows)
    forEachVector(type, rows, steps, body);
  else
    forEachDenseVector(type, body);
}

} // namespace keratin
