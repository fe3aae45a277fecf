// The flat form of functions that flat-kernels-main.cpp calls and checks.

// A sum over vectors and what is left over, in a helper that takes the number as an index.
func.func private @dot(%x: !llvm.ptr {llvm.noalias, llvm.readonly}, %y: !llvm.ptr {llvm.noalias, llvm.readonly},
                       %out: !llvm.ptr {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zeros = arith.constant dense<0.0> : vector<8xf32>
  %rest = arith.remui %n, %c8 : index
  %whole = arith.subi %n, %rest : index
  %sums = scf.for %i = %c0 to %whole step %c8 iter_args(%acc = %zeros) -> (vector<8xf32>) {
    %k = arith.index_cast %i : index to i64
    %px = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %py = llvm.getelementptr %y[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %vx = llvm.load %px {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %vy = llvm.load %py {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %next = vector.fma %vx, %vy, %acc : vector<8xf32>
    scf.yield %next : vector<8xf32>
  } loc(fused<#keratin.origin<layer = "dense", entry = "predict", backward = false>>["model.py":12:3])
  %high = vector.shuffle %sums, %sums [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
  %low = vector.shuffle %sums, %sums [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
  %four = arith.addf %low, %high : vector<4xf32>
  %s0 = vector.extract %four[0] : f32 from vector<4xf32>
  %s1 = vector.extract %four[1] : f32 from vector<4xf32>
  %s2 = vector.extract %four[2] : f32 from vector<4xf32>
  %s3 = vector.extract %four[3] : f32 from vector<4xf32>
  %s01 = arith.addf %s0, %s1 : f32
  %s23 = arith.addf %s2, %s3 : f32
  %s = arith.addf %s01, %s23 : f32
  %total = scf.for %i = %whole to %n step %c1 iter_args(%acc = %s) -> (f32) {
    %k = arith.index_cast %i : index to i64
    %px = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %py = llvm.getelementptr %y[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %vx = llvm.load %px : !llvm.ptr -> f32
    %vy = llvm.load %py : !llvm.ptr -> f32
    %next = math.fma %vx, %vy, %acc : f32
    scf.yield %next : f32
  } loc(fused<#keratin.origin<layer = "dense", entry = "predict", backward = true>>["model.py":12:3])
  llvm.store %total, %out : f32, !llvm.ptr
  return
}

func.func @flat_dot(%x: !llvm.ptr, %y: !llvm.ptr, %out: !llvm.ptr, %n: i32) -> i32 {
  %one = arith.constant 1 : i32
  %ok = arith.constant 0 : i32
  %null = llvm.mlir.zero : !llvm.ptr
  %bad = arith.cmpi slt, %n, %one : i32
  %missing = llvm.icmp "eq" %x, %null : !llvm.ptr
  %refused = arith.ori %bad, %missing : i1
  %status = scf.if %refused -> (i32) {
    scf.yield %one : i32
  } else {
    %mode = keratin.flush_denormals : i32
    %count = arith.index_cast %n : i32 to index
    func.call @dot(%x, %y, %out, %count) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, index) -> ()
    keratin.restore_fp_mode %mode
    scf.yield %ok : i32
  }
  return %status : i32
}

// exp(x) as 2^n * p(r), with bit tricks and masks; NaN passes through.
func.func @flat_exp(%x: !llvm.ptr, %out: !llvm.ptr, %n: i32) -> i32 {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %ok = arith.constant 0 : i32
  %log2e = arith.constant dense<1.44269504> : vector<4xf32>
  %magic = arith.constant dense<12582912.0> : vector<4xf32>
  %ln2hi = arith.constant dense<0.693359375> : vector<4xf32>
  %ln2lo = arith.constant dense<-2.12194440e-4> : vector<4xf32>
  %one = arith.constant dense<1.0> : vector<4xf32>
  %half = arith.constant dense<0.5> : vector<4xf32>
  %p3 = arith.constant dense<1.66666657e-1> : vector<4xf32>
  %p4 = arith.constant dense<4.16664956e-2> : vector<4xf32>
  %p5 = arith.constant dense<8.33345205e-3> : vector<4xf32>
  %p6 = arith.constant dense<1.39819994e-3> : vector<4xf32>
  %bias = arith.constant dense<127> : vector<4xi32>
  %shift = arith.constant dense<23> : vector<4xi32>
  %top = arith.constant dense<88.0> : vector<4xf32>
  %bottom = arith.constant dense<-87.0> : vector<4xf32>
  %inf = arith.constant dense<0x7F800000> : vector<4xf32>
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %count = arith.index_cast %n : i32 to index
  scf.for %i = %c0 to %count step %c4 {
    %k = arith.index_cast %i : index to i64
    %px = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %px {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
    %t = vector.fma %v, %log2e, %magic : vector<4xf32>
    %r = arith.subf %t, %magic : vector<4xf32>
    %m = arith.fptosi %r : vector<4xf32> to vector<4xi32>
    %neg = arith.negf %r : vector<4xf32>
    %a = vector.fma %neg, %ln2hi, %v : vector<4xf32>
    %b = vector.fma %neg, %ln2lo, %a : vector<4xf32>
    %h0 = vector.fma %p6, %b, %p5 : vector<4xf32>
    %h1 = vector.fma %h0, %b, %p4 : vector<4xf32>
    %h2 = vector.fma %h1, %b, %p3 : vector<4xf32>
    %h3 = vector.fma %h2, %b, %half : vector<4xf32>
    %h4 = vector.fma %h3, %b, %one : vector<4xf32>
    %h5 = vector.fma %h4, %b, %one : vector<4xf32>
    %e = arith.addi %m, %bias : vector<4xi32>
    %bits = arith.shli %e, %shift : vector<4xi32>
    %scale = arith.bitcast %bits : vector<4xi32> to vector<4xf32>
    %y = arith.mulf %h5, %scale : vector<4xf32>
    %high = arith.cmpf ogt, %v, %top : vector<4xf32>
    %low = arith.cmpf olt, %v, %bottom : vector<4xf32>
    %nan = arith.cmpf uno, %v, %v : vector<4xf32>
    %y1 = arith.select %high, %inf, %y : vector<4xi1>, vector<4xf32>
    %y2 = arith.select %low, %zero, %y1 : vector<4xi1>, vector<4xf32>
    %y3 = arith.select %nan, %v, %y2 : vector<4xi1>, vector<4xf32>
    %po = llvm.getelementptr %out[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %y3, %po {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
  }
  return %ok : i32
}

// Two carried values that change places, and integers that overflow: fibonacci numbers modulo 2^32.
func.func @flat_fibonacci(%n: i32) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %count = arith.index_cast %n : i32 to index
  %r:2 = scf.for %i = %c0 to %count step %c1 iter_args(%a = %zero, %b = %one) -> (i32, i32) {
    %sum = arith.addi %a, %b : i32
    scf.yield %b, %sum : i32, i32
  }
  return %r#0 : i32
}

// One round of Philox: the high and low half of a 32 x 32 bit product.
func.func @flat_philox(%x: i32, %key: i32, %out: !llvm.ptr) -> i32 {
  %ok = arith.constant 0 : i32
  %m = arith.constant 0xD2511F53 : i32
  %c32 = arith.constant 32 : i64
  %wide_x = arith.extui %x : i32 to i64
  %wide_m = arith.extui %m : i32 to i64
  %product = arith.muli %wide_x, %wide_m : i64
  %shifted = arith.shrui %product, %c32 : i64
  %high = arith.trunci %shifted : i64 to i32
  %low = arith.trunci %product : i64 to i32
  %mixed = arith.xori %high, %key : i32
  %unit = arith.uitofp %low : i32 to f32
  llvm.store %mixed, %out : i32, !llvm.ptr
  %second = llvm.getelementptr %out[1] : (!llvm.ptr) -> !llvm.ptr, i32
  llvm.store %low, %second : i32, !llvm.ptr
  %third = llvm.getelementptr %out[8] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.store %unit, %third : f32, !llvm.ptr
  return %ok : i32
}

// Arrays by pointer, bytes as truth values, square roots, inserted lanes: out[i] = mask[i] ? sqrt(|x[i]|) : -x[i].
func.func @flat_masked(%arrays: !llvm.ptr, %mask: !llvm.ptr, %n: i32) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ok = arith.constant 0 : i32
  %px = llvm.load %arrays : !llvm.ptr -> !llvm.ptr
  %at_out = llvm.getelementptr %arrays[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
  %out = llvm.load %at_out : !llvm.ptr -> !llvm.ptr
  %count = arith.index_cast %n : i32 to index
  %zeros = arith.constant dense<0.0> : vector<2xf32>
  scf.for %i = %c0 to %count step %c1 {
    %k = arith.index_cast %i : index to i64
    %at = llvm.getelementptr %px[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %at : !llvm.ptr -> f32
    %pm = llvm.getelementptr %mask[%k] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    %byte = llvm.load %pm : !llvm.ptr -> i8
    %bit = arith.trunci %byte : i8 to i1
    %size = math.absf %v : f32
    %neg = arith.negf %v : f32
    %pair0 = vector.insert %size, %zeros[0] : f32 into vector<2xf32>
    %pair = vector.insert %neg, %pair0[1] : f32 into vector<2xf32>
    %sizes = math.absf %pair : vector<2xf32>
    %roots = math.sqrt %sizes : vector<2xf32>
    %root = vector.extract %roots[0] : f32 from vector<2xf32>
    %r = arith.select %bit, %root, %neg : f32
    %po = llvm.getelementptr %out[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %r, %po : f32, !llvm.ptr
  }
  return %ok : i32
}
