// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hands an emitted model to the main function of KeratinProgram.
#include "model.h"

#include "keratin/program.hpp"

extern "C" {
extern const krt_model krt_program_model;
const krt_model krt_program_model = MODEL_MODEL;
}
