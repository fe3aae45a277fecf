// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops at the boundary to the caller's arrays: import with checks, export.
#include "compiler/Conversion/KeratinToLoops/Lowerings.h"
#include "keratin/abi.h"

#include "llvm/Support/MathExtras.h"

#include <cstddef>
#include <functional>

using namespace mlir;

namespace keratin {

namespace {

/// Every element of a buffer of this call: its indices, and its position in the caller's dense
/// array.
void forEachElement(KernelBuilder &k, MemRefType type, ValueRange extents,
                    function_ref<void(ArrayRef<Value>, Value)> body) {
  SmallVector<Value> indices;
  std::function<void(Value)> nest = [&](Value base) {
    size_t dim = indices.size();
    if (dim == static_cast<size_t>(type.getRank()))
      return body(indices, base);
    Value size = dim < extents.size() ? extents[dim] : k.index(type.getDimSize(dim));
    k.loop(size, [&](Value i) {
      indices.push_back(i);
      nest(k.plus(k.times(base, size), i));
      indices.pop_back();
    });
  };
  nest(k.index(0));
}

Value one(KernelBuilder &k, Type type) {
  if (isa<FloatType>(type))
    return k.constant(1, type);
  return k.i32(1);
}

/// Puts position and value of a refused element into the workspace's header.
void report(KernelBuilder &k, Value workspace, Value position, Value value) {
  auto put = [&](size_t offset, Value number) {
    auto type = MemRefType::get({1}, k.getI64Type());
    Value field = BufferOp::create(k, type, workspace, static_cast<int64_t>(offset));
    k.storeScalar(number, field, {k.index(0)});
  };
  put(offsetof(krt_workspace_header, error_position),
      arith::IndexCastOp::create(k, k.getI64Type(), position));
  put(offsetof(krt_workspace_header, error_value),
      arith::ExtSIOp::create(k, k.getI64Type(), value));
}

} // namespace

void lower(KernelBuilder &k, ImportOp op) {
  Value source = op.getSource(), target = op.getTarget();
  MemRefType type = bufferType(target);
  SmallVector<Value> extents(op.getExtents());
  bool padded = isa<FloatType>(type.getElementType()) && type.getRank() > 1 &&
                type.getShape().back() % k.lanes() != 0;
  if (padded)
    k.fill(target, extents[0],
           type.getRank() < 3   ? Value()
           : extents.size() > 1 ? extents[1]
                                : k.index(type.getDimSize(1)),
           0);

  int64_t limit = op.getLimit();
  if (limit == 0) {
    auto copy = [&] {
      forEachElement(k, type, extents, [&](ArrayRef<Value> at, Value position) {
        k.storeScalar(k.loadScalar(source, {position}), target, at);
      });
    };
    if (op.getPresent()) {
      Value absent =
          arith::XOrIOp::create(k, op.getPresent(), arith::ConstantIntOp::create(k, 1, 1));
      k.when(op.getPresent(), copy);
      k.when(absent, [&] {
        forEachElement(k, type, extents, [&](ArrayRef<Value> at, Value) {
          k.storeScalar(one(k, type.getElementType()), target, at);
        });
      });
    } else {
      copy();
    }
    op.getStatus().replaceAllUsesWith(k.i32(0));
    return;
  }

  // The status travels through the workspace's header, whose error position the entry has set to
  // none.
  auto fieldType = MemRefType::get({1}, k.getI64Type());
  Value field =
      BufferOp::create(k, fieldType, op.getWorkspace(),
                       static_cast<int64_t>(offsetof(krt_workspace_header, error_position)));
  forEachElement(k, type, extents, [&](ArrayRef<Value> at, Value position) {
    Value given = k.loadScalar(source, {position});
    Value value = given;
    if (op.getWrap()) {
      Value negative = arith::CmpIOp::create(k, arith::CmpIPredicate::slt, given, k.i32(0));
      value = k.select(negative, k.plus(given, k.i32(limit)), given);
    }
    k.storeScalar(value, target, at);
    Value bad = arith::CmpIOp::create(k, arith::CmpIPredicate::uge, value, k.i32(limit));
    k.when(bad, [&] {
      Value none = arith::CmpIOp::create(k, arith::CmpIPredicate::slt,
                                         k.loadScalar(field, {k.index(0)}), k.i64(0));
      k.when(none, [&] { report(k, op.getWorkspace(), position, given); });
    });
  });
  Value failed = arith::CmpIOp::create(k, arith::CmpIPredicate::sge,
                                       k.loadScalar(field, {k.index(0)}), k.i64(0));
  op.getStatus().replaceAllUsesWith(k.select(failed, k.i32(op.getError()), k.i32(0)));
}

void lower(KernelBuilder &k, ExportOp op) {
  forEachElement(k, bufferType(op.getSource()), SmallVector<Value>(op.getExtents()),
                 [&](ArrayRef<Value> at, Value position) {
                   k.storeScalar(k.loadScalar(op.getSource(), at), op.getTarget(), {position});
                 });
}

} // namespace keratin
