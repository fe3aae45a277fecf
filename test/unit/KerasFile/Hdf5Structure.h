// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything in an HDF5 file but its numbers, for comparisons.
#pragma once

#include <map>
#include <string>

namespace keratin::test {

/// Of each group and dataset by its path: kind, type and shape, and as "path@name" each attribute's
/// type, shape and texts. JSON attributes are left out, "JSON" standing for their texts.
std::map<std::string, std::string> hdf5Structure(const std::string &path);

} // namespace keratin::test
