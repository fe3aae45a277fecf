// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers that every command includes, precompiled once.
#pragma once

#include "dialect/Pch/Pch.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
