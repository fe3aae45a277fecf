// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The translation unit that the precompiled header belongs to.
#include "dialect/Pch/Pch.h"
