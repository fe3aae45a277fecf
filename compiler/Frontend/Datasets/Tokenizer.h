// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.preprocessing.text: texts as words, and words as numbers.
#pragma once

#include "keratin/array.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace keratin::datasets {

/// Python's dict: keys in the order in which they came.
template <typename Key, typename T> class OrderedMap {
public:
  const std::vector<std::pair<Key, T>> &items() const { return entries; }
  const T *find(const Key &key) const {
    auto found = places.find(key);
    return found == places.end() ? nullptr : &entries[found->second].second;
  }
  T &operator[](const Key &key) {
    auto [found, added] = places.emplace(key, entries.size());
    if (added)
      entries.emplace_back(key, T());
    return entries[found->second].second;
  }

private:
  std::vector<std::pair<Key, T>> entries;
  std::unordered_map<Key, size_t> places;
};

/// How a text is cut into words: Keras's arguments, with its defaults.
struct WordRules {
  std::string filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"; ///< characters that become `split`
  bool lower = true;
  std::string split = " ";
};

/// The words of a text, none of them empty. Throws UserError where `split` is empty.
std::vector<std::string> textToWordSequence(const std::string &text, const WordRules &rules = {});

/// hashing_trick(hash_function='md5'): each word as a number from 1 to n - 1. Throws UserError
/// where n < 2.
std::vector<int64_t> hashingTrick(const std::string &text, int64_t n, const WordRules &rules = {});

enum class MatrixMode { Binary, Count, Freq, Tfidf };
/// Throws UserError for a mode that Keras does not have.
MatrixMode matrixMode(const std::string &name);

/// Keras's Tokenizer, its attributes included. Words get numbers from 1, the oov token first, then
/// by falling count and first appearance.
struct Tokenizer {
  /// To be cut into words, or words already.
  using Text = std::variant<std::string, std::vector<std::string>>;
  using Sequence = std::vector<int64_t>;

  WordRules rules;
  std::optional<int64_t> numWords; ///< sequences have words below it only; none or 0: all
  bool charLevel = false;
  std::optional<std::string> oovToken; ///< what stands for other words; none: they are left out
  int64_t documentCount = 0;

  OrderedMap<std::string, int64_t> wordIndex, wordCounts;
  OrderedMap<int64_t, std::string> indexWord;
  OrderedMap<std::string, int64_t> wordDocs; ///< texts that a word is in, by first appearance
  OrderedMap<int64_t, int64_t> indexDocs;

  void fitOnTexts(const std::vector<Text> &texts);
  void fitOnSequences(const std::vector<Sequence> &sequences);
  Sequence textToSequence(const Text &text) const;
  std::string sequenceToText(const Sequence &sequence) const;
  /// Columns of sequencesToMatrix.
  int64_t matrixWidth() const;
  /// (sequences, matrixWidth()), float64.
  rt::Array sequencesToMatrix(const std::vector<Sequence> &sequences, MatrixMode mode) const;

private:
  std::vector<std::string> words(const Text &text) const;
  bool isRare(int64_t index) const { return numWords.value_or(0) != 0 && index >= *numWords; }
};

} // namespace keratin::datasets
