// RUN: keratin-opt %s --keratin-verify-flat --split-input-file --verify-diagnostics -o /dev/null

func.func @memrefs(%x: memref<4xf32>) {
  // expected-error@-1 {{'func.func' op has a value of type 'memref<4xf32>', which is not part of the flat form}}
  return
}

// -----

func.func @unknown_op(%x: f32) {
  // expected-error@+1 {{'math.exp' op is not part of the flat form}}
  %0 = math.exp %x : f32
  return
}

// -----

func.func @lanes_that_no_machine_has(%x: f32) {
  // expected-error@+1 {{has a value of type 'vector<3xf32>', which is not part of the flat form}}
  %0 = vector.broadcast %x : f32 to vector<3xf32>
  return
}

// -----

func.func @masks_in_memory(%p: !llvm.ptr) {
  // expected-error@+1 {{'llvm.load' op expects vectors of i1 only from comparisons, got 'vector<8xi1>'}}
  %0 = llvm.load %p : !llvm.ptr -> vector<8xi1>
  return
}

// -----

func.func @lanes_that_differ() {
  // expected-error@+1 {{'arith.constant' op expects the same number in all lanes}}
  %0 = arith.constant dense<[1.0, 2.0]> : vector<2xf32>
  return
}

// -----

func.func @vector_argument(%v: vector<4xf32>) {
  return
}
// expected-error@-3 {{'func.func' op expects no vector as argument, got 'vector<4xf32>'}}

// -----

func.func @two_indices(%p: !llvm.ptr, %i: i64) {
  // expected-error@+1 {{'llvm.getelementptr' op expects one index, got 2}}
  %0 = llvm.getelementptr %p[%i, 1] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<4 x f32>
  return
}

// -----

func.func @result(%x: f32) -> f32 {
  // expected-error@-1 {{'func.func' op expects no result or one i32, got 'f32'}}
  return %x : f32
}

// -----

func.func private @no_body()
// expected-error@-1 {{'func.func' op expects a body}}
