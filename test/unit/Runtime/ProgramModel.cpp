// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What `keratin compile --emit=exe` links to keratin_program.o, here with the perceptron as the
// model.
#include "MlpModel.h"
#include "keratin/program.hpp"

const krt_model krt_program_model = mlpModel;
