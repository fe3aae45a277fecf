// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.preprocessing.text in scripts, and the case of letters.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

namespace keratin::test {
namespace {

TEST(Text, tokenizer_under_every_spelling) {
  for (const char *module : {"keras.preprocessing.text", "tensorflow.keras.preprocessing.text",
                             "tf_keras.preprocessing.text", "keras_preprocessing.text"}) {
    Outcome outcome = runSource("from " + std::string(module) + R"( import Tokenizer
t = Tokenizer(nb_words=4, oov_token='<OOV>')
t.fit_on_texts(['The cat sat.', 'the CAT ran', ['A b', 'the']])
print(t.word_index, t.document_count, t.word_docs['the'])
print(t.texts_to_sequences(['the dog sat', ['CAT']]), t.sequences_to_texts([[2, 9, 3]]))
print(t.texts_to_matrix(['the the cat x'], mode='count'), t.index_word[2], t.num_words)
)");
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.out, "{'<OOV>': 1, 'the': 2, 'cat': 3, 'sat': 4, 'ran': 5, 'a b': 6} 3 3\n"
                           "[[2, 1, 1], [3]] ['the <OOV> cat']\n"
                           "[[0. 1. 2. 1.]] the 4\n");
  }
}

TEST(Text, tables_are_the_tokenizers_own) {
  Outcome outcome = runSource(R"(import tensorflow as tf
t = tf.keras.preprocessing.text.Tokenizer()
t.fit_on_texts(['a b b'])
counts, index = t.word_counts, t.word_index
t.word_index['<pad>'] = 0
t.word_index['c'] = 7
t.index_word[7] = 'sea'
print(t.texts_to_sequences(['c a <pad> c']), t.sequences_to_texts([[7, 1]]), t.word_index is index)
t.fit_on_texts(['a a'])
print(counts['a'], index['c'], t.word_index, t.word_index is index)
t.word_index = {'z': 5}
t.num_words = 5
print(t.texts_to_sequences(['z a']))
t.word_index['z'] = 4
print(t.texts_to_sequences(['z a']))
t.word_index['z'] = 'four'
t.texts_to_sequences(['z a'])
)");
  EXPECT_EQ(outcome.out, "[[7, 2, 7]] ['sea b'] True\n"
                         "3 7 {'a': 1, 'b': 2} False\n"
                         "[[]]\n[[4]]\n");
  EXPECT_EQ(outcome.error, "17:3: a value of word_index must be an int, got a str");
}

TEST(Text, characters_words_hashes_and_topics) {
  Outcome outcome = runSource(R"(from keras.preprocessing.text import *
from keras.datasets import reuters
t = Tokenizer(char_level=True)
t.fit_on_texts('Abba')
print(t.document_count, t.word_index, t.texts_to_sequences(['BAX']))
print(text_to_word_sequence('ÀÉ-ΣΟΦΟΣ ЖУК'), 'straße'.upper(), 'İÇ'.lower())
print(hashing_trick('The cat sat', 50, hash_function='md5'))
print(len(reuters.get_label_names()), reuters.get_label_names()[3])
m = Tokenizer(num_words=3)
m.fit_on_sequences([[1, 2], [2]])
print(m.sequences_to_matrix([[1, 2, 2, 9]], mode='freq'), m.document_count)
)");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "4 {'a': 1, 'b': 2} [[2, 1]]\n"
                         "['àé', 'σοφος', 'жук'] STRASSE i̇ç\n"
                         "[43, 32, 29]\n"
                         "46 earn\n"
                         "[[0.   0.25 0.5 ]] 2\n");
}

TEST(Text, refuses_with_the_place) {
  struct {
    const char *line, *error, *hint;
  } cases[] = {
      {"Tokenizer(analyzer=len)", "2:11: Tokenizer: argument \"analyzer\" is not supported", ""},
      {"Tokenizer(filters=None)", "2:11: filters must be a str, got None", "\"\" filters nothing"},
      {"Tokenizer(num_words=-1)", "2:11: num_words is negative", ""},
      {"Tokenizer(split='')", "2:11: split is empty, expected what stands between words", ""},
      {"Tokenizer().to_json()", "2:13: Tokenizer.to_json is not supported",
       "word_index has the words and their numbers"},
      {"Tokenizer().fit_on_texts([3])", "2:26: a text must be a str or a list of words, got an int",
       ""},
      {"Tokenizer(3).sequences_to_matrix([[1]], mode='tf')",
       "2:41: `mode` is \"tf\", expected \"binary\", \"count\", \"freq\" or \"tfidf\"", ""},
      {"Tokenizer(3).sequences_to_matrix([1])",
       "2:34: expected a list of sequences, got a list with an int", ""},
      {"Tokenizer(3).sequences_to_matrix([[-1]])",
       "2:14: a sequence has the index -1, expected at least 0", ""},
      {"hashing_trick('a b', 9)", "2:1: hashing_trick with Python's own hash is not supported",
       "Python's hash differs from run to run; hash_function='md5' does not"},
      {"hashing_trick('a b', 1, 'md5')", "2:22: n must be at least 2, got 1", ""},
  };
  for (auto &one : cases) {
    Outcome outcome =
        runSource("from keras.preprocessing.text import *\n" + std::string(one.line) + "\n");
    EXPECT_EQ(outcome.error, one.error) << one.line;
    EXPECT_EQ(outcome.hint, one.hint) << one.line;
  }
  EXPECT_EQ(runSource("from keras.preprocessing.text import one_hot\n").error,
            "1:38: keras.preprocessing.text.one_hot is not supported");
}

} // namespace
} // namespace keratin::test
