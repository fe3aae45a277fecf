// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes that lead from tensors to the flat form and on to LLVM, in their order.
#ifndef KERATIN_CONVERSION_PASSES_TD
#define KERATIN_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// buffers
//===----------------------------------------------------------------------===//

def AssignLayoutsPass : Pass<"keratin-assign-layouts", "mlir::ModuleOp"> {
  let summary = "chooses the working layout of every parameter for a machine";
  let description = [{
    Kernels read weights as panels of at most four vectors, gates of the same units side by side; tables of
    embeddings are padded rows. Sets `layout` on each `keratin.param` and `keratin.machine` on the module.

    ```mlir
    keratin.param @k : tensor<4x20xf32> {gates = 4 : i64}
    // becomes, with lanes = 8
    keratin.param @k : tensor<4x20xf32> {gates = 4 : i64, layout = #keratin.layout<gates = 4, lanes = 8, panel = 32>}
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "8", "float32 elements of a vector register">,
    Option<"registers", "registers", "int64_t", "16", "vector registers">,
    Option<"fma", "fma", "bool", "true", "whether the target has fused multiply-add">
  ];
  let statistics = [Statistic<"numLayouts", "num-layouts-assigned", "Parameters given a layout">];
}

def KeratinToBuffersPass : Pass<"convert-keratin-to-buffers", "mlir::ModuleOp"> {
  let summary = "gives every op buffers of the compiled maxima";
  let description = [{
    Entries take the caller's memory: workspace, params, optimizer or gradients, scalars, rows and steps, and
    flat arrays. Inputs are imported (and checked) into buffers, results exported. Every result of an op
    becomes one allocation of static shape, padded to whole vectors, time-major where there are steps; a
    result takes over the buffer of an operand that dies there where the op allows it.
  }];
  let options = [
    Option<"maxBatch", "max-batch", "int64_t", "32", "rows that an entry can be called with">,
    Option<"maxSteps", "max-steps", "int64_t", "128", "steps that an entry can be called with where the model leaves them open">
  ];
  let statistics = [
    Statistic<"numBuffers", "num-buffers-made", "Buffers made for results and scratch">,
    Statistic<"numReused", "num-buffers-reused", "Results that took over an operand's buffer">
  ];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def PlanMemoryPass : Pass<"keratin-plan-memory", "mlir::func::FuncOp"> {
  let summary = "places all buffers of an entry in one workspace";
  let description = [{
    Replaces each `memref.alloc` by a `keratin.buffer` at a constant offset of the workspace, such that buffers
    alive at the same time do not overlap (largest first, lowest offset that fits), and records the workspace's bytes
    on the function.
  }];
  let statistics = [
    Statistic<"numPlaced", "num-buffers-placed", "Buffers placed">,
    Statistic<"workspaceBytes", "workspace-bytes", "Bytes of the workspace">,
    Statistic<"liveBytes", "live-bytes", "Largest sum of bytes alive at once">
  ];
}

//===----------------------------------------------------------------------===//
// loops
//===----------------------------------------------------------------------===//

def KeratinToLoopsPass : Pass<"convert-keratin-to-loops", "mlir::ModuleOp"> {
  let summary = "lowers ops on buffers to loops over vectors";
  let description = [{
    Time is one loop. Products run over tiles of rows and one panel of columns, held in registers; a recurrent
    layer's gates, activations and state update follow in the tile of its recurrent product.
  }];
  let statistics = [Statistic<"numLowered", "num-ops-lowered", "Keratin ops lowered">];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::arith::ArithDialect", "mlir::scf::SCFDialect",
                           "mlir::vector::VectorDialect", "mlir::math::MathDialect"];
}

def EmitPackingPass : Pass<"keratin-emit-packing", "mlir::ModuleOp"> {
  let summary = "adds loops between Keras's weights and the working weights";
  let description = [{
    Two private functions for each parameter, `pack_<param>` and `unpack_<param>`, from the canonical array to its
    panels and back.
  }];
  let dependentDialects = ["mlir::func::FuncDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect",
                           "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
}

//===----------------------------------------------------------------------===//
// flat
//===----------------------------------------------------------------------===//

def EmitEntriesPass : Pass<"keratin-emit-entries", "mlir::ModuleOp"> {
  let summary = "wraps entries into the artifact's C functions, and adds init, pack and unpack";
  let description = [{
    For each entry a public function `NAME_<entry>` with the signature of `docs/abi.md`: it checks pointers, rows
    and steps, sets denormals to flush to zero, and calls the entry, which becomes private.
  }];
  let options = [Option<"name", "name", "std::string", "\"model\"", "prefix of the public functions, a C identifier">];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect", "mlir::scf::SCFDialect",
                           "mlir::memref::MemRefDialect"];
}

def BuffersToFlatPass : Pass<"convert-buffers-to-flat", "mlir::ModuleOp"> {
  let summary = "turns buffers into pointers and linear indices";
  let description = [{
    The flat form is the input of both printers: loops, scalars and 1-D vectors, loads and stores at a base pointer plus one
    index. Strides are static, so indices are sums of constant multiples.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect"];
}

//===----------------------------------------------------------------------===//
// after every phase
//===----------------------------------------------------------------------===//

def VerifyOriginsPass : Pass<"keratin-verify-origins", "mlir::ModuleOp"> {
  let summary = "checks that every op of a function still has its origin";
  let description = [{
    Functions and the ops in them carry the layer, entry and direction they compute for, and the line of the script, in
    their location. What serves the model as a whole names the model as its layer. Rewrites must hand these on; this pass
    fails on an op that has lost them. Constants are free, as layers share them, and so are modules whose entries have no
    origin: those written by hand.
  }];
  let statistics = [Statistic<"numVerified", "num-ops-verified", "Ops looked at">];
}

//===----------------------------------------------------------------------===//
// llvm
//===----------------------------------------------------------------------===//

def FlatToLLVMPass : Pass<"convert-flat-to-llvm", "mlir::ModuleOp"> {
  let summary = "turns the flat form into LLVM's dialect";
  let description = [{Runs after upstream's `convert-scf-to-cf`; everything else is converted in one step.}];
  let options = [
    Option<"indexBits", "index-bits", "int64_t", "64", "bits of an index: of a pointer of the target">,
    Option<"triple", "triple", "std::string", "\"x86_64-unknown-linux-gnu\"", "target triple, for the floating-point mode">,
    Option<"hasFpMode", "has-fp-mode", "bool", "true", "whether the CPU has the register of that mode: not Arm without FPU">
  ];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

#endif
