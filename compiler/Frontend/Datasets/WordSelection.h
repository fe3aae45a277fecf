// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What imdb and reuters share: rows of word ids from numpy's files, and Keras's shuffle and
// selection of them. Private to this folder.
#pragma once

#include "compiler/Frontend/Datasets/Imdb.h"
#include "keratin/mt19937.hpp"
#include "keratin/npz.hpp"

namespace keratin::datasets {

/// A member with a list of ids a row. `path` is the file's, for messages.
Sequences readRows(rt::NpzReader &archive, const std::string &name, const std::string &path);

/// A member with a label for each of `rows`.
std::vector<int64_t> readLabels(rt::NpzReader &archive, const std::string &name, size_t rows,
                                const std::string &path);

/// Throws UserError for one that numpy refuses.
uint32_t checkedSeed(int64_t seed);

void shuffle(Sequences &x, std::vector<int64_t> &y, rt::RandomState &random);

/// Marks the start and makes room for the marks below indexFrom.
void offsetIds(Sequences &x, const ImdbArguments &arguments);

/// Keeps what is shorter than `maxLength`.
void dropLong(Sequences &x, std::vector<int64_t> &y, int64_t maxLength);

/// Turns ids below skipTop or of at least `numWords` into oovChar, or drops them.
void limitVocabulary(Sequences &x, int64_t numWords, const ImdbArguments &arguments);

int64_t largestId(const Sequences &x);

/// {"word": rank, …}, in the order of the file.
std::vector<std::pair<std::string, int64_t>> parseWordIndex(const DataFile &file);

} // namespace keratin::datasets
