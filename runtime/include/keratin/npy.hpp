// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's .npy format, versions 1 to 3:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "keratin/array.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace keratin::rt {

/// An array of Python objects: the elements are one pickle, which this file does not interpret.
struct ObjectArray {
  std::vector<int64_t> shape;
  std::string pickle;
};

using NpyItem = std::variant<Array, ObjectArray>;

/// Reads an image of a .npy file; foreign byte order and Fortran order are turned into native and
/// row-major. `what` names the array in messages ("data.npz: x"). Sizes are checked against the
/// image before anything is allocated. Throws Error on malformed input and on element types that
/// Array does not have.
NpyItem parseNpy(std::string_view image, const std::string &what);
/// As parseNpy; an object array is an error.
Array parseNpyArray(std::string_view image, const std::string &what);
Array readNpy(const std::string &path);

/// The image of a version 1.0 file, byte for byte as numpy.save writes it.
std::string formatNpy(const Array &array);
void writeNpy(const std::string &path, const Array &array);

} // namespace keratin::rt
