// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers that nearly every unit test includes, precompiled once.
#pragma once

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>
