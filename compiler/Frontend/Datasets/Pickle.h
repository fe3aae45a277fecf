// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A restricted unpickler: lists, tuples, numbers, strings and numpy arrays, and nothing else.
#pragma once

#include "compiler/Frontend/Datasets/Sequences.h"
#include "keratin/npy.hpp"

namespace keratin::datasets {

/// The elements of an object array of int lists, as in imdb.npz: pickle protocols 0 to 5, as numpy
/// writes them. No code named in the pickle is ever run: any global but numpy's array constructors
/// is refused by name. Throws UserError; `what` names the array in messages ("imdb.npz: x_train").
Sequences unpickleSequences(const rt::ObjectArray &array, const std::string &what);

} // namespace keratin::datasets
