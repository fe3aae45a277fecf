// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared libraries and native programs from a model's object file.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace keratin {

/// Links an object into a shared library that depends on nothing. Needs ld.lld or cc. Throws
/// UserError; the output is whole or absent.
void linkShared(llvm::ArrayRef<char> object, const std::string &output);

/// Links an object made by Compilation::programObject with the runtime's commands into a program
/// that depends on libc alone. Needs cc and libc's development files, and keratin_program.o where
/// this tool is installed.
void linkProgram(llvm::ArrayRef<char> object, const std::string &output);

} // namespace keratin
