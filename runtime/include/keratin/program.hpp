// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compiled model gives to a native program: link its object with the archive of
// KeratinProgram, which holds main with the commands predict, fit and evaluate.
#pragma once

#include "keratin/abi.h"

#include <cstdint>

extern "C" {
/// The model. Required.
extern const krt_model krt_program_model;
/// Its initial weights as the bytes of an .npz (weights_file.hpp) and their number. Optional:
/// without them every command needs --weights.
extern const unsigned char krt_program_weights[] __attribute__((weak));
extern const uint64_t krt_program_weights_size __attribute__((weak));
}
