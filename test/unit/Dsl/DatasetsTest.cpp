// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.datasets in scripts.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

namespace keratin::test {

TEST(Datasets, reuters_reaches_a_script) {
  ScriptOptions options;
  options.datasets.cacheFolder = std::string(KERATIN_GOLDEN_DIR) + "/utils/datasets";
  options.datasets.baseUrl = "http://127.0.0.1:9";
  Outcome outcome = runSource(R"(from keras.datasets import reuters
(x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=20, test_split=0.4)
print(len(x_train), len(x_test), y_train.shape, max(max(x) for x in x_train) < 20)
reuters.get_word_index()
)",
                              options);
  EXPECT_EQ(outcome.out, "10 7 (10,) True\n");
  EXPECT_NE(outcome.err.find("reuters.npz is not the official file"), std::string::npos);
  EXPECT_EQ(outcome.error.find("4:9: no word index of the Reuters newswires: downloading"), 0u)
      << outcome.error;
}

} // namespace keratin::test
