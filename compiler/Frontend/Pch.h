// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers that nearly every file of the front end includes, precompiled once.
#pragma once

#include "compiler/Frontend/ModelSpec.h"
#include "keratin/array.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
