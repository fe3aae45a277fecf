// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives printed C++ the names and the initializers that EmitC cannot express.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace keratin {

/// In text that mlir::emitc::translateToCpp printed after convert-flat-to-emitc: variables get the
/// names that the comments `//@name v3 rows` give them, within their function and where the name is
/// free; a declaration joins the assignment that follows it (`f32 v5;` and `v5 = v4;` become `f32
/// v5 = v4;`).
std::string tidyCpp(llvm::StringRef text);

} // namespace keratin
