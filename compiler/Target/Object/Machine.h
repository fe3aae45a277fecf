// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine that code is made for: what LLVM calls it, and what kernels need to know of it.
#pragma once

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <string>

namespace keratin {

/// By default one that every kernel runs on: no vectors, no fused multiply-add.
struct Machine {
  std::string triple;     ///< "x86_64-unknown-linux-gnu"
  std::string cpu;        ///< "x86-64-v3"
  std::string features;   ///< "+avx2,…"; empty: those of the CPU
  int64_t lanes = 1;      ///< float32 elements of a vector register; 1: no vectors
  int64_t registers = 16; ///< vector registers
  bool fma = false;
  bool hasFpMode = false; ///< has a register with a mode in which denormals flush to zero
  int64_t indexBits = 64;
};

/// Resolves a triple ("" is the host's) and CPU ("" is the triple's default, "native" the host's).
llvm::Expected<Machine> resolveMachine(const std::string &triple, const std::string &cpu);

/// LLVM's code generator for it, position independent, each function in a section of its own: at
/// full optimization, or `quick`ly, at none.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const Machine &machine,
                                                                         bool quick = false);

} // namespace keratin
