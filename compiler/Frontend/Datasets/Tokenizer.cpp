// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.preprocessing.text.
#include "compiler/Frontend/Datasets/Tokenizer.h"
#include "compiler/Frontend/Datasets/Md5.h"
#include "compiler/Frontend/Datasets/Unicode.h"
#include "compiler/Support/Diagnostic.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace keratin::datasets {

namespace {

/// Each element once, in order of appearance.
template <typename T> std::vector<T> distinct(const std::vector<T> &all) {
  std::unordered_set<T> seen;
  std::vector<T> result;
  for (const T &one : all)
    if (seen.insert(one).second)
      result.push_back(one);
  return result;
}

[[noreturn]] void failUnfitted() {
  throw UserError({}, "the Tokenizer does not know its oov_token yet",
                  "call fit_on_texts(...) before");
}

} // namespace

std::vector<std::string> textToWordSequence(const std::string &text, const WordRules &rules) {
  if (rules.split.empty())
    throw UserError({}, "`split` is empty, expected what stands between words");
  std::vector<std::string_view> filtered = characters(rules.filters);
  std::unordered_set<std::string_view> filters(filtered.begin(), filtered.end());
  std::string lowered = rules.lower ? toLower(text) : text, separated;
  for (std::string_view character : characters(lowered))
    separated += filters.count(character) ? std::string_view(rules.split) : character;

  std::vector<std::string> words;
  for (size_t at = 0, end = 0; at < separated.size(); at = end + rules.split.size()) {
    end = std::min(separated.find(rules.split, at), separated.size());
    if (end > at)
      words.push_back(separated.substr(at, end - at));
  }
  return words;
}

std::vector<int64_t> hashingTrick(const std::string &text, int64_t n, const WordRules &rules) {
  if (n < 2)
    throw UserError({}, "`n` is " + std::to_string(n) + ", expected at least 2");
  // The 128 bits of the hash modulo n - 1, bit by bit so that nothing overflows.
  auto modulus = static_cast<uint64_t>(n) - 1;
  std::vector<int64_t> result;
  for (const std::string &word : textToWordSequence(text, rules)) {
    uint64_t rest = 0;
    for (uint8_t byte : md5(word))
      for (int bit = 7; bit >= 0; --bit)
        rest = (2 * rest + (byte >> bit & 1)) % modulus;
    result.push_back(static_cast<int64_t>(rest) + 1);
  }
  return result;
}

MatrixMode matrixMode(const std::string &name) {
  for (auto [known, mode] :
       {std::pair("binary", MatrixMode::Binary), std::pair("count", MatrixMode::Count),
        std::pair("freq", MatrixMode::Freq), std::pair("tfidf", MatrixMode::Tfidf)})
    if (name == known)
      return mode;
  throw UserError({}, "`mode` is \"" + name +
                          "\", expected \"binary\", \"count\", \"freq\" or \"tfidf\"");
}

std::vector<std::string> Tokenizer::words(const Text &text) const {
  if (auto *list = std::get_if<std::vector<std::string>>(&text)) {
    std::vector<std::string> result = *list;
    if (rules.lower)
      std::transform(result.begin(), result.end(), result.begin(), toLower);
    return result;
  }
  const std::string &whole = std::get<std::string>(text);
  if (!charLevel)
    return textToWordSequence(whole, rules);
  std::string lowered = rules.lower ? toLower(whole) : whole;
  std::vector<std::string_view> parts = characters(lowered);
  return {parts.begin(), parts.end()};
}

void Tokenizer::fitOnTexts(const std::vector<Text> &texts) {
  for (const Text &text : texts) {
    ++documentCount;
    std::vector<std::string> all = words(text);
    for (const std::string &word : all)
      ++wordCounts[word];
    for (const std::string &word : distinct(all))
      ++wordDocs[word];
  }
  std::vector<std::pair<std::string, int64_t>> byCount = wordCounts.items();
  std::stable_sort(byCount.begin(), byCount.end(),
                   [](const auto &a, const auto &b) { return a.second > b.second; });
  wordIndex = {};
  indexWord = {};
  int64_t index = 0;
  if (oovToken)
    wordIndex[*oovToken] = ++index;
  for (const auto &[word, count] : byCount) // a text's own oov token takes its later number
    wordIndex[word] = ++index;
  for (const auto &[word, number] : wordIndex.items())
    indexWord[number] = word;
  for (const auto &[word, count] : wordDocs.items()) {
    const int64_t *number = wordIndex.find(word);
    if (!number)
      throw UserError({}, "word_docs has \"" + word + "\", which word_counts does not have");
    indexDocs[*number] = count;
  }
}

void Tokenizer::fitOnSequences(const std::vector<Sequence> &sequences) {
  documentCount += static_cast<int64_t>(sequences.size());
  for (const Sequence &sequence : sequences)
    for (int64_t index : distinct(sequence))
      ++indexDocs[index];
}

Tokenizer::Sequence Tokenizer::textToSequence(const Text &text) const {
  const int64_t *other = oovToken ? wordIndex.find(*oovToken) : nullptr;
  Sequence result;
  for (const std::string &word : words(text)) {
    const int64_t *index = wordIndex.find(word);
    if (index && !isRare(*index))
      result.push_back(*index);
    else if (other)
      result.push_back(*other);
    else if (!index && oovToken)
      failUnfitted();
  }
  return result;
}

std::string Tokenizer::sequenceToText(const Sequence &sequence) const {
  const int64_t *otherIndex = oovToken ? wordIndex.find(*oovToken) : nullptr;
  const std::string *other = otherIndex ? indexWord.find(*otherIndex) : nullptr;
  std::string result;
  bool first = true;
  for (int64_t index : sequence) {
    const std::string *word = indexWord.find(index);
    if (word ? isRare(index) && !otherIndex : !oovToken)
      continue;
    if (!word || isRare(index))
      word = other;
    if (!word)
      failUnfitted();
    result.append(first ? "" : " ").append(*word);
    first = false;
  }
  return result;
}

int64_t Tokenizer::matrixWidth() const {
  if (numWords.value_or(0) != 0)
    return *numWords;
  if (wordIndex.items().empty())
    throw UserError({}, "the Tokenizer has neither num_words nor words, so the matrix has no width",
                    "give it num_words, or call fit_on_texts(...) before");
  return static_cast<int64_t>(wordIndex.items().size()) + 1;
}

rt::Array Tokenizer::sequencesToMatrix(const std::vector<Sequence> &sequences,
                                       MatrixMode mode) const {
  int64_t width = matrixWidth();
  if (mode == MatrixMode::Tfidf && documentCount == 0)
    throw UserError({}, "mode \"tfidf\" needs a Tokenizer that has seen texts",
                    "call fit_on_texts(...) or fit_on_sequences(...) before");
  rt::Array matrix(rt::DType::Float64, {static_cast<int64_t>(sequences.size()), width});
  auto *row = matrix.data<double>();
  auto documents = static_cast<double>(documentCount);
  for (const Sequence &sequence : sequences) {
    for (int64_t index : sequence) {
      if (index < 0)
        throw UserError({}, "a sequence has the index " + std::to_string(index) +
                                ", expected at least 0");
      if (index < width)
        ++row[index];
    }
    auto length = static_cast<double>(sequence.size());
    for (int64_t j = 0; j < width && mode != MatrixMode::Count; ++j) {
      double count = row[j];
      if (count == 0)
        continue;
      if (mode == MatrixMode::Binary)
        row[j] = 1;
      else if (mode == MatrixMode::Freq)
        row[j] = count / length;
      else { // the second weighting scheme of https://en.wikipedia.org/wiki/Tf%E2%80%93idf
        const int64_t *docs = indexDocs.find(j);
        row[j] = (1 + std::log(count)) *
                 std::log(1 + documents / static_cast<double>(1 + (docs ? *docs : 0)));
      }
    }
    row += width;
  }
  return matrix;
}

} // namespace keratin::datasets
