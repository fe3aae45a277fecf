// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.preprocessing.text, bit for bit against what Keras computed.
#include "compiler/Frontend/Datasets/Tokenizer.h"
#include "compiler/Frontend/Datasets/Md5.h"

#include "Support.h"
#include "keratin/file.hpp"

#include <nlohmann/json.hpp>

using namespace keratin;
using namespace keratin::datasets;

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using Sequence = Tokenizer::Sequence;

Tokenizer tokenizerOf(const Json &arguments) {
  Tokenizer tokenizer;
  if (arguments.contains("num_words"))
    tokenizer.numWords = arguments["num_words"].get<int64_t>();
  if (arguments.contains("oov_token"))
    tokenizer.oovToken = arguments["oov_token"].get<std::string>();
  tokenizer.rules.filters = arguments.value("filters", tokenizer.rules.filters);
  tokenizer.rules.lower = arguments.value("lower", true);
  tokenizer.charLevel = arguments.value("char_level", false);
  return tokenizer;
}

TEST(Tokenizer, DoesWhatKerasDoes) {
  Json utils = Json::parse(rt::readFile(KERATIN_GOLDEN_DIR "/utils/utils.json"));
  int matrices = 0;
  ASSERT_EQ(utils.at("tokenizer").size(), 5u);
  for (const Json &one : utils.at("tokenizer")) {
    SCOPED_TRACE(one.at("args").dump());
    Tokenizer tokenizer = tokenizerOf(one.at("args"));
    auto strings = one.at("texts").get<Words>();
    std::vector<Tokenizer::Text> texts(strings.begin(), strings.end());
    tokenizer.fitOnTexts(texts);
    EXPECT_EQ(tokenizer.documentCount, one.at("document_count"));
    std::map<std::string, int64_t> index(tokenizer.wordIndex.items().begin(),
                                         tokenizer.wordIndex.items().end());
    EXPECT_EQ(index, (one.at("word_index").get<std::map<std::string, int64_t>>()));
    EXPECT_EQ(tokenizer.wordCounts.items(),
              (one.at("word_counts").get<std::vector<std::pair<std::string, int64_t>>>()));
    // Keras has one sequence more, of a text that is not in the file.
    auto expected = one.at("sequences").get<std::vector<Sequence>>();
    std::vector<Sequence> sequences;
    for (const Tokenizer::Text &text : texts) {
      sequences.push_back(tokenizer.textToSequence(text));
      EXPECT_EQ(sequences.back(), expected.at(sequences.size() - 1));
    }
    for (const char *mode : {"binary", "count", "freq", "tfidf"}) {
      const Json &rows = one.at(std::string("matrix_") + mode);
      if (rows.is_null())
        continue;
      ++matrices;
      rt::Array matrix = tokenizer.sequencesToMatrix(sequences, matrixMode(mode));
      ASSERT_EQ(matrix.shape, (std::vector<int64_t>{3, *tokenizer.numWords}));
      int64_t next = 0;
      for (const Json &row : rows)
        for (const Json &value : row)
          EXPECT_EQ(matrix.at(next++), value.get<double>()) << mode;
    }
  }
  EXPECT_EQ(matrices, 12);
}

TEST(Tokenizer, CutsTextsIntoWords) {
  EXPECT_EQ(textToWordSequence("Don't  STOP-me\tnow..."), (Words{"don't", "stop", "me", "now"}));
  EXPECT_EQ(textToWordSequence("--,"), Words{});
  EXPECT_EQ(textToWordSequence("a, b,c", {"c", false, ", "}), (Words{"a", "b,"}));
  EXPECT_EQ(textToWordSequence("x«Été»y", {"«»", true, "|"}), (Words{"x", "été", "y"}));
  EXPECT_USER_ERROR(textToWordSequence("a", {"", true, ""}),
                    "`split` is empty, expected what stands between words");
}

TEST(Tokenizer, NumbersTheOovTokenOfATextByItsCount) {
  Tokenizer tokenizer;
  tokenizer.oovToken = "x";
  tokenizer.fitOnTexts({"b b x", Words{"B", "C d"}});
  EXPECT_EQ(tokenizer.wordIndex.items(),
            (std::vector<std::pair<std::string, int64_t>>{{"x", 3}, {"b", 2}, {"c d", 4}}));
  EXPECT_EQ(tokenizer.textToSequence("b ? zz"), (Sequence{2, 3}));
  EXPECT_EQ(tokenizer.sequenceToText({2, 99, 4}), "b x c d");
  EXPECT_EQ(*tokenizer.wordDocs.find("b"), 2);
}

TEST(Tokenizer, LeavesOutRareWordsWithoutOovToken) {
  Tokenizer tokenizer;
  tokenizer.numWords = 2;
  tokenizer.fitOnTexts({"a a b"});
  EXPECT_EQ(tokenizer.textToSequence("a b q"), Sequence{1});
  EXPECT_EQ(tokenizer.sequenceToText({2, 1, 7}), "a");
}

TEST(Tokenizer, RefusesWhatItDoesNotKnow) {
  Tokenizer tokenizer;
  EXPECT_USER_ERROR(tokenizer.matrixWidth(), "the Tokenizer has neither num_words nor words, so "
                                             "the matrix has no width");
  tokenizer.numWords = 3;
  EXPECT_USER_ERROR(tokenizer.sequencesToMatrix({{1}}, MatrixMode::Tfidf),
                    "mode \"tfidf\" needs a Tokenizer that has seen texts");
  EXPECT_USER_ERROR(tokenizer.sequencesToMatrix({{1, -1}}, MatrixMode::Count),
                    "a sequence has the index -1, expected at least 0");
  tokenizer.oovToken = "?";
  EXPECT_USER_ERROR(tokenizer.textToSequence("a"), "the Tokenizer does not know its oov_token yet");
  EXPECT_USER_ERROR(matrixMode("tf"), "`mode` is \"tf\", expected \"binary\", \"count\", \"freq\" "
                                      "or \"tfidf\"");
}

std::string hex(std::string_view text) {
  std::string digits;
  for (uint8_t byte : md5(text))
    digits += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  return digits;
}

// The test suite of RFC 1321, section A.5, in part.
TEST(Md5, HashesTheTextsOfTheStandard) {
  EXPECT_EQ(hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(hex("1234567890123456789012345678901234567890123456789012345678901234567890"
                "1234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(HashingTrick, DoesWhatKerasDoes) {
  EXPECT_EQ(hashingTrick("The cat sat on the mat.", 50), (Sequence{43, 32, 29, 3, 43, 29}));
  EXPECT_EQ(hashingTrick("The cat sat on the mat.", 4000000000001),
            (Sequence{2410706715480, 483852860633, 1408321471853, 3575257021777, 2410706715480,
                      2478666168969}));
  EXPECT_EQ(hashingTrick("a b", 2), (Sequence{1, 1}));
  EXPECT_USER_ERROR(hashingTrick("a", 1), "`n` is 1, expected at least 2");
}

} // namespace
