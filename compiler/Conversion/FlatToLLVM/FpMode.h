// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keratin.flush_denormals and keratin.restore_fp_mode on targets that have such a mode.
#pragma once

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/TargetParser/Triple.h"

namespace keratin {

/// x86: MXCSR; AArch64: FPCR; elsewhere nothing is done.
void populateFpModeToLLVMPatterns(const mlir::LLVMTypeConverter &converter,
                                  mlir::RewritePatternSet &patterns, const llvm::Triple &triple);

} // namespace keratin
