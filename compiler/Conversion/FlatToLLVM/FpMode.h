// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin.flush_denormals and keratin.restore_fp_mode on targets that have such a mode.
#pragma once

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/TargetParser/Triple.h"

namespace keratin {

/// x86: MXCSR; AArch64: FPCR; 32-bit Arm: FPSCR. Where the CPU has no such register (`hasFpMode` is
/// false: Arm without FPU) or its architecture no such mode (RISC-V), nothing is done.
void populateFpModeToLLVMPatterns(const mlir::LLVMTypeConverter &converter,
                                  mlir::RewritePatternSet &patterns, const llvm::Triple &triple,
                                  bool hasFpMode);

} // namespace keratin
