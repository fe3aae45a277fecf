// RUN: keratin-opt %s -split-input-file -verify-diagnostics -keratin-verify-flat

func.func @no_memref(%a: i32) {
  // expected-error @below {{is not part of the flat form}}
  %m = memref.alloc() : memref<4xf32>
  return
}

// -----

func.func @one_index(%p: !llvm.ptr, %i: i64) {
  // expected-error @below {{expects one index}}
  %q = llvm.getelementptr %p[%i, 1] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<4 x f32>
  return
}

// -----

// expected-error @below {{expects no vector as argument}}
func.func @no_vector_arguments(%v: vector<4xf32>) {
  return
}
