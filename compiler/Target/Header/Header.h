// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MODEL.h: what a C or C++ program needs to call a compiled model.
#pragma once

#include "compiler/Frontend/ModelSpec.h"

#include <string>

namespace keratin {

/// The text of the header for a ModelInfo: C99 and C++11, self-contained.
std::string printHeader(const Json &modelInfo);

} // namespace keratin
