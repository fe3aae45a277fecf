// RUN: keratin-opt %s -convert-flat-to-llvm | FileCheck %s
// RUN: keratin-opt %s -convert-flat-to-llvm="triple=aarch64-linux-gnu" | FileCheck %s --check-prefix=ARM64
// RUN: keratin-opt %s -convert-flat-to-llvm="triple=thumbv7em-none-eabihf index-bits=32" | FileCheck %s --check-prefix=ARM32
// RUN: keratin-opt %s -convert-flat-to-llvm="triple=thumbv7m-none-eabi index-bits=32 has-fp-mode=false" | FileCheck %s --check-prefix=ELSEWHERE
// RUN: keratin-opt %s -convert-flat-to-llvm="triple=riscv32-unknown-elf index-bits=32" | FileCheck %s --check-prefix=ELSEWHERE

// CHECK-NOT: keratin.param
keratin.param @w : tensor<2xf32>

// CHECK-LABEL: llvm.func @denormals_flush_to_zero
func.func @denormals_flush_to_zero() {
  // CHECK: llvm.call_intrinsic "llvm.x86.sse.stmxcsr"
  // CHECK: llvm.or
  // CHECK: llvm.call_intrinsic "llvm.x86.sse.ldmxcsr"
  // ARM64: llvm.call_intrinsic "llvm.aarch64.get.fpcr"
  // ARM64: llvm.call_intrinsic "llvm.aarch64.set.fpcr"
  // ARM32: %[[MODE:.*]] = llvm.call_intrinsic "llvm.arm.get.fpscr"() : () -> i32
  // ARM32: %[[FLUSH:.*]] = llvm.mlir.constant(16777216 : i32)
  // ARM32: %[[FLUSHING:.*]] = llvm.or %[[MODE]], %[[FLUSH]]
  // ARM32: llvm.call_intrinsic "llvm.arm.set.fpscr"(%[[FLUSHING]])
  // ELSEWHERE-NOT: llvm.call_intrinsic
  %mode = keratin.flush_denormals : i32
  // CHECK: llvm.call_intrinsic "llvm.x86.sse.ldmxcsr"
  // ARM64: llvm.call_intrinsic "llvm.aarch64.set.fpcr"
  // ARM32: llvm.call_intrinsic "llvm.arm.set.fpscr"(%[[MODE]])
  keratin.restore_fp_mode %mode
  return
}

// LLVM's exporter warns about attributes that it does not know.
// CHECK-LABEL: llvm.func @roles_have_been_read
// CHECK-SAME: (%{{.*}}: !llvm.ptr {llvm.noalias})
func.func @roles_have_been_read(%p: !llvm.ptr {keratin.element = f32, keratin.role = "params", llvm.noalias}) {
  return
}

// CHECK-LABEL: llvm.func @fma_stays_one_operation
func.func @fma_stays_one_operation(%a: vector<8xf32>, %p: !llvm.ptr) {
  // CHECK: llvm.intr.fmuladd
  %r = vector.fma %a, %a, %a : vector<8xf32>
  llvm.store %r, %p : vector<8xf32>, !llvm.ptr
  return
}
