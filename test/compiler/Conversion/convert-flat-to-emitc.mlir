// RUN: keratin-opt --convert-flat-to-emitc %s | mlir-translate --mlir-to-cpp | FileCheck %s

// CHECK: typedef float f32x8_u __attribute__((vector_size(32), may_alias, aligned(4)));

// Products and sums stay in one statement; a splat is written as a scalar; origins become comments.
// CHECK-LABEL: static void scale_and_add(const f32 *__restrict v1, f32 *__restrict v2, ptrdiff_t v3, f32 v4)
// CHECK: // dense (backward), model.py:7
// CHECK: for (ptrdiff_t [[I:i[0-9]+]] = 0; [[I]] < v3; [[I]] += 8) {
// CHECK:   v4 * LOAD(f32x8_u, (v1 + [[I]])) + 0.5f
// CHECK:   STORE(f32x8_a,
func.func private @scale_and_add(%x: !llvm.ptr {llvm.noalias, llvm.readonly}, %y: !llvm.ptr {llvm.noalias}, %n: index,
                                 %factor: f32) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %half = arith.constant dense<0.5> : vector<8xf32>
  %factors = vector.broadcast %factor : f32 to vector<8xf32>
  scf.for %i = %c0 to %n step %c8 {
    %k = arith.index_cast %i : index to i64
    %px = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %px {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %w = vector.fma %factors, %v, %half : vector<8xf32>
    %py = llvm.getelementptr %y[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %w, %py {alignment = 32 : i64} : vector<8xf32>, !llvm.ptr
  } loc(fused<#keratin.origin<layer = "dense", entry = "train_step", backward = true>>["model.py":7:1])
  return
}

// An entry has the parameters of the ABI.
// CHECK: extern "C" s32 m_predict(void* v1, const void* v2, s32 v3, s32 v4, const void *const* v5, void *const* v6)
// CHECK: return v3 < 1 ? 1 : 0;
func.func @m_predict(%workspace: !llvm.ptr, %params: !llvm.ptr, %rows: i32, %steps: i32, %inputs: !llvm.ptr,
                     %outputs: !llvm.ptr) -> i32 attributes {keratin.signature = "predict"} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %bad = arith.cmpi slt, %rows, %c1 : i32
  %status = arith.select %bad, %c1, %c0 : i32
  return %status : i32
}

// A value that another carried value's assignment would change is kept first.
// CHECK-LABEL: extern "C" s32 swapped(
// CHECK: for
// CHECK:   s32 [[OLD:v[0-9]+]] = [[B:v[0-9]+]];
// CHECK:   s32 [[SUM:v[0-9]+]] = (s32) ((u32) [[A:v[0-9]+]] + (u32) [[OLD]]);
// CHECK:   [[A]] = [[OLD]];
// CHECK:   [[B]] = [[SUM]];
func.func @swapped(%n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero, %b = %one) -> (i32, i32) {
    %sum = arith.addi %a, %b : i32
    scf.yield %b, %sum : i32, i32
  }
  return %r#0 : i32
}
