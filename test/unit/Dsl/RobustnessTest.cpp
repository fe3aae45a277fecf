// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scripts cut short and altered at random (fixed seed): each ends in success or an error with a
// position, never in a crash.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

namespace keratin::test {
namespace {

std::string inputFile(const std::string &name) {
  std::ifstream file(std::string(KERATIN_SOURCE_DIR) + "/test/unit/Dsl/Inputs/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char *modelScript = R"(from keras.models import Sequential, Model
from keras.layers import Dense, Embedding, LSTM, Input
from keras.utils import pad_sequences, to_categorical
import keras, numpy as np
np.random.seed(3)
x = pad_sequences([[1, 2], [3], [4, 5, 6]], maxlen=4, padding='post')
y = to_categorical([0, 1, 1])
model = Sequential([Embedding(10, 3, mask_zero=True), LSTM(4, return_sequences=False)])
model.add(Dense(2, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer=keras.optimizers.Adam(1e-3), metrics=['accuracy'])
h = model.fit(x, y, epochs=2, batch_size=2, validation_data=(x, y), class_weight={0: 1.0, 1: 2.0}, verbose=0)
print(h.history['loss'][-1], model.predict(x)[:, 0] > 0.5, model.evaluate(x, y), model.count_params())
i = Input((4,))
other = Model(inputs=i, outputs=Dense(1)(i))
other.set_weights([w * 2 for w in other.get_weights()])
print([l.name for l in other.layers], f"{h.epoch!r:>10} {x.shape}", '%s %d' % (x[0], 3))
)";

void expectNoCrash(const std::string &source) {
  Outcome outcome = runSource(source);
  if (!outcome.error.empty())
    EXPECT_NE(outcome.error.substr(0, 2), "0:") << outcome.error << "\n" << source;
}

TEST(Robustness, the_script_itself_runs) {
  Outcome outcome = runSource(modelScript);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.log.fits.size(), 1u);
}

TEST(Robustness, truncated) {
  std::string source = modelScript;
  for (size_t length = 0; length < source.size(); length += 7)
    expectNoCrash(source.substr(0, length));
}

TEST(Robustness, altered) {
  std::mt19937 random(20240607);
  const std::string pieces[] = {"(",          ")",
                                "[",          "]",
                                "{",          "}",
                                ":",          ",",
                                "=",          "-",
                                "*",          "**",
                                "'",          "\"",
                                "f'{",        "\n",
                                "\n  ",       "\t",
                                " ",          "0",
                                "-1",         "9223372036854775807",
                                "1e308",      "None",
                                "not ",       "lambda: ",
                                "for x in x", "if 1",
                                "model",      "x",
                                ".",          "[::-1]",
                                "[-5:99:2]",  "\\",
                                "#",          "\xc3\xa9",
                                "\xff",       "else",
                                "[]"};
  for (const std::string &source :
       {std::string(modelScript), inputFile("python_values.py"), inputFile("python_functions.py"),
        inputFile("numpy_arrays.py")}) {
    ASSERT_FALSE(source.empty());
    for (int round = 0; round < 300; ++round) {
      std::string altered = source;
      for (uint32_t edits = 1 + random() % 3; edits > 0; --edits) {
        size_t at = random() % altered.size(), length = random() % 6;
        switch (random() % 3) {
        case 0:
          altered.erase(at, length);
          break;
        case 1:
          altered.insert(at, pieces[random() % std::size(pieces)]);
          break;
        default:
          altered.replace(at, length, pieces[random() % std::size(pieces)]);
        }
        if (altered.empty())
          altered = "x";
      }
      // `while` may lose what ends it.
      if (altered.find("while") == std::string::npos || round % 10 == 0)
        expectNoCrash(altered.find("while") == std::string::npos
                          ? altered
                          : altered.substr(0, altered.find("while")));
    }
  }
}

} // namespace
} // namespace keratin::test
