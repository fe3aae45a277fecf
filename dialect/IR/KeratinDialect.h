// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect, its enums and its attributes.
#pragma once

#include "dialect/Interfaces/Interfaces.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "dialect/IR/KeratinDialect.h.inc"

#include "dialect/IR/KeratinEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/IR/KeratinAttrs.h.inc"
