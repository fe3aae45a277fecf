// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers that nearly every unit test of IR includes, precompiled once.
#pragma once

#include "dialect/Pch/Pch.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>
