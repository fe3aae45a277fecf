// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From LLVM's dialect to LLVM IR, assembly and object files.
#pragma once

#include "compiler/Target/Object/Machine.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace keratin {

/// Registers what translation to LLVM IR needs.
void registerLLVMTranslations(mlir::DialectRegistry &registry);

/// Optimized LLVM IR of a module in LLVM's dialect, as far as `machine` optimizes. Its functions
/// call nothing but each other: library calls are not to be recognized in them.
llvm::Expected<std::unique_ptr<llvm::Module>>
emitLLVMIR(mlir::ModuleOp module, llvm::LLVMContext &context, llvm::TargetMachine &machine);

/// Adds `bytes` as a constant that other objects can see, in a section of its own, which a linker
/// drops where nobody refers to it.
void addConstant(llvm::Module &module, llvm::StringRef symbol, llvm::StringRef bytes);

/// Adds working weights as the constant `symbol`, aligned as params are, in a section of its own.
void addWeights(llvm::Module &module, llvm::StringRef symbol, llvm::ArrayRef<float> values);

/// Adds the constants that make an object a program (keratin/program.hpp): the table of the entries
/// of model `name`, of which `entries` are compiled, and its weights, the bytes of an .npz.
/// NAME_info must have been added.
void addProgramConstants(llvm::Module &module, llvm::StringRef name,
                         llvm::ArrayRef<std::string> entries, llvm::StringRef weights);

enum class CodeKind { Object, Assembly };

/// Machine code of an optimized module. The same input gives the same bytes.
llvm::Expected<llvm::SmallVector<char, 0>> emitCode(llvm::Module &module,
                                                    llvm::TargetMachine &machine, CodeKind kind);

} // namespace keratin
